"""The settings of the database."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Self, TypeVar

import platformdirs
from pydantic import Field, ValidationError, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from db.secret_files import HOLDS_SECRET, SecretFiles, SecretUnreadable

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
        raise ConfigurationProblem("\n".join(map(_line, details))) from None
    except SecretUnreadable as error:
        raise ConfigurationProblem(str(error)) from error


def _line(detail: Mapping[str, Any]) -> str:
    """Return a problem with its variable, or of several variables as it names them."""
    names = [f"{str(name).upper()}: " for name in detail["loc"][:1]]
    return f"{''.join(names)}{detail['msg']}."


class DatabaseSettings(BaseSettings):
    """The environment of every process that connects to the database."""

    model_config = SettingsConfigDict(
        env_ignore_empty=True, extra="ignore", hide_input_in_errors=True
    )

    database_url: Annotated[str | None, HOLDS_SECRET] = Field(
        None, description="Postgres to use instead of the embedded one; any provider's URL"
    )
    database_direct_url: Annotated[str | None, HOLDS_SECRET] = Field(
        None,
        description="The same database without a pooler between, to be notified of changes, "
        "migrate and back up",
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

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read the environment, then the files of secrets that it names."""
        ours = SecretFiles(settings_cls)
        return init_settings, env_settings, dotenv_settings, file_secret_settings, ours

    @property
    def session_url(self) -> str | None:
        """The database over connections that last: without a pooler, if that is known."""
        return self.database_direct_url or self.database_url

    @model_validator(mode="after")
    def _check_direct_url(self) -> Self:
        if self.database_direct_url and not self.database_url:
            raise ValueError("DATABASE_DIRECT_URL is set without DATABASE_URL")
        return self


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
