"""Validates the claims of a token whose signature is verified."""

import re
import time
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any, Final

from auth.decode import LEEWAY
from auth.errors import InvalidToken
from auth.principal import Principal, is_name

# Neither quoted nor with characters that would end it in a header (RFC 5321, 4.5.3.1.3).
_ADDRESS: Final = re.compile(r"(?=.{3,254}$)[^\s<>@,;:\\\"()\[\]]{1,64}@[^\s<>@,;:\\\"()\[\]]+")
_LAST_INSTANT = 253_402_300_799  # the end of the year 9999, the last that a datetime can hold


def principal_of(claims: Mapping[str, Any], max_lifetime: int | None) -> Principal:
    """Return the principal of verified claims; a malformed optional claim counts as absent.

    Raises:
        InvalidToken: The subject is no name, a time is no number of seconds, or the lifetime is
            over `max_lifetime` seconds.
    """
    _check_times(claims, max_lifetime)
    if not is_name(claims["sub"]):
        raise InvalidToken("The token's subject is not 1 to 255 printable characters.")
    return Principal(
        user_id=claims["sub"],
        issuer=claims.get("iss"),
        client=_name(claims.get("client_id")) or _name(claims.get("azp")),
        scopes=_scopes(claims.get("scope")),
        timezone=_zone(claims.get("zoneinfo")),
        turn_id=_name(claims.get("turn_id")),
        expires_at=int(claims["exp"]),
        email=_email(claims.get("email")) if claims.get("email_verified") is True else None,
        issued_at=_issued_at(claims),
        authenticated_at=_authenticated_at(claims),
    )


def _check_times(claims: Mapping[str, Any], max_lifetime: int | None) -> None:
    if not all(_is_instant(claims.get(name, 0)) for name in ("exp", "iat", "nbf")):
        raise InvalidToken("The token's times are not numbers of seconds.")
    if max_lifetime is None:
        return
    now = time.time()
    if claims["exp"] - min(claims.get("iat", now), now + LEEWAY) > max_lifetime:
        raise InvalidToken("The token lives longer than is accepted here.")


def _issued_at(claims: Mapping[str, Any]) -> float:
    """Return when a token was issued, to the millisecond where its issuer tells it."""
    issued_at, milliseconds = float(claims.get("iat", 0)), claims.get("iat_ms")
    # An issuer may read its clock twice.
    if isinstance(milliseconds, int) and abs(milliseconds / 1000 - issued_at) < 2:
        return milliseconds / 1000
    return issued_at


def _authenticated_at(claims: Mapping[str, Any]) -> float:
    """Return when the user proved who they are; an issuer that tells it not asks for each token."""
    claimed: Any = claims.get("auth_time")
    return float(claimed) if _is_instant(claimed) else _issued_at(claims)


def _is_instant(value: object) -> bool:
    """Return whether `value` is a NumericDate (RFC 7519, 2) that a datetime can hold."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        return False
    return 0 <= value <= _LAST_INSTANT


def _name(value: object) -> str | None:
    return value if isinstance(value, str) and is_name(value) else None


def _email(value: object) -> str | None:
    name = _name(value)
    return name if name and _ADDRESS.fullmatch(name) else None


def _scopes(value: object) -> frozenset[str]:
    return frozenset(value.split()) if isinstance(value, str) else frozenset()


def _zone(value: object) -> str | None:
    return value if isinstance(value, str) and value in _zones() else None


@cache
def _zones() -> frozenset[str]:
    return frozenset(resources.files("tzdata").joinpath("zones").read_text("utf-8").split())
