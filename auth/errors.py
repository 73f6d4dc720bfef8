"""Errors of tokens and keys.

AuthError
├── InvalidToken            401: the token is not valid
│   ├── TokenExpired
│   ├── TokenNotYetValid
│   ├── WrongAudience
│   ├── WrongIssuer
│   └── WrongSignature
├── RecentLoginRequired     403: the token is valid, but its user has not logged in lately
├── KeysUnavailable         503: the token can't be verified now
├── TooManyFailedTokens     429: the address has sent too many that are not valid
├── InvalidUserId           no token can be made for such a user
├── NoLoginToken            no token can be made with these settings
├── UnsafeIssuer            start-up: the issuer is not safe to trust
└── SecretsUnusable         start-up: a stored secret or key can't be read
"""

from typing import ClassVar


class AuthError(Exception):
    """Base of the errors of this package; `str()` is a sentence that holds no secret."""

    code: ClassVar[str] = "auth_error"
    sentence: ClassVar[str] = "Authentication failed."

    def __init__(self, sentence: str | None = None) -> None:
        super().__init__(sentence or self.sentence)


class InvalidToken(AuthError):
    """The token is malformed, forged, or not valid here and now."""

    code = "invalid_token"
    sentence = "The token is not valid."


class TokenExpired(InvalidToken):
    """`exp` has passed: a new token of the same issuer helps."""

    code = "token_expired"
    sentence = "The token has expired."


class TokenNotYetValid(InvalidToken):
    """`nbf` or `iat` lies in the future."""

    code = "token_not_yet_valid"
    sentence = "The token is not valid yet."


class WrongAudience(InvalidToken):
    """`aud` names another service, or names one where none is configured."""

    code = "wrong_audience"
    sentence = "The token is meant for another audience."


class WrongIssuer(InvalidToken):
    """`iss` is not an issuer that is trusted with this algorithm."""

    code = "wrong_issuer"
    sentence = "The token is from an issuer that is not trusted here."


class WrongSignature(InvalidToken):
    """The key did not sign the token; it is reported like any other that is not valid."""


class RecentLoginRequired(AuthError):
    """The user must prove again who they are (RFC 9470); `max_age` seconds count as recent."""

    code = "recent_login_required"
    sentence = "Log in again, or confirm your password, to do this."

    def __init__(self, max_age: int) -> None:
        super().__init__()
        self.max_age = max_age


class KeysUnavailable(AuthError):
    """The issuer's keys can't be fetched, and none are cached: try again later."""

    code = "issuer_unavailable"
    sentence = "The keys of the token's issuer can't be reached. Try again shortly."


class TooManyFailedTokens(AuthError):
    """The address of the request has sent too many tokens that are not valid.

    `retry_after` is the number of seconds after which another one is looked at.
    """

    code = "too_many_failed_tokens"
    sentence = "Too many tokens from this address were not valid. Try again later."

    def __init__(self, retry_after: int) -> None:
        super().__init__()
        self.retry_after = retry_after


class InvalidUserId(AuthError):
    """The user id is blank, over 255 characters, or holds unprintable characters."""

    code = "invalid_user_id"
    sentence = "A user id is 1 to 255 printable characters."


class NoLoginToken(AuthError):
    """HS256 login tokens are turned off, or live shorter than is wanted."""

    code = "no_login_token"
    sentence = "AUTH_HS256 is false: no login token can be made here, and none is accepted."


class UnsafeIssuer(AuthError):
    """An issuer is configured in a way that would weaken verification."""

    code = "unsafe_issuer"
    sentence = "The issuer is not configured safely."


class SecretsUnusable(AuthError):
    """A secret or key on disk or in the environment can't be read or is not what it should be."""

    code = "secrets_unusable"
    sentence = "A kept secret can't be used."
