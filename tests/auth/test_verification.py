import json
import time
from typing import Any

import jwt
import pytest

from auth.errors import AuthError, InvalidToken
from auth.issuers import Issuer
from auth.sources import LocalKeys
from auth.tokens import TokenVerifier
from tests.auth.signing import (
    AUDIENCE,
    ISSUER,
    SECRET,
    Signer,
    ed25519,
    es256,
    good_claims,
    hs256,
    rs256,
    segment,
    shared,
)

ED, EC, RSA = ed25519(), es256(), rs256()
KEY_SET = {"keys": [ED.jwk(), EC.jwk(), RSA.jwk()]}
PUBLIC = Issuer(
    algorithms=("EdDSA", "ES256", "RS256"),
    keys=LocalKeys(KEY_SET),
    issuer=ISSUER,
    audience=AUDIENCE,
)
SHARED = Issuer(algorithms=("HS256",), keys=shared(SECRET), issuer=ISSUER, audience=AUDIENCE)
BOTH = TokenVerifier([PUBLIC, SHARED])
NOW = int(time.time())


async def refusal(token: str, verifier: TokenVerifier = BOTH) -> AuthError:
    with pytest.raises(InvalidToken) as caught:
        await verifier.verify(token)
    return caught.value


@pytest.mark.requirement("FR-AUTH-002")
@pytest.mark.parametrize("signer", [ED, EC, RSA], ids=lambda signer: signer.alg)
async def test_a_good_token_of_each_public_key_algorithm_is_accepted(signer: Signer) -> None:
    assert (await BOTH.verify(signer.token())).user_id == "alice"


@pytest.mark.requirement("FR-AUTH-002")
async def test_a_good_token_of_the_shared_secret_is_accepted_whatever_its_key_id() -> None:
    for header in ({}, {"kid": "any"}):
        assert (await BOTH.verify(hs256(good_claims(), **header))).user_id == "alice"


FORGED = {
    "unsigned": f"{segment({'alg': 'none'})}.{segment(good_claims())}.",
    "unsigned, other case": f"{segment({'alg': 'NoNe'})}.{segment(good_claims())}.",
    "signature left out": ED.token().rsplit(".", 1)[0] + ".",
    "signed with a stranger's key": ed25519().token(),
    "signed with a stranger's secret": hs256(good_claims(), secret="x" * 40),
    "HS256 with the public key's PEM": hs256(good_claims(), secret=RSA.pem(), kid="rsa"),
    "HS256 with the public key's JWK": hs256(good_claims(), json.dumps(ED.jwk()), kid="ed"),
    "HS256 with the public key's x": hs256(good_claims(), ED.jwk()["x"], kid="ed"),
    "HS512 with the shared secret": jwt.encode(good_claims(), SECRET * 2, "HS512"),
    "algorithm not pinned": jwt.encode(good_claims(), RSA.key, "PS256", {"kid": "rsa"}),
    "key of another algorithm": jwt.encode(good_claims(), ED.key, "EdDSA", {"kid": "rsa"}),
    "key id of nobody": ed25519("nobody").token(),
    "key inside the header": jwt.encode(
        good_claims(), (forger := ed25519()).key, "EdDSA", {"kid": "ed", "jwk": forger.jwk()}
    ),
    "unknown critical extension": hs256(good_claims(), crit=["exp"]),
    "unencoded payload": hs256(good_claims(), b64=False, crit=["b64"]),
    "claims changed": ".".join(
        [(parts := ED.token().split("."))[0], segment(good_claims(sub="bob")), parts[2]]
    ),
}


@pytest.mark.requirement("FR-AUTH-002")
@pytest.mark.parametrize("token", FORGED.values(), ids=FORGED.keys())
async def test_a_forged_token_is_refused(token: str) -> None:
    assert (await refusal(token)).code == "invalid_token"


@pytest.mark.requirement("FR-AUTH-002")
async def test_a_tokens_issuer_is_chosen_by_its_name_and_algorithm() -> None:
    one, two = ed25519("same"), ed25519("same")
    verifier = TokenVerifier(
        [
            Issuer(algorithms=("EdDSA",), keys=LocalKeys({"keys": [key.jwk()]}), issuer=name)
            for key, name in ((one, "one"), (two, "two"))
        ]
    )
    assert (await verifier.verify(one.token(iss="one", aud=None))).issuer == "one"
    assert (await verifier.verify(two.token(iss="two", aud=None))).issuer == "two"
    assert (await refusal(two.token(iss="one", aud=None), verifier)).code == "invalid_token"


