"""Creates the tokens that this project issues."""

import hashlib
import json
import secrets
import time
from collections.abc import Iterable
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from jwt.algorithms import OKPAlgorithm
from jwt.utils import base64url_encode

from auth.errors import InvalidUserId
from auth.key_ring import KeyRing
from auth.principal import is_name
from auth.sources import SharedSecret

# The web app expects it as well: `lib/auth/password-reset.ts`.
RESET_AUDIENCE = "todochat-password-reset"
TASK_SCOPES = ("tasks:read", "tasks:write")


class SigningKey:
    """An Ed25519 key with its public form, whose id is its thumbprint."""

    def __init__(self, private: Ed25519PrivateKey) -> None:
        self.private = private
        public = OKPAlgorithm.to_jwk(private.public_key(), as_dict=True)
        self.kid = thumbprint(public)
        self.public = {**public, "kid": self.kid, "use": "sig", "alg": "EdDSA"}


class TokenMinter:
    """Signs short-lived tokens with Ed25519, for services that read `key_set`."""

    def __init__(self, ring: KeyRing[SigningKey], issuer: str) -> None:
        self._ring = ring
        self._issuer = issuer

    def mint(
        self,
        user_id: str,
        *,
        audience: str,
        lifetime: int = 60,
        scopes: Iterable[str] = TASK_SCOPES,
        client: str = "todochat",
        timezone: str | None = None,
        turn_id: str | None = None,
    ) -> str:
        """Return a token for one user and one audience that lives `lifetime` seconds.

        Raises:
            InvalidUserId: No verifier would accept this user id.
        """
        claims = {
            **_registered(user_id, lifetime, self._issuer, audience),
            "client_id": client,
            "scope": " ".join(scopes),
            **_present(zoneinfo=timezone, turn_id=turn_id),
        }
        key = self._ring.signing()
        return jwt.encode(claims, key.private, "EdDSA", {"kid": key.kid})

    def key_set(self) -> dict[str, Any]:
        """Return the public JSON Web Key Set (RFC 7517) that verifies the tokens."""
        return {"keys": [key.public for key in self._ring.verifying()]}


def mint_login_token(
    secret: str,
    user_id: str,
    *,
    lifetime: int,
    issuer: str | None = None,
    audience: str | None = None,
    **claims: str | bool | int,
) -> str:
    """Return an HS256 login token that lives `lifetime` seconds.

    Raises:
        InvalidUserId: No verifier would accept this user id.
        UnsafeIssuer: The secret is too short, or is the text of a key.
    """
    registered = _registered(user_id, lifetime, issuer, audience)
    shared = SharedSecret(secret)
    return jwt.encode({**claims, **registered}, shared.key(), headers={"kid": shared.kid})


def mint_password_reset_token(secret: str, email: str, *, lifetime: int = 60) -> str:
    """Return an HS256 token that requests one link to a new password from the web app.

    It has an audience of its own and no subject: no verifier of login tokens accepts it.

    Raises:
        UnsafeIssuer: The secret is too short, or is the text of a key.
    """
    now = int(time.time())
    claims = {"aud": RESET_AUDIENCE, "email": email, "iat": now, "exp": now + lifetime}
    return jwt.encode(claims, SharedSecret(secret).key())


def thumbprint(jwk: dict[str, Any]) -> str:
    """Return the key id of an Ed25519 public key (RFC 7638 with RFC 8037, 2)."""
    members = {name: jwk[name] for name in ("crv", "kty", "x")}
    canonical = json.dumps(members, sort_keys=True, separators=(",", ":"))
    return base64url_encode(hashlib.sha256(canonical.encode()).digest()).decode()


def _registered(
    user_id: str, lifetime: int, issuer: str | None, audience: str | None
) -> dict[str, Any]:
    if not is_name(user_id):
        raise InvalidUserId
    now_ms = time.time_ns() // 1_000_000
    now = now_ms // 1000
    return {
        "sub": user_id,
        "iat": now,
        # Tokens of one second differ: those from before a revocation, and those from after it.
        "iat_ms": now_ms,
        "exp": now + lifetime,
        "jti": secrets.token_urlsafe(16),
        **_present(iss=issuer, aud=audience),
    }


def _present(**claims: str | None) -> dict[str, str]:
    return {name: value for name, value in claims.items() if value is not None}
