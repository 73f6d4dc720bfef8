"""What every program reads of the environment to be seen from outside."""

from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class TelemetrySettings(BaseSettings):
    """Environment of a program that reports on itself."""

    model_config = SettingsConfigDict(
        env_ignore_empty=True, extra="ignore", hide_input_in_errors=True
    )

    metrics_host: str = Field(
        "127.0.0.1", description="Address on which `/metrics` is served, away from the services"
    )
    log_format: Literal["auto", "json", "text"] = Field(
        "auto", description="Lines of the logs: json, text, or auto, which is text in a terminal"
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="What is logged: debug, info, warning or error, and what is worse"
    )
    log_user_key: SecretStr | None = Field(
        None,
        description="Key with which logs hash the ids of users, the same for all processes; "
        "without one an id that can be guessed can be recognised",
    )
    otel_exporter_otlp_endpoint: str | None = Field(
        None, description="Collector of OpenTelemetry, over HTTP; without one there are no traces"
    )
