"""The settings of the database."""

from pathlib import Path
from typing import Any, TypeVar

import platformdirs
from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

STATEMENT_SECONDS: float = 6
Settings = TypeVar("Settings", bound=BaseSettings)


class ConfigurationProblem(Exception):
    """A variable has no usable value; each line of `str(error)` names one, and shows no value."""


def load_settings(kind: type[Settings], **given: Any) -> Settings:
    """Return the settings of the environment, with those that are given instead.

    Raises:
        ConfigurationProblem: A variable has no usable value.
    """
    try:
        return kind(**given)
    except ValidationError as error:
        # Values are not shown: some are secret.
        details = error.errors(include_input=False, include_context=False)
        lines = (f"{str(detail['loc'][0]).upper()}: {detail['msg']}." for detail in details)
        raise ConfigurationProblem("\n".join(lines)) from None


class DatabaseSettings(BaseSettings):
    """The environment of every process that connects to the database."""

    model_config = SettingsConfigDict(
        env_ignore_empty=True, extra="ignore", hide_input_in_errors=True
    )

    database_url: str | None = Field(
        None, description="Postgres to use instead of the embedded one; any provider's URL"
    )
    data_dir: Path = Field(
        default_factory=lambda: platformdirs.user_data_path("todochat"),
        validation_alias="TODOCHAT_DATA_DIR",
        description="Folder of the embedded Postgres, keys and secrets",
    )
    database_pool_size: int = Field(
        10, ge=1, le=200, description="Connections that one process keeps at most"
    )
    database_timeout: float = Field(
        STATEMENT_SECONDS,
        ge=1,
        le=600,
        description="Seconds that one statement of the database may take",
    )


def settings_of_database(command: str) -> tuple[str, DatabaseSettings]:
    """Return the URL of the database that a command needs, and the other settings.

    Raises:
        ConfigurationProblem: A variable has no usable value, or there is no URL.
    """
    settings = load_settings(DatabaseSettings)
    if settings.database_url is None:
        raise ConfigurationProblem(
            f"DATABASE_URL is not set; `todochat {command}` brings its own Postgres."
        )
    return settings.database_url, settings
