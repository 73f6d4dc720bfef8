import contextlib
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auth.errors import InvalidToken
from auth.issuers import Issuer
from auth.keyset import MalformedKeySet, key_set_from, key_set_from_json
from auth.principal import Principal, is_name
from auth.sources import LocalKeys
from auth.tokens import TokenVerifier
from tests.auth.signing import (
    AUDIENCE,
    ISSUER,
    SECRET,
    ed25519,
    es256,
    good_claims,
    hs256,
    rs256,
    segment,
    shared,
)

ED, EC, RSA = ed25519(), es256(), rs256()
JWKS = [ED.jwk(), EC.jwk(), RSA.jwk()]
ALGORITHMS = ("EdDSA", "ES256", "RS256")
VERIFIER = TokenVerifier(
    [
        Issuer(algorithms=ALGORITHMS, keys=LocalKeys({"keys": JWKS}), issuer=ISSUER),
        Issuer(
            algorithms=("HS256",),
            keys=shared(SECRET),
            issuer=ISSUER,
            audience=AUDIENCE,
            max_lifetime=3600,
        ),
    ]
)
GOOD = [ED.token(aud=None), EC.token(aud=None), RSA.token(aud=None), hs256(good_claims())]

texts = st.text(st.characters(), max_size=300)
scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(10**300, 10**310)
    | st.floats()
    | texts
    | st.sampled_from(["EdDSA", "HS256", "none", "ed", "ec", "rsa", "verify", ISSUER, AUDIENCE])
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=8,
)
claim_names = st.sampled_from(
    ["sub", "exp", "iat", "nbf", "iss", "aud", "jti", "scope", "client_id", "azp", "zoneinfo"]
)
header_names = st.sampled_from(["alg", "kid", "typ", "crit", "b64", "jwk", "x5c", "cty"])
member_names = st.sampled_from(["kty", "crv", "x", "y", "n", "e", "d", "kid", "alg", "use"])

pytestmark = pytest.mark.requirement("FR-AUTH-007")
thorough = settings(max_examples=300, deadline=None)


async def outcome(token: str) -> Principal | None:
    """Verify; anything but a principal or InvalidToken fails the test."""
    with contextlib.suppress(InvalidToken):
        principal = await VERIFIER.verify(token)
        assert is_name(principal.user_id)
        return principal
    return None


@thorough
@given(texts | st.binary(max_size=300).map(lambda raw: raw.decode("latin-1")))
async def test_any_text_is_refused(text: str) -> None:
    assert await outcome(text) is None


@thorough
@given(st.lists(st.binary(max_size=60) | values, min_size=1, max_size=4))
async def test_any_segments_are_refused(parts: list[Any]) -> None:
    assert await outcome(".".join(segment(part) for part in parts)) is None


@thorough
@given(st.dictionaries(claim_names | texts, values, max_size=5), st.booleans())
async def test_any_signed_claims_lead_to_a_principal_or_a_refusal(
    changes: dict[str, Any], whole: bool
) -> None:
    await outcome(hs256(changes if whole else {**good_claims(), **changes}))


@thorough
@given(st.dictionaries(header_names | texts, values, max_size=4))
async def test_any_header_leads_to_a_principal_or_a_refusal(changes: dict[str, Any]) -> None:
    await outcome(hs256(good_claims(), **changes))
    for token in GOOD:
        _, rest = token.split(".", 1)
        await outcome(f"{segment({'alg': 'EdDSA', 'kid': 'ed', **changes})}.{rest}")


@thorough
@given(st.sampled_from(GOOD), st.integers(0, 10_000), st.characters() | st.sampled_from(".=-_A"))
async def test_a_token_with_another_character_in_it_never_speaks_for_anyone(
    token: str, place: int, character: str
) -> None:
    place %= len(token)
    changed = token[:place] + character + token[place + 1 :]
    assert (await outcome(changed) is None) == (changed != token)


@thorough
@given(st.binary(max_size=200) | values.map(lambda value: json.dumps(value).encode()))
def test_any_body_is_a_key_set_or_malformed(body: bytes) -> None:
    with contextlib.suppress(MalformedKeySet):
        key_set_from_json(body, ALGORITHMS)


@thorough
@given(st.sampled_from(JWKS), st.dictionaries(member_names | texts, values, max_size=3))
def test_any_key_is_read_or_skipped(jwk: dict[str, Any], changes: dict[str, Any]) -> None:
    assert len(key_set_from({"keys": [{**jwk, **changes}, {}, changes]}, ALGORITHMS)) <= 1
