"""The settings of the database."""

from pathlib import Path

import platformdirs
from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

STATEMENT_SECONDS: float = 6


class DatabaseSettings(BaseSettings):
    """The environment of every process that connects to the database."""

    model_config = SettingsConfigDict(env_ignore_empty=True, extra="ignore")

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
