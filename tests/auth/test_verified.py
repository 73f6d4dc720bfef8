import time

import pytest
from jwt import PyJWK

from auth.decode import LEEWAY
from auth.errors import InvalidToken
from auth.issuers import Issuer
from auth.principal import Principal
from auth.sources import LocalKeys
from auth.tokens import TokenVerifier
from auth.verified import MAX_TOKENS, VerifiedTokens
from tests.auth.key_server import ManualClock
from tests.auth.signing import AUDIENCE, ISSUER, ed25519

ALICE = Principal("alice", ISSUER, None, frozenset(), None, None, expires_at=2000)
SIGNER = ed25519()


def key() -> PyJWK:
    return PyJWK(SIGNER.jwk())


@pytest.mark.requirement("FR-AUTH-020")
def test_a_token_is_known_to_the_very_key_that_verified_it() -> None:
    tokens, verified_by = VerifiedTokens(ManualClock()), key()
    tokens.add("token", verified_by, ALICE)
    assert tokens.find("token", verified_by) == ALICE
    assert tokens.find("token", key()) is None
    assert tokens.find("token2", verified_by) is None


@pytest.mark.requirement("FR-AUTH-020")
def test_a_known_token_is_forgotten_when_it_expires() -> None:
    clock = ManualClock()
    tokens, verified_by = VerifiedTokens(clock), key()
    tokens.add("token", verified_by, ALICE)
    clock.now = ALICE.expires_at + LEEWAY - 1
    assert tokens.find("token", verified_by) == ALICE
    clock.now += 1
    assert tokens.find("token", verified_by) is None


@pytest.mark.requirement("FR-AUTH-020")
def test_only_so_many_tokens_are_known() -> None:
    tokens, verified_by = VerifiedTokens(ManualClock()), key()
    for number in range(MAX_TOKENS + 1):
        tokens.add(f"token {number}", verified_by, ALICE)
    assert tokens.find("token 0", verified_by) is None
    assert tokens.find("token 1", verified_by) == ALICE


@pytest.mark.requirement("FR-AUTH-020")
async def test_a_token_like_a_known_one_is_verified() -> None:
    keys = LocalKeys({"keys": [SIGNER.jwk()]})
    verifier = TokenVerifier(
        [Issuer(algorithms=("EdDSA",), keys=keys, issuer=ISSUER, audience=AUDIENCE)]
    )
    token = SIGNER.token(exp=int(time.time()) + 60)
    for _ in range(2):
        assert (await verifier.verify(token)).user_id == "alice"
    forged = ed25519().token(exp=int(time.time()) + 60)
    for other in (forged, token.rsplit(".", 1)[0] + "." + forged.rsplit(".", 1)[1]):
        with pytest.raises(InvalidToken):
            await verifier.verify(other)
