"""Whose login tokens are believed."""

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class AuthSettings(BaseSettings):
    """Environment of a process that verifies login tokens."""

    model_config = SettingsConfigDict(env_ignore_empty=True, extra="ignore")

    better_auth_secret: SecretStr | None = Field(
        None, description="Shared secret of HS256 login tokens; by default generated and stored"
    )
    auth_jwks_url: str | None = Field(
        None, description="Address of the public keys of login tokens (EdDSA, ES256, RS256)"
    )
    auth_issuer: str | None = Field(None, description="Required `iss` of login tokens")
    auth_audience: str | None = Field(None, description="Required `aud` of login tokens")
