"""Keys in files that several processes read while they are replaced."""

import time
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from auth import key_ring
from auth.errors import InvalidToken
from auth.issuers import Issuer
from auth.key_ring import LEAD_SECONDS, FixedRing, StoredRing
from auth.keys import stored_secret
from auth.minting import SigningKey, TokenMinter, mint_login_token
from auth.sources import LocalKeys, SharedSecret, SharedSecrets
from auth.tokens import TokenVerifier
from tests.auth.key_server import ManualClock
from tests.auth.signing import AUDIENCE, ISSUER

pytestmark = pytest.mark.requirement("FR-AUTH-021")

LIFETIME = 600
OLD, NEW = "an old secret of more than 32 bytes", "a new secret of more than 32 bytes"


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> ManualClock:
    """The time of all processes; what is in the folder is looked at each time."""
    monkeypatch.setattr(key_ring, "READ_SECONDS", 0)
    clock = ManualClock()
    clock.now = 1_800_000_000
    return clock


def ring(folder: Path, clock: ManualClock) -> StoredRing[str]:
    return StoredRing(folder / "secret", stored_secret, lifetime=LIFETIME, clock=clock)


def test_a_new_key_verifies_everywhere_before_it_signs_anywhere(
    tmp_path: Path, clock: ManualClock
) -> None:
    one, other = ring(tmp_path, clock), ring(tmp_path, clock)
    old = one.signing()
    new = one.rotate().key
    assert (one.signing(), list(other.verifying())) == (old, [old, new])
    clock.now += LEAD_SECONDS - 1
    assert {one.signing(), other.signing()} == {old}
    clock.now += 1
    assert {one.signing(), other.signing()} == {new}


def test_an_old_key_verifies_until_what_it_signed_has_expired(
    tmp_path: Path, clock: ManualClock
) -> None:
    one, other = ring(tmp_path, clock), ring(tmp_path, clock)
    old = one.signing()
    new = one.rotate().key
    clock.now += LEAD_SECONDS + LIFETIME
    assert list(other.verifying()) == [old, new]
    clock.now += 60
    assert list(other.verifying()) == [new]
    assert (tmp_path / "secret").exists()
    one.rotate()
    assert not (tmp_path / "secret").exists()
    assert other.signing() == new


def test_processes_that_rotate_at_the_same_time_lose_no_key(
    tmp_path: Path, clock: ManualClock
) -> None:
    rings = [ring(tmp_path, clock) for _ in range(3)]
    first = rings[0].signing()
    added = set()
    for each in rings:
        added.add(each.rotate().key)
        clock.now += 0.5
    assert len(added) == 2, "two of them came in the same second, and made one key"
    for each in rings:
        assert set(each.verifying()) == {first, *added}


def test_files_of_others_are_no_keys(tmp_path: Path, clock: ManualClock) -> None:
    only = ring(tmp_path, clock)
    only.signing()
    (tmp_path / "secret-backup").write_text("not a key")
    assert len(only.verifying()) == 1


PHASES = [(OLD,), (OLD, NEW), (NEW, OLD), (NEW,)]


@pytest.mark.parametrize(("before", "after"), list(pairwise(PHASES)))
async def test_replicas_in_two_phases_of_a_setting_accept_each_other(
    before: Sequence[str], after: Sequence[str]
) -> None:
    def shared(phase: Sequence[str]) -> FixedRing[SharedSecret]:
        return FixedRing(tuple(map(SharedSecret, phase)))

    for signer in (before, after):
        token = mint_login_token(shared(signer).signing().secret, "ann", lifetime=60)
        for verifier in (before, after):
            issuer = Issuer(algorithms=("HS256",), keys=SharedSecrets(shared(verifier)))
            assert (await TokenVerifier([issuer]).verify(token)).user_id == "ann"


async def test_a_key_that_was_left_out_is_refused() -> None:
    keys = [SigningKey(Ed25519PrivateKey.generate()) for _ in range(2)]
    token = TokenMinter(FixedRing((keys[0],)), ISSUER).mint("ann", audience=AUDIENCE)
    for left, accepted in ((keys, True), (keys[1:], False)):
        published = TokenMinter(FixedRing(tuple(left)), ISSUER).key_set()
        issuer = Issuer(
            algorithms=("EdDSA",), keys=LocalKeys(published), issuer=ISSUER, audience=AUDIENCE
        )
        verifier = TokenVerifier([issuer])
        if accepted:
            assert await verifier.verify(token)
        else:
            with pytest.raises(InvalidToken):
                await verifier.verify(token)


async def test_a_verified_login_is_refused_once_its_secret_is_left_out(
    tmp_path: Path, clock: ManualClock
) -> None:
    clock.now = time.time()
    secrets = StoredRing(
        tmp_path / "secret",
        lambda path: SharedSecret(stored_secret(path)),
        lifetime=LIFETIME,
        clock=clock,
    )
    verifier = TokenVerifier([Issuer(algorithms=("HS256",), keys=SharedSecrets(secrets))])
    token = mint_login_token(secrets.signing().secret, "ann", lifetime=3600)
    assert await verifier.verify(token)
    secrets.rotate()
    assert await verifier.verify(token)
    clock.now += LEAD_SECONDS + LIFETIME + 60
    with pytest.raises(InvalidToken):
        await verifier.verify(token)
