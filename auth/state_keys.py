"""The keys that seal the state of a confirmation, which comes back with the user's answer."""

from pathlib import Path

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from auth.key_ring import FixedRing, KeyRing, StoredRing
from auth.keys import stored_secrets
from auth.sources import SharedSecret

# How long a user may think about a question.
STATE_SECONDS = 600
_MIN_CHARACTERS = 32


def _keys(value: SecretStr) -> list[str]:
    return [key.strip() for key in value.get_secret_value().split(",")]


class StateKeySettings(BaseSettings):
    """Environment of a process that seals the state of a confirmation, or replaces its keys."""

    model_config = SettingsConfigDict(
        env_ignore_empty=True, extra="ignore", hide_input_in_errors=True
    )

    mcp_state_key: SecretStr | None = Field(
        None,
        description="Keys that seal the state of a confirmation, comma-separated: the first seals, "
        "all open; the same for all replicas",
    )

    @field_validator("mcp_state_key")
    @classmethod
    def _check_keys(cls, value: SecretStr | None) -> SecretStr | None:
        if value and any(len(key) < _MIN_CHARACTERS for key in _keys(value)):
            raise ValueError(f"each key needs at least {_MIN_CHARACTERS} characters")
        return value


def state_ring(settings: StateKeySettings, data_dir: Path) -> KeyRing[SharedSecret]:
    """Return the keys that are set, else the stored ones.

    Raises:
        UnsafeIssuer: One of those that are set is the text of a key.
    """
    if settings.mcp_state_key:
        return FixedRing(tuple(SharedSecret(key) for key in _keys(settings.mcp_state_key)))
    return stored_state_ring(data_dir)


def stored_state_ring(data_dir: Path) -> StoredRing[SharedSecret]:
    """Return the keys in the data folder."""
    return stored_secrets(data_dir, "state_key", STATE_SECONDS)
