"""Reads tokens: unverified claims, and claims after verification (RFC 7519)."""

import base64
import json
from dataclasses import dataclass
from typing import Any

import jwt
from jwt import PyJWK

from auth.errors import (
    InvalidToken,
    TokenExpired,
    TokenNotYetValid,
    WrongAudience,
    WrongIssuer,
    WrongSignature,
)
from auth.issuers import Issuer

MAX_TOKEN_BYTES = 8192
LEEWAY = 5  # seconds that the clocks of issuer and verifier may differ

_ERRORS: dict[type[jwt.PyJWTError], type[InvalidToken]] = {
    jwt.ExpiredSignatureError: TokenExpired,
    jwt.ImmatureSignatureError: TokenNotYetValid,
    jwt.InvalidAudienceError: WrongAudience,
    jwt.InvalidIssuerError: WrongIssuer,
    jwt.InvalidSignatureError: WrongSignature,
}


@dataclass(frozen=True, slots=True)
class UnverifiedClaims:
    """Unverified fields of a token, used only to choose issuer and key."""

    alg: str
    kid: str | None
    iss: str | None


def unverified_claims(token: str) -> UnverifiedClaims:
    """Read header and claims without verifying them.

    Raises:
        InvalidToken: It is not a token.
    """
    segments = token.split(".", 3)
    if len(segments) != 3 or len(token) > MAX_TOKEN_BYTES or not token.isascii():
        raise InvalidToken
    header, claims = _json_object(segments[0]), _json_object(segments[1])
    alg, kid, iss = header.get("alg"), header.get("kid"), claims.get("iss")
    if not (isinstance(alg, str) and isinstance(kid, str | None) and isinstance(iss, str | None)):
        raise InvalidToken
    return UnverifiedClaims(alg, kid, iss)


def verified_claims(token: str, key: PyJWK, issuer: Issuer) -> dict[str, Any]:
    """Verify signature, times, issuer and audience of a token, and return its claims.

    `exp` and `sub` are always required.

    Raises:
        InvalidToken: The token is not valid; a subclass says why.
    """
    timed = issuer.max_lifetime is not None and not issuer.shares_secrets
    required = ["exp", "sub", "iat"] if timed else ["exp", "sub"]
    try:
        return jwt.decode(
            token,
            key,
            algorithms=[key.algorithm_name],
            options={"require": required},
            audience=issuer.audience,
            issuer=issuer.issuer,
            leeway=LEEWAY,
        )
    except jwt.MissingRequiredClaimError as error:
        raise InvalidToken(f'The token lacks the claim "{error.claim}".') from error
    except jwt.PyJWTError as error:
        raise _ERRORS.get(type(error), InvalidToken) from error


def _json_object(segment: str) -> dict[str, Any]:
    try:
        value = json.loads(base64.urlsafe_b64decode(segment + "=" * (-len(segment) % 4)))
    except (ValueError, RecursionError) as error:
        raise InvalidToken from error
    if not isinstance(value, dict):
        raise InvalidToken
    return value
