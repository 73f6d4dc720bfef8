"""The settings and the issuers of login tokens."""

import logging

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from auth.issuers import ASYMMETRIC_ALGORITHMS, Issuer
from auth.key_ring import KeyRing
from auth.sources import (
    SYMMETRIC_ALGORITHM,
    KeySource,
    RemoteKeys,
    SharedSecret,
    SharedSecrets,
)

logger = logging.getLogger(__name__)

_WEB_APP_ALGORITHMS = ("EdDSA",)
_WEB_APP_LIFETIME = 15 * 60  # seconds


class AuthSettings(BaseSettings):
    """Environment of a process that verifies login tokens."""

    model_config = SettingsConfigDict(
        env_ignore_empty=True, extra="ignore", hide_input_in_errors=True
    )

    auth_hs256: bool = Field(True, description="Accept HS256 login tokens")
    auth_hs256_max_hours: float = Field(
        168,
        gt=0,
        le=24 * 366,
        description="Longest lifetime of an HS256 login token, in hours",
    )
    login_secret: SecretStr | None = Field(
        None,
        description="Secrets of HS256 login tokens, comma-separated: the first signs, all verify; "
        "by default BETTER_AUTH_SECRET, else generated and stored",
    )
    better_auth_secret: SecretStr | None = Field(
        None,
        description="Secrets of the web app, comma-separated: the first signs; by default "
        "generated and stored",
    )
    auth_jwks_url: str | None = Field(
        None, description="Address of the public keys of login tokens (EdDSA, ES256, RS256)"
    )
    auth_issuer: str | None = Field(None, description="Required `iss` of login tokens")
    auth_audience: str | None = Field(None, description="Required `aud` of login tokens")


def login_issuers(settings: AuthSettings, ring: KeyRing[SharedSecret] | None) -> list[Issuer]:
    """Return the trusted issuers of login tokens: by the shared secrets, and by the JWKS URL.

    Without AUTH_HS256 the secrets are not trusted.

    AUTH_ISSUER and AUTH_AUDIENCE, where set, apply to both, so that the choice of an algorithm
    never leads to weaker rules.

    Raises:
        UnsafeIssuer: The secret or the URL is not safe to use.
    """
    sources: list[tuple[KeySource, tuple[str, ...], int | None]] = []
    if ring is not None and settings.auth_hs256:
        seconds = int(settings.auth_hs256_max_hours * 3600)
        sources.append((SharedSecrets(ring), (SYMMETRIC_ALGORITHM,), seconds))
    if settings.auth_jwks_url is not None:
        sources.append((RemoteKeys(settings.auth_jwks_url), ASYMMETRIC_ALGORITHMS, None))
        if settings.auth_audience is None:
            logger.warning("AUTH_AUDIENCE is not set: tokens that name an audience are refused")
    return [
        Issuer(
            algorithms=algorithms,
            keys=keys,
            issuer=settings.auth_issuer,
            audience=settings.auth_audience,
            max_lifetime=max_lifetime,
        )
        for keys, algorithms, max_lifetime in sources
    ]


def web_app_issuers(jwks_url: str | None, *, issuer: str, audience: str) -> list[Issuer]:
    """Return the web app as an issuer, if a URL of its keys is set.

    Raises:
        UnsafeIssuer: The URL is not safe to use.
    """
    if jwks_url is None:
        return []
    return [
        Issuer(
            algorithms=_WEB_APP_ALGORITHMS,
            keys=RemoteKeys(jwks_url),
            issuer=issuer,
            audience=audience,
            max_lifetime=_WEB_APP_LIFETIME,
        )
    ]
