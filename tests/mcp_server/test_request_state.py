"""The keys that seal what a question is about."""

from pathlib import Path

import pytest
from mcp.server.request_state import InvalidRequestState

from auth.key_ring import LEAD_SECONDS, StoredRing
from auth.keys import stored_secret
from auth.sources import SharedSecret
from auth.state_keys import STATE_SECONDS, stored_state_ring
from mcp_server.request_state import RingCodec, request_state_security
from mcp_server.settings import McpSettings

pytestmark = pytest.mark.requirement("FR-AUTH-021")


def test_what_one_process_sealed_opens_at_another_until_its_key_is_retired(tmp_path: Path) -> None:
    now = 1000.0

    def process() -> RingCodec:
        """Return the codec of a process that has just read the folder."""
        return RingCodec(
            StoredRing(
                tmp_path / "state_key",
                lambda path: SharedSecret(stored_secret(path)),
                lifetime=STATE_SECONDS,
                clock=lambda: now,
            )
        )

    sealed = process().seal(b"delete 1")
    assert process().unseal(sealed) == b"delete 1"
    process()._ring.rotate()  # type: ignore[attr-defined]
    assert process().seal(b"")[:8] == sealed[:8], "the new key waits until all know it"
    now += LEAD_SECONDS + 1
    assert process().seal(b"")[:8] != sealed[:8]
    assert process().unseal(sealed) == b"delete 1"
    now += STATE_SECONDS + 20
    with pytest.raises(InvalidRequestState):
        process().unseal(sealed)


def test_without_a_folder_a_process_has_a_key_of_its_own(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "keys").write_text("no folder")
    one, two = (RingCodec(stored_state_ring(tmp_path)) for _ in range(2))
    sealed = one.seal(b"delete 1")
    assert one.unseal(sealed) == b"delete 1"
    assert len(caplog.records) == 1
    with pytest.raises(InvalidRequestState):
        two.unseal(sealed)


def test_the_keys_of_the_setting_come_first(tmp_path: Path) -> None:
    keys = ["a key of well over 32 characters ", "another one of over 32 characters"]
    one, two = (
        request_state_security(McpSettings(mcp_state_key=",".join(ring), data_dir=tmp_path))
        for ring in (keys, keys[::-1])
    )
    assert two.codec.unseal(one.codec.seal(b"delete 1")) == b"delete 1"
    assert list(tmp_path.iterdir()) == []
