"""Tokens and keys as an issuer, or a forger, would make them."""

import base64
import hashlib
import hmac
import json
import time
from dataclasses import dataclass
from functools import cache
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key as generate_rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import AllowedPrivateKeys

from auth.key_ring import FixedRing
from auth.minting import SigningKey
from auth.sources import SharedSecret, SharedSecrets

SECRET = "a shared secret of well over 32 bytes"
ISSUER = "https://issuer.example"
AUDIENCE = "https://todochat.example"


@dataclass(frozen=True)
class Signer:
    """A key of an issuer, with its id."""

    key: AllowedPrivateKeys
    alg: str
    kid: str

    def token(self, **claims: Any) -> str:
        """Sign good claims, changed by `claims`."""
        return jwt.encode(good_claims(**claims), self.key, self.alg, {"kid": self.kid})

    def jwk(self, **members: Any) -> dict[str, Any]:
        """Return the public key, changed by `members`; None takes a member out."""
        algorithm = jwt.get_algorithm_by_name(self.alg)
        public: dict[str, Any] = algorithm.to_jwk(self.key.public_key(), as_dict=True)
        return without_nones({**public, "kid": self.kid, "alg": self.alg, "use": "sig", **members})

    def private_jwk(self) -> dict[str, Any]:
        """Return the key as no issuer should ever publish it."""
        algorithm = jwt.get_algorithm_by_name(self.alg)
        return {**self.jwk(), **algorithm.to_jwk(self.key, as_dict=True)}

    def pem(self) -> str:
        """Return the public key in PEM form."""
        public = self.key.public_key()
        return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def ed25519(kid: str = "ed") -> Signer:
    return Signer(Ed25519PrivateKey.generate(), "EdDSA", kid)


def es256(kid: str = "ec") -> Signer:
    return Signer(generate_private_key(SECP256R1()), "ES256", kid)


@cache
def rs256(kid: str = "rsa", bits: int = 2048) -> Signer:
    """Return one key for each choice: they take a while to find."""
    return Signer(generate_rsa(65537, bits), "RS256", kid)


def good_claims(**changes: Any) -> dict[str, Any]:
    """Return claims that a verifier of ISSUER and AUDIENCE accepts; None takes one out."""
    now = int(time.time())
    good = {"sub": "alice", "iat": now, "exp": now + 3600, "iss": ISSUER, "aud": AUDIENCE}
    return without_nones({**good, **changes})


def without_nones(members: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value is not None}


def segment(value: object) -> str:
    """Encode bytes as they are, and anything else as JSON, the way of a token's parts."""
    content = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def hs256(claims: object, secret: str = SECRET, **header: Any) -> str:
    """Sign anything at all with HS256, past the checks of a library."""
    text = f"{segment({'alg': 'HS256', 'typ': 'JWT', **header})}.{segment(claims)}"
    return f"{text}.{segment(hmac.digest(secret.encode(), text.encode(), hashlib.sha256))}"


def shared(*secrets: str) -> SharedSecrets:
    """A ring of shared secrets: the first signs."""
    return SharedSecrets(FixedRing(tuple(SharedSecret(secret) for secret in secrets)))


def ring_of(*keys: Ed25519PrivateKey) -> FixedRing[SigningKey]:
    """A ring of signing keys: the first signs."""
    return FixedRing(tuple(SigningKey(key) for key in keys))
