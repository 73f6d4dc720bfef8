import multiprocessing
import os
import signal
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from auth.errors import SecretsUnusable
from auth.keys import signing_keys_from_pem, stored_secret, stored_signing_key
from tests.auth.racing import die_at, race
from tests.auth.signing import rs256

SPAWN = multiprocessing.get_context("spawn")
KEY = Ed25519PrivateKey.generate()
PEM = KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
LOCKED_PEM = KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"x"))
RSA_PEM = rs256().key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
KEPT = [stored_secret, stored_signing_key]


@pytest.fixture
def open_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.mark.requirement("FR-AUTH-017")
def test_a_secret_is_made_once_and_kept(tmp_path: Path) -> None:
    secret = stored_secret(tmp_path / "secret")
    assert len(secret) >= 43
    assert stored_secret(tmp_path / "secret") == secret
    assert stored_secret(tmp_path / "other") != secret


@pytest.mark.requirement("FR-AUTH-017")
def test_a_signing_key_is_made_once_and_kept(tmp_path: Path) -> None:
    key = stored_signing_key(tmp_path / "key.pem")
    assert stored_signing_key(tmp_path / "key.pem").private_bytes_raw() == key.private_bytes_raw()
    pem = (tmp_path / "key.pem").read_text()
    assert signing_keys_from_pem(pem)[0].private_bytes_raw() == key.private_bytes_raw()


@pytest.mark.requirement("FR-AUTH-017")
@pytest.mark.usefixtures("open_umask")
@pytest.mark.parametrize("kept", KEPT)
def test_file_and_folder_are_for_their_owner_only(
    tmp_path: Path, kept: Callable[[Path], object]
) -> None:
    path = tmp_path / "keys" / "file"
    kept(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.requirement("FR-AUTH-017")
def test_a_folder_that_was_there_keeps_its_mode(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    stored_secret(tmp_path / "secret")
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o755


@pytest.mark.requirement("FR-AUTH-017")
def test_a_secret_that_the_operator_wrote_is_used_without_its_line_end(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("s" * 32 + "\n")
    assert stored_secret(tmp_path / "secret") == "s" * 32


@pytest.mark.requirement("FR-AUTH-017")
def test_processes_that_start_at_once_agree(tmp_path: Path) -> None:
    start, answers = SPAWN.Barrier(4), SPAWN.Queue()
    processes = [
        SPAWN.Process(target=race, args=(start, answers, tmp_path / "keys")) for _ in range(4)
    ]
    for process in processes:
        process.start()
    agreed = {answers.get(timeout=40) for _ in processes}
    for process in processes:
        process.join(10)
    assert len(agreed) == 1
    assert {path.name for path in (tmp_path / "keys").iterdir()} == {"secret", "key.pem"}


@pytest.mark.requirement("FR-AUTH-018")
@pytest.mark.parametrize(
    ("moment", "published"), [("write", False), ("os.link", False), ("os.remove", True)]
)
def test_a_process_that_is_killed_leaves_a_whole_secret_or_none(
    tmp_path: Path, moment: str, published: bool
) -> None:
    path = tmp_path / "secret"
    process = SPAWN.Process(target=die_at, args=(moment, path))
    process.start()
    process.join(30)
    assert process.exitcode == -signal.SIGKILL
    assert path.exists() is published
    left = path.read_text() if published else None
    assert stored_secret(path) == (left or path.read_text())


SPOILT = {
    "empty": b"",
    "cut off": PEM[:31],
    "no text": bytes(range(128, 192)),
    "with control characters": b"x" * 40 + b"\0",
}


@pytest.mark.requirement("FR-AUTH-018")
@pytest.mark.parametrize("content", SPOILT.values(), ids=SPOILT.keys())
@pytest.mark.parametrize("kept", KEPT)
def test_a_spoilt_file_is_an_error_and_is_not_replaced(
    tmp_path: Path, kept: Callable[[Path], object], content: bytes
) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(SecretsUnusable, match=str(path)):
        kept(path)
    assert path.read_bytes() == content


@pytest.mark.requirement("FR-AUTH-018")
@pytest.mark.parametrize("kept", KEPT)
def test_a_path_that_can_not_be_a_file_is_an_error(
    tmp_path: Path, kept: Callable[[Path], object]
) -> None:
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    (tmp_path / "file").touch()
    for path in (tmp_path, tmp_path / "dangling", tmp_path / "file" / "below"):
        with pytest.raises(SecretsUnusable, match=str(path)):
            kept(path)


@pytest.mark.requirement("FR-AUTH-018")
@pytest.mark.parametrize("pem", [LOCKED_PEM, RSA_PEM, PEM[:-40]], ids=["locked", "RSA", "cut"])
def test_another_kind_of_key_is_an_error(tmp_path: Path, pem: bytes) -> None:
    path = tmp_path / "key.pem"
    path.write_bytes(pem)
    with pytest.raises(SecretsUnusable, match=str(path)):
        stored_signing_key(path)
    with pytest.raises(SecretsUnusable) as caught:
        signing_keys_from_pem(pem.decode())
    assert caught.value.code == "secrets_unusable"


@pytest.mark.requirement("FR-AUTH-018")
def test_a_signing_key_may_come_as_one_line() -> None:
    line = PEM.decode().replace("\n", "\\n")
    assert signing_keys_from_pem(line)[0].private_bytes_raw() == KEY.private_bytes_raw()


@pytest.mark.requirement("FR-AUTH-018")
@pytest.mark.parametrize("text", ["", "PEM", "\ud800"])
def test_a_text_that_is_no_key_is_an_error(text: str) -> None:
    with pytest.raises(SecretsUnusable):
        signing_keys_from_pem(text)
