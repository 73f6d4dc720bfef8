import logging

import pytest

from auth.errors import InvalidToken, UnsafeIssuer
from auth.issuers import Issuer
from auth.login import AuthSettings, login_issuers, web_app_issuers
from auth.minting import mint_login_token
from auth.sources import RemoteKeys
from auth.tokens import TokenVerifier
from tests.auth.signing import AUDIENCE, ISSUER, SECRET, good_claims, hs256, shared

JWKS_URL = "http://127.0.0.1:3000/api/auth/jwks"

pytestmark = pytest.mark.requirement("FR-AUTH-019")


def settings(**values: str) -> AuthSettings:
    return AuthSettings.model_validate(values)


def test_holders_of_the_secret_are_believed() -> None:
    week = 7 * 24 * 3600
    issuer = Issuer(algorithms=("HS256",), keys=shared(SECRET), max_lifetime=week)
    assert login_issuers(settings(), shared(SECRET).ring) == [issuer]


@pytest.mark.parametrize("secret", ["the first of two shared secrets, which signs", SECRET])
async def test_a_token_without_the_id_of_a_key_may_be_of_any_secret(secret: str) -> None:
    ring = shared("the first of two shared secrets, which signs", SECRET)
    issuer = Issuer(algorithms=("HS256",), keys=ring, issuer=ISSUER, audience=AUDIENCE)
    principal = await TokenVerifier([issuer]).verify(hs256(good_claims(sub="ann"), secret))
    assert principal.user_id == "ann"


def test_the_issuer_at_the_jwks_url_is_believed() -> None:
    names = {"auth_issuer": ISSUER, "auth_audience": AUDIENCE}
    assert login_issuers(settings(auth_jwks_url=JWKS_URL, **names), None) == [
        Issuer(
            algorithms=("EdDSA", "ES256", "RS256"),
            keys=RemoteKeys(JWKS_URL),
            issuer=ISSUER,
            audience=AUDIENCE,
        )
    ]


def test_issuer_and_audience_bind_the_tokens_of_both() -> None:
    names = {"auth_issuer": ISSUER, "auth_audience": AUDIENCE}
    both = login_issuers(settings(auth_jwks_url=JWKS_URL, **names), shared(SECRET).ring)
    assert [issuer.algorithms[0] for issuer in both] == ["HS256", "EdDSA"]
    assert {(issuer.issuer, issuer.audience) for issuer in both} == {(ISSUER, AUDIENCE)}


def test_a_missing_audience_is_warned_of_where_one_key_may_sign_for_many(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.WARNING, "auth.login"):
        login_issuers(settings(auth_jwks_url=JWKS_URL), None)
    assert "AUTH_AUDIENCE" in caplog.text


def test_without_secret_and_url_nobody_is_believed() -> None:
    assert login_issuers(settings(), None) == []


async def test_without_hs256_a_login_by_a_shared_secret_is_refused() -> None:
    trusted = login_issuers(
        settings(auth_hs256="false", auth_jwks_url=JWKS_URL), shared(SECRET).ring
    )
    verifier = TokenVerifier(trusted)
    with pytest.raises(InvalidToken, match="algorithm"):
        await verifier.verify(mint_login_token(SECRET, "ann", lifetime=60))
    await verifier.aclose()
    with pytest.raises(UnsafeIssuer):
        TokenVerifier(login_issuers(settings(auth_hs256="false"), shared(SECRET).ring))


def test_an_unsafe_secret_or_url_stops_the_start() -> None:
    with pytest.raises(UnsafeIssuer):
        login_issuers(settings(), shared("short").ring)
    with pytest.raises(UnsafeIssuer):
        login_issuers(settings(auth_jwks_url="ftp://host/jwks"), None)


@pytest.mark.requirement("FR-WEB-004")
def test_the_web_app_is_an_issuer_beside_the_others_with_rules_of_its_own() -> None:
    (web_app,) = web_app_issuers(JWKS_URL, issuer=ISSUER, audience=AUDIENCE)
    assert web_app == Issuer(
        algorithms=("EdDSA",),
        keys=RemoteKeys(JWKS_URL),
        issuer=ISSUER,
        audience=AUDIENCE,
        max_lifetime=900,
    )
    TokenVerifier([*login_issuers(settings(auth_jwks_url=JWKS_URL), shared(SECRET).ring), web_app])


@pytest.mark.requirement("FR-WEB-004")
def test_without_a_web_app_nobody_else_is_believed() -> None:
    assert web_app_issuers(None, issuer=ISSUER, audience=AUDIENCE) == []
