from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed448 import Ed448PrivateKey

from auth.keyset import MAX_KEYS, MalformedKeySet, key_set_from, key_set_from_json
from tests.auth.signing import Signer, ed25519, es256, rs256

ALGORITHMS = ("EdDSA", "ES256", "RS256")
ED, EC, RSA = ed25519("key"), es256("key"), rs256("key")


def usable(*jwks: object) -> int:
    return len(key_set_from({"keys": list(jwks)}, ALGORITHMS))


@pytest.mark.requirement("FR-AUTH-013")
@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"{}", b'{"keys": {}}', b"\xff"])
def test_what_is_no_key_set_is_malformed(body: bytes) -> None:
    with pytest.raises(MalformedKeySet):
        key_set_from_json(body, ALGORITHMS)


@pytest.mark.requirement("FR-AUTH-013")
def test_deeply_nested_json_is_malformed() -> None:
    with pytest.raises(MalformedKeySet):
        key_set_from_json(b"[" * 100_000, ALGORITHMS)


UNUSABLE: dict[str, Any] = {
    "no object": "key",
    "empty": {},
    "null": None,
    "unknown type": ED.jwk(kty="XYZ"),
    "type no text": ED.jwk(kty=["OKP"]),
    "type of another algorithm": ED.jwk(alg="RS256"),
    "algorithm not pinned": RSA.jwk(alg="PS256"),
    "for encryption": ED.jwk(use="enc"),
    "for signing only": ED.jwk(key_ops=["sign"]),
    "operations no list": ED.jwk(key_ops="verify"),
    "other curve": EC.jwk(crv="P-384", alg=None),
    "other Edwards curve": Signer(Ed448PrivateKey.generate(), "EdDSA", "key").jwk(),
    "without coordinates": ED.jwk(x=None),
    "coordinates no text": ED.jwk(x=7),
    "coordinates too short": ED.jwk(x="AAAA"),
    "coordinates no base64": ED.jwk(x="\ud800"),
    "point not on the curve": EC.jwk(y=EC.jwk()["x"]),
    "id no text": ED.jwk(kid=7),
    "published private key": ED.private_jwk(),
    "weak RSA": rs256(bits=1024).jwk(),
    "symmetric": {"kty": "oct", "k": "AAAA", "kid": "key"},
    "symmetric, called RS256": {"kty": "oct", "k": "AAAA", "kid": "key", "alg": "RS256"},
}


@pytest.mark.requirement("FR-AUTH-013")
@pytest.mark.parametrize("jwk", UNUSABLE.values(), ids=UNUSABLE.keys())
def test_an_unusable_key_is_skipped_and_the_others_are_kept(jwk: object) -> None:
    assert usable(jwk) == 0
    assert usable(jwk, RSA.jwk()) == 1


@pytest.mark.requirement("FR-AUTH-013")
def test_a_key_need_not_say_its_algorithm_or_use() -> None:
    bare = {"alg": None, "use": None}
    keys = [ED.jwk(**bare), EC.jwk(**bare), RSA.jwk(**bare, key_ops=["verify"])]
    assert usable(*keys) == 3


@pytest.mark.requirement("FR-AUTH-013")
def test_a_key_is_used_with_pinned_algorithms_only() -> None:
    keys = key_set_from({"keys": [ED.jwk(), EC.jwk()]}, ("ES256",))
    assert keys.find("key", "EdDSA") is None
    assert keys.find("key", "ES256") is not None


@pytest.mark.requirement("FR-AUTH-013")
def test_only_so_many_keys_of_a_set_are_read() -> None:
    assert usable(*(ED.jwk(kid=str(number)) for number in range(MAX_KEYS + 1))) == MAX_KEYS


@pytest.mark.requirement("FR-AUTH-014")
def test_without_an_id_the_only_key_of_the_algorithm_fits() -> None:
    keys = key_set_from({"keys": [ED.jwk(), EC.jwk()]}, ALGORITHMS)
    assert keys.find(None, "EdDSA") is not None
    assert keys.find(None, "RS256") is None


@pytest.mark.requirement("FR-AUTH-014")
def test_without_an_id_no_key_fits_where_several_could() -> None:
    keys = key_set_from({"keys": [ED.jwk(kid="one"), ED.jwk(kid="two")]}, ALGORITHMS)
    assert keys.find(None, "EdDSA") is None
    assert keys.find("two", "EdDSA") is not None


@pytest.mark.requirement("FR-AUTH-014")
def test_a_key_without_an_id_fits_no_token_that_names_one() -> None:
    keys = key_set_from({"keys": [ED.jwk(kid=None)]}, ALGORITHMS)
    assert keys.find("key", "EdDSA") is None
    assert keys.find(None, "EdDSA") is not None