@pytest.mark.requirement("FR-AUTH-002")
async def test_an_issuer_of_the_tokens_name_goes_before_one_without_a_name() -> None:
    named, nameless = ed25519("same"), ed25519("same")
    verifier = TokenVerifier(
        [
            Issuer(algorithms=("EdDSA",), keys=LocalKeys({"keys": [key.jwk()]}), issuer=name)
            for key, name in ((nameless, None), (named, ISSUER))
        ]
    )
    assert await verifier.verify(named.token(aud=None))
    assert await verifier.verify(nameless.token(aud=None, iss="https://other.example"))
    assert (await refusal(nameless.token(aud=None), verifier)).code == "invalid_token"


TIMES = [
    ({"exp": None}, "invalid_token"),
    ({"exp": NOW - 3600}, "token_expired"),
    ({"exp": NOW - 6}, "token_expired"),
    ({"exp": 0}, "token_expired"),
    ({"exp": True}, "token_expired"),
    ({"exp": -(10**300)}, "token_expired"),
    ({"exp": str(NOW + 3600)}, "invalid_token"),
    ({"exp": "soon"}, "invalid_token"),
    ({"exp": [NOW + 3600]}, "invalid_token"),
    ({"exp": 10**300}, "invalid_token"),
    ({"exp": float("inf")}, "invalid_token"),
    ({"exp": float("nan")}, "invalid_token"),
    ({"nbf": NOW + 3600}, "token_not_yet_valid"),
    ({"nbf": "later"}, "invalid_token"),
    ({"nbf": False}, "invalid_token"),
    ({"iat": NOW + 3600}, "token_not_yet_valid"),
    ({"iat": {}}, "invalid_token"),
]


@pytest.mark.requirement("FR-AUTH-003")
@pytest.mark.parametrize(
    ("changes", "code"), TIMES, ids=[f"{n}-{code}" for n, (_, code) in enumerate(TIMES)]
)
async def test_a_token_outside_its_time_is_refused(changes: dict[str, Any], code: str) -> None:
    assert (await refusal(hs256(good_claims(**changes)))).code == code


@pytest.mark.requirement("FR-AUTH-003")
async def test_clocks_may_differ_by_a_few_seconds() -> None:
    now = int(time.time())
    assert await BOTH.verify(hs256(good_claims(exp=now - 2)))
    assert await BOTH.verify(hs256(good_claims(nbf=now + 3, iat=now + 3)))


NAMES = [
    ({"iss": None}, "wrong_issuer"),
    ({"iss": "https://other.example"}, "wrong_issuer"),
    ({"iss": ISSUER + "/"}, "wrong_issuer"),
    ({"iss": [ISSUER]}, "invalid_token"),
    ({"iss": 7}, "invalid_token"),
    ({"aud": None}, "invalid_token"),
    ({"aud": ""}, "invalid_token"),
    ({"aud": []}, "invalid_token"),
    ({"aud": "https://other.example"}, "wrong_audience"),
    ({"aud": ["https://other.example"]}, "wrong_audience"),
    ({"aud": {AUDIENCE: 1}}, "wrong_audience"),
    ({"aud": [AUDIENCE, 7]}, "wrong_audience"),
]


@pytest.mark.requirement("FR-AUTH-004")
@pytest.mark.parametrize(("changes", "code"), NAMES, ids=str)
async def test_a_token_for_or_from_someone_else_is_refused(
    changes: dict[str, Any], code: str
) -> None:
    assert (await refusal(hs256(good_claims(**changes)))).code == code


@pytest.mark.requirement("FR-AUTH-004")
async def test_one_of_several_audiences_is_enough() -> None:
    assert await BOTH.verify(ED.token(aud=["https://other.example", AUDIENCE]))


@pytest.mark.requirement("FR-AUTH-004")
async def test_without_configured_names_a_token_needs_none_but_may_not_name_an_audience() -> None:
    verifier = TokenVerifier([Issuer(algorithms=("HS256",), keys=shared(SECRET))])
    assert (await verifier.verify(hs256(good_claims(iss=None, aud=None)))).issuer is None
    assert (await verifier.verify(hs256(good_claims(aud=None)))).issuer == ISSUER
    assert (await refusal(hs256(good_claims()), verifier)).code == "wrong_audience"


