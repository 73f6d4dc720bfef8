"""Sources of the keys that verify an issuer's tokens."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx2
from jwt import PyJWK, PyJWTError
from jwt.utils import base64url_encode

from auth.errors import UnsafeIssuer
from auth.key_ring import KeyRing

SYMMETRIC_ALGORITHM = "HS256"
MIN_SECRET_BYTES = 32


@dataclass(frozen=True, slots=True)
class SharedSecret:
    """A secret that both signs and verifies, with HS256 only.

    Raises:
        UnsafeIssuer: It is shorter than 32 bytes (RFC 7518, 3.2), or is the text of a key, which
            may be public.
    """

    secret: str = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.secret.encode(errors="replace")) < MIN_SECRET_BYTES:
            raise UnsafeIssuer(f"A shared secret needs at least {MIN_SECRET_BYTES} bytes.")
        try:
            key = self.key()
            key.Algorithm.prepare_key(key.key)
        except (PyJWTError, ValueError) as error:
            raise UnsafeIssuer("A shared secret is plain text, and not a key's.") from error

    @property
    def kid(self) -> str:
        """Id of the key, from which the secret can't be computed."""
        digest = hashlib.sha256(b"todochat login secret\0" + self.secret.encode()).digest()
        return base64url_encode(digest[:12]).decode()

    def key(self) -> PyJWK:
        """Return the secret as a key that is bound to HS256."""
        encoded = base64url_encode(self.secret.encode()).decode()
        return PyJWK({"kty": "oct", "k": encoded}, SYMMETRIC_ALGORITHM)


@dataclass(frozen=True, slots=True)
class SharedSecrets:
    """A ring of such secrets."""

    ring: KeyRing[SharedSecret]


@dataclass(frozen=True, slots=True)
class RemoteKeys:
    """Public keys that an issuer publishes as a JSON Web Key Set.

    Raises:
        UnsafeIssuer: `jwks_url` is not an http or https URL, or has a password.
    """

    jwks_url: str

    def __post_init__(self) -> None:
        try:
            url = httpx2.URL(self.jwks_url)
        except httpx2.InvalidURL as error:
            raise UnsafeIssuer("The address of a key set is not a URL.") from error
        reachable = url.host and (url.port is None or url.port in range(1, 65536))
        if url.scheme not in {"http", "https"} or not reachable or url.userinfo:
            raise UnsafeIssuer("The address of a key set is an http or https URL without password.")


@dataclass(frozen=True, slots=True)
class LocalKeys:
    """Public keys of this process, as a JSON Web Key Set."""

    key_set: Mapping[str, Any]


KeySource = SharedSecrets | RemoteKeys | LocalKeys
