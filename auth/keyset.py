"""Public keys of an issuer, each bound to one algorithm."""

import json
from collections.abc import Iterable
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from jwt import PyJWK, PyJWTError

MAX_KEYS = 100
# The members a key of each algorithm must have (RFC 7518, 6; RFC 8037, 2).
KEY_TYPES = {
    "EdDSA": {"kty": "OKP", "crv": "Ed25519"},
    "ES256": {"kty": "EC", "crv": "P-256"},
    "RS256": {"kty": "RSA"},
}
_RSA_BITS = range(2048, 8193)


class MalformedKeySet(ValueError):
    """A document is not a JSON Web Key Set (RFC 7517, 5)."""


class KeySet:
    """Keys to be found by the `kid` and `alg` of a token's header."""

    def __init__(self, keys: Iterable[PyJWK]) -> None:
        self._keys = {(key.key_id, key.algorithm_name): key for key in keys}

    def __len__(self) -> int:
        return len(self._keys)

    def find(self, kid: str | None, alg: str) -> PyJWK | None:
        """Return the key with this id; without an id, the only key for `alg` if there is one."""
        if kid is not None:
            return self._keys.get((kid, alg))
        fitting = [key for (_, name), key in self._keys.items() if name == alg]
        return fitting[0] if len(fitting) == 1 else None


def key_set_from_json(body: bytes, algorithms: tuple[str, ...]) -> KeySet:
    """Read a fetched key set as `key_set_from` does.

    Raises:
        MalformedKeySet: It is not JSON, or has no list `keys`.
    """
    try:
        document = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise MalformedKeySet("not JSON") from error
    return key_set_from(document, algorithms)


def key_set_from(document: object, algorithms: tuple[str, ...]) -> KeySet:
    """Read a key set without the keys that are malformed or fit none of `algorithms`.

    Raises:
        MalformedKeySet: There is no list `keys`.
    """
    keys = document.get("keys") if isinstance(document, dict) else None
    if not isinstance(keys, list):
        raise MalformedKeySet('no list "keys"')
    read = (public_key(jwk, algorithms) for jwk in keys[:MAX_KEYS])
    return KeySet(key for key in read if key is not None)


def public_key(jwk: object, algorithms: tuple[str, ...]) -> PyJWK | None:
    """Return the key bound to the one of `algorithms` it fits, or None if it is of no use."""
    if not isinstance(jwk, dict):
        return None
    alg = next((alg for alg in algorithms if _fits(jwk, alg)), None)
    if alg is None:
        return None
    try:
        key = PyJWK(jwk, alg)
    except (PyJWTError, ValueError, TypeError, UnsupportedAlgorithm):
        return None
    weak = isinstance(key.key, RSAPublicKey) and key.key.key_size not in _RSA_BITS
    return None if weak else key


def _fits(jwk: dict[str, Any], alg: str) -> bool:
    """Whether the key verifies `alg` by its own word, and is public: a published secret is none."""
    operations = jwk.get("key_ops", ["verify"])
    return (
        all(jwk.get(member) == value for member, value in KEY_TYPES[alg].items())
        and jwk.get("alg", alg) == alg
        and jwk.get("use", "sig") == "sig"
        and isinstance(operations, list)
        and "verify" in operations
        and isinstance(jwk.get("kid"), str | None)
        and "d" not in jwk
    )