SUBJECTS: dict[str, object] = {
    "missing": None,
    "empty": "",
    "blank": "  ",
    "too long": "x" * 256,
    "NUL": "ali\0ce",
    "line feed": "alice\n",
    "C1 control": "ali\x85ce",
    "lone surrogate": "ali\ud800ce",
    "right-to-left mark": "ali\u202ece",
    "number": 7,
    "list": ["alice"],
    "object": {},
    "true": True,
}


@pytest.mark.requirement("FR-AUTH-005")
@pytest.mark.parametrize("subject", SUBJECTS.values(), ids=SUBJECTS.keys())
async def test_a_subject_that_names_nobody_is_refused(subject: object) -> None:
    assert (await refusal(hs256(good_claims(sub=subject)))).code == "invalid_token"


@pytest.mark.requirement("FR-AUTH-005")
@pytest.mark.parametrize("subject", ["a", "x" * 255, "Zoë", "user@example.org", "auth0|5f7c8ec7"])
async def test_a_subject_of_printable_characters_is_the_user_id(subject: str) -> None:
    assert (await BOTH.verify(hs256(good_claims(sub=subject)))).user_id == subject


@pytest.mark.requirement("FR-AUTH-006")
async def test_a_token_that_lives_too_long_is_refused_where_lifetimes_are_limited() -> None:
    limited = Issuer(algorithms=("HS256",), keys=shared(SECRET), max_lifetime=60)
    verifier = TokenVerifier([limited])
    now = int(time.time())
    claims = good_claims(aud=None, iat=now, exp=now + 60)
    assert await verifier.verify(hs256(claims))
    for changes in ({"exp": now + 61}, {"iat": now - 1}, {"iat": 0}):
        assert (await refusal(hs256({**claims, **changes}), verifier)).code == "invalid_token"
    del claims["iat"]
    assert await verifier.verify(hs256(claims))
    claims["exp"] = now + 70
    assert (await refusal(hs256(claims), verifier)).code == "invalid_token"


GARBAGE = {
    "empty": "",
    "word": "token",
    "two segments": "a.b",
    "four segments": ED.token() + ".x",
    "five segments": "a.b.c.d.e",
    "dots": "..",
    "many dots": "." * 8000,
    "not ASCII": ED.token() + "é",
    "lone surrogate": ED.token()[:-1] + "\ud800",
    "NUL": ED.token() + "\0",
    "line end": ED.token() + "\n",
    "space": " " + ED.token(),
    "padding in the middle": "e30=.e30=.e3=0",
    "header no object": f"{segment([])}.{segment(good_claims())}.x",
    "header no JSON": f"{segment(b'{')}.{segment(good_claims())}.x",
    "header no UTF-8": f"{segment(bytes([255]))}.{segment(good_claims())}.x",
    "claims no object": hs256(["sub"]),
    "claims null": hs256(b"null"),
    "claims no JSON": hs256(b"{"),
    "claims empty": hs256({}),
    "deep JSON": hs256(b"[" * 5000 + b"]" * 500),
    "deep claims": hs256(b'{"a":' * 1100 + b"1" + b"}" * 1100),
    "number of 5000 digits": hs256(b'{"sub":"alice","exp":' + b"9" * 5000 + b"}"),
    "too long": hs256(good_claims(padding="x" * 7000)),
    "alg missing": f"{segment({})}.{segment(good_claims())}.x",
    "alg no text": hs256(good_claims(), alg=["HS256"]),
    "kid no text": hs256(good_claims(), kid={}),
    "jti no text": hs256(good_claims(jti=1)),
}


@pytest.mark.requirement("FR-AUTH-007")
@pytest.mark.parametrize("token", GARBAGE.values(), ids=GARBAGE.keys())
async def test_what_is_no_token_is_refused(token: str) -> None:
    assert (await refusal(token)).code in {"invalid_token", "wrong_issuer"}


@pytest.mark.requirement("FR-AUTH-007")
async def test_a_refusal_is_a_sentence_that_repeats_nothing_of_the_token() -> None:
    for token in (*GARBAGE.values(), *FORGED.values(), hs256(good_claims(sub="s3cret\n"))):
        sentence = str(await refusal(token))
        assert sentence.endswith(".")
        assert len(sentence) < 80
        assert "s3cret" not in sentence
