"""What the principal of a token carries."""

import time
from typing import Any

import pytest

from auth.claims import principal_of
from auth.issuers import Issuer
from auth.principal import Principal
from auth.sources import LocalKeys
from auth.tokens import TokenVerifier
from tests.auth.signing import AUDIENCE, ISSUER, SECRET, ed25519, good_claims, hs256, shared

ED = ed25519()
VERIFIER = TokenVerifier(
    [
        Issuer(
            algorithms=("EdDSA",),
            keys=LocalKeys({"keys": [ED.jwk()]}),
            issuer=ISSUER,
            audience=AUDIENCE,
        ),
        Issuer(algorithms=("HS256",), keys=shared(SECRET), issuer=ISSUER, audience=AUDIENCE),
    ]
)
NOW = int(time.time())


@pytest.mark.requirement("FR-AUTH-008")
async def test_the_principal_carries_what_the_token_says() -> None:
    token = ED.token(
        iat=NOW,
        exp=NOW + 1800,
        client_id="cursor",
        azp="other",
        scope="tasks:read  tasks:write",
        zoneinfo="Europe/Berlin",
        turn_id="turn-1",
        email="alice@todochat.example",
        email_verified=True,
    )
    assert await VERIFIER.verify(token) == Principal(
        user_id="alice",
        issuer=ISSUER,
        client="cursor",
        scopes=frozenset({"tasks:read", "tasks:write"}),
        timezone="Europe/Berlin",
        turn_id="turn-1",
        expires_at=NOW + 1800,
        email="alice@todochat.example",
        issued_at=NOW,
        authenticated_at=NOW,
    )


@pytest.mark.requirement("FR-AUTH-008")
@pytest.mark.parametrize("verified", [None, False, "true", 1])
async def test_an_address_that_is_not_verified_is_left_out(verified: object) -> None:
    token = ED.token(email="alice@todochat.example", email_verified=verified)
    assert (await VERIFIER.verify(token)).email is None


@pytest.mark.requirement("FR-AUTH-008")
async def test_the_authorized_party_stands_in_for_the_client_id() -> None:
    assert (await VERIFIER.verify(ED.token(azp="vscode"))).client == "vscode"


@pytest.mark.requirement("FR-AUTH-008")
@pytest.mark.parametrize("value", [7, [], {}, True, "", "a\0b", "\ud800", "x" * 300])
async def test_a_malformed_optional_claim_counts_as_absent(value: object) -> None:
    names = ("client_id", "azp", "zoneinfo", "turn_id", "email")
    claims = good_claims(**dict.fromkeys(names, value), email_verified=True)
    found = await VERIFIER.verify(hs256(claims))
    assert (found.client, found.timezone, found.turn_id, found.email) == (None, None, None, None)


@pytest.mark.requirement("FR-AUTH-008")
@pytest.mark.parametrize("zone", ["Mars/Olympus", "CET+1", "../etc/passwd", "Europe", "localtime"])
async def test_a_time_zone_that_is_not_of_iana_is_left_out(zone: str) -> None:
    assert (await VERIFIER.verify(ED.token(zoneinfo=zone))).timezone is None


@pytest.mark.requirement("FR-AUTH-008")
async def test_a_scope_that_is_no_text_grants_nothing() -> None:
    for scope in (None, ["tasks:read"], 1):
        assert (await VERIFIER.verify(ED.token(scope=scope))).scopes == frozenset()


@pytest.mark.requirement("FR-AUTH-243")
@pytest.mark.parametrize(
    ("claims", "issued_at"),
    [
        ({"iat": 1000, "iat_ms": 1_000_250}, 1000.25),
        ({"iat": 1000, "iat_ms": 999_900}, 999.9),
        ({"iat": 1000}, 1000),
        ({"iat": 1000, "iat_ms": 99_000_000}, 1000),
        ({"iat": 1000, "iat_ms": "1000250"}, 1000),
        ({}, 0),
    ],
)
def test_a_token_tells_its_time_to_the_millisecond_or_counts_as_old(
    claims: dict[str, Any], issued_at: float
) -> None:
    assert principal_of({"sub": "alice", "exp": 2000, **claims}, None).issued_at == issued_at
