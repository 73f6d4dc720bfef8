"""One public key of a JSON Web Key Set, read for one algorithm (RFC 7517, 4)."""

from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from jwt import PyJWK, PyJWTError

# The members a key of each algorithm must have (RFC 7518, 6; RFC 8037, 2).
KEY_TYPES = {
    "EdDSA": {"kty": "OKP", "crv": "Ed25519"},
    "ES256": {"kty": "EC", "crv": "P-256"},
    "RS256": {"kty": "RSA"},
}
_RSA_BITS = range(2048, 8193)


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
