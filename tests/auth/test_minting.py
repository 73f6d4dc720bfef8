import time

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from auth.errors import InvalidToken, InvalidUserId, UnsafeIssuer
from auth.issuers import Issuer
from auth.minting import (
    RESET_AUDIENCE,
    TokenMinter,
    mint_login_token,
    mint_password_reset_token,
    thumbprint,
)
from auth.sources import LocalKeys
from auth.tokens import TokenVerifier
from tests.auth.signing import AUDIENCE, ISSUER, SECRET, ring_of, shared

MINTER = TokenMinter(ring_of(Ed25519PrivateKey.generate()), ISSUER)
MCP = "http://127.0.0.1:8001/mcp"


def mcp_verifier(audience: str = MCP) -> TokenVerifier:
    keys = LocalKeys(MINTER.key_set())
    issuer = Issuer(
        algorithms=("EdDSA",), keys=keys, issuer=ISSUER, audience=audience, max_lifetime=60
    )
    return TokenVerifier([issuer])


@pytest.mark.requirement("FR-AUTH-015")
async def test_a_minted_token_speaks_for_its_user_to_its_audience_for_a_minute() -> None:
    token = MINTER.mint("alice", audience=MCP, timezone="Europe/Berlin", turn_id="turn-1")
    principal = await mcp_verifier().verify(token)
    assert principal.user_id == "alice"
    assert principal.issuer == ISSUER
    assert principal.client == "todochat"
    assert principal.scopes == {"tasks:read", "tasks:write"}
    assert principal.timezone == "Europe/Berlin"
    assert principal.turn_id == "turn-1"
    assert 55 <= principal.expires_at - time.time() <= 60


@pytest.mark.requirement("FR-AUTH-015")
async def test_a_minted_token_opens_nothing_elsewhere_and_nothing_for_longer() -> None:
    with pytest.raises(InvalidToken) as caught:
        await mcp_verifier("http://elsewhere/mcp").verify(MINTER.mint("alice", audience=MCP))
    assert caught.value.code == "wrong_audience"
    with pytest.raises(InvalidToken, match="longer"):
        await mcp_verifier().verify(MINTER.mint("alice", audience=MCP, lifetime=61))


@pytest.mark.requirement("FR-AUTH-015")
def test_every_minted_token_names_its_key_and_is_unlike_any_other() -> None:
    one, two = (MINTER.mint("alice", audience=MCP, scopes=["tasks:read"]) for _ in range(2))
    assert one != two
    header = jwt.get_unverified_header(one)
    assert header == {"alg": "EdDSA", "typ": "JWT", "kid": MINTER.key_set()["keys"][0]["kid"]}
    claims = jwt.decode(one, options={"verify_signature": False})
    assert set(claims) == {"sub", "iat", "iat_ms", "exp", "iss", "aud", "jti", "client_id", "scope"}


@pytest.mark.requirement("FR-AUTH-015")
def test_the_key_set_holds_the_public_key_alone() -> None:
    (key,) = MINTER.key_set()["keys"]
    assert set(key) == {"kty", "crv", "x", "kid", "use", "alg"}
    assert (key["kty"], key["crv"], key["use"], key["alg"]) == ("OKP", "Ed25519", "sig", "EdDSA")


@pytest.mark.requirement("FR-AUTH-015")
def test_the_key_id_is_the_thumbprint_of_rfc_8037() -> None:
    x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
    jwk = {"kty": "OKP", "crv": "Ed25519", "x": x, "alg": "EdDSA"}
    assert thumbprint(jwk) == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"


@pytest.mark.requirement("FR-AUTH-016")
async def test_a_login_token_is_good_for_who_holds_the_secret() -> None:
    verifier = TokenVerifier([Issuer(algorithms=("HS256",), keys=shared(SECRET))])
    principal = await verifier.verify(mint_login_token(SECRET, "alice", lifetime=3600))
    assert principal.user_id == "alice"
    assert principal.scopes == frozenset()
    assert 3590 <= principal.expires_at - time.time() <= 3600


@pytest.mark.requirement("FR-AUTH-016")
async def test_a_login_token_names_issuer_and_audience_where_given() -> None:
    verifier = TokenVerifier(
        [Issuer(algorithms=("HS256",), keys=shared(SECRET), issuer=ISSUER, audience=AUDIENCE)]
    )
    token = mint_login_token(SECRET, "alice", lifetime=60, issuer=ISSUER, audience=AUDIENCE)
    assert (await verifier.verify(token)).issuer == ISSUER


@pytest.mark.requirement("FR-AUTH-016")
@pytest.mark.parametrize("user_id", ["", " ", "a\0b", "\ud800", "x" * 256])
def test_no_token_is_made_for_a_user_id_that_no_verifier_accepts(user_id: str) -> None:
    with pytest.raises(InvalidUserId):
        mint_login_token(SECRET, user_id, lifetime=60)
    with pytest.raises(InvalidUserId):
        MINTER.mint(user_id, audience=MCP)


@pytest.mark.requirement("FR-AUTH-016")
def test_no_login_token_is_made_with_a_short_secret() -> None:
    with pytest.raises(UnsafeIssuer):
        mint_login_token("short", "alice", lifetime=60)


@pytest.mark.requirement("FR-RUN-025")
async def test_a_token_for_a_new_password_is_good_for_a_minute_and_no_login() -> None:
    token = mint_password_reset_token(SECRET, "ann@todochat.example")
    claims = jwt.decode(token, SECRET, algorithms=["HS256"], audience=RESET_AUDIENCE)
    assert claims["email"] == "ann@todochat.example"
    assert claims["exp"] - claims["iat"] == 60
    assert abs(claims["iat"] - time.time()) < 5
    with pytest.raises(InvalidToken):
        await TokenVerifier([Issuer(algorithms=("HS256",), keys=shared(SECRET))]).verify(token)
