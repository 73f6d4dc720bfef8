"""The principal of a verified token."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Principal:
    """The user, client, scopes and expiry of a verified token.

    `client` is the claim `client_id` (RFC 9068) or `azp` (OpenID Connect), `scopes` the words of
    `scope`, `timezone` the claim `zoneinfo` where it is an IANA zone, `turn_id` the chat turn that
    a tool call belongs to, `email` the claim of that name if `email_verified` is true.
    `expires_at` and `issued_at` are in seconds since 1970. `issued_at` has the fraction of the
    claim `iat_ms`, which is `iat` in milliseconds; it is 0 if a signed token has neither, and None
    for a token that is not signed. `authenticated_at` is the claim `auth_time` (OpenID Connect), or
    else `issued_at`.
    """

    user_id: str
    issuer: str | None
    client: str | None
    scopes: frozenset[str]
    timezone: str | None
    turn_id: str | None
    expires_at: int
    email: str | None = None
    issued_at: float | None = None
    authenticated_at: float | None = None


def is_name(value: object) -> bool:
    """Return whether `value` can name a user or client: 1 to 255 printable characters, not blank.

    Unprintable are control characters, lone surrogates (which no UTF-8 text can hold) and
    invisible or direction-changing marks, which would let two names look the same.
    """
    if not isinstance(value, str):
        return False
    return len(value) <= 255 and value.isprintable() and bool(value.strip())
