"""The environment of the chat API, read once per process."""

from pathlib import Path
from typing import Annotated, Literal

from dotenv import load_dotenv
from pydantic import Field, SecretStr, field_validator
from pydantic_settings import NoDecode

from auth.connections import ConnectionSettings
from auth.failed_tokens import FailedTokenSettings
from auth.login import AuthSettings
from auth.state_keys import StateKeySettings
from db.settings import ConfigurationProblem, DatabaseSettings, load_settings
from db.telemetry.settings import TelemetrySettings

ProviderName = Literal["openai", "openai-chat", "offline"]


class ApiSettings(
    DatabaseSettings,
    AuthSettings,
    FailedTokenSettings,
    ConnectionSettings,
    StateKeySettings,
    TelemetrySettings,
):
    """Everything an operator can set; `docs/configuration.md` lists the same names."""

    host: str = Field("127.0.0.1", description="Address that the servers listen on")
    api_port: int = Field(8000, ge=1, le=65535, description="Port of the API")
    api_workers: int = Field(1, ge=1, le=64, description="Processes of the API that share its port")
    api_metrics_port: int | None = Field(
        None, ge=1, le=65535, description="Port of the API's `/metrics`; without one there is none"
    )
    worker_metrics_port: int | None = Field(
        None, ge=1, le=65535, description="Port of the `/metrics` of `todochat worker`"
    )
    mcp_port: int = Field(8001, ge=1, le=65535, description="Port of the MCP server")
    web_port: int = Field(3000, ge=1, le=65535, description="Port of the web app")
    web_url: str | None = Field(
        None, description="Public address of the web app, the start of links to tasks"
    )
    smtp_url: SecretStr | None = Field(
        None,
        description="Mail server, as smtp(s)://user:password@host:port?from=address, each part "
        "percent-encoded; without it no e-mail is sent",
    )
    web_jwks_url: str | None = Field(
        None, description="Address of the web app's public keys; its login tokens are accepted"
    )
    mcp_url: str | None = Field(
        None, description="Address of the MCP server for the API, and its audience"
    )
    mcp_internal_url: str | None = Field(
        None, description="Address at which the API reaches the MCP server, if not MCP_URL"
    )
    api_issuer: str | None = Field(
        None, description="Issuer of the tokens that the API mints for the MCP server"
    )
    api_signing_key: SecretStr | None = Field(
        None,
        description="Ed25519 keys (PEM) of those tokens, for all replicas: the first signs",
    )
    cors_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        ("http://localhost:3000",), description="Origins of other web clients, comma-separated"
    )

    chat_provider: ProviderName | None = Field(
        None, description="openai, openai-chat or offline; by default by the next two variables"
    )
    openai_api_key: SecretStr | None = Field(None, description="Key of the model's API")
    openai_base_url: str | None = Field(
        None, description="Any server that speaks Chat Completions (Ollama, vLLM, llama.cpp, …)"
    )
    chat_model: str = Field("gpt-6.1-terra", description="Name of the model")
    model_client: Literal["built-in", "sdk"] = Field(
        "built-in", description="Client of the model's API: our own, or the Agents SDK's"
    )
    model_timeout: float = Field(
        60, gt=0, description="Seconds without data after which a model request fails"
    )
    model_max_retries: int = Field(
        2, ge=0, le=10, description="Retries of a model request before it streams"
    )
    max_model_calls: int = Field(12, ge=1, le=100, description="Model calls that one turn may take")
    max_output_tokens: int = Field(
        8000, ge=16, description="Tokens that the model may write in one call, its reasoning too"
    )
    turn_deadline: float = Field(
        180, gt=0, description="Seconds after which a turn is ended, whatever it waits for"
    )
    history_tokens: int = Field(
        6000, ge=200, description="Tokens of earlier messages in a model's input"
    )
    requests_per_second: int = Field(
        50,
        ge=1,
        description="Requests of a token that begin in a second while others have some too",
    )
    max_turns_per_user: int = Field(4, ge=1, description="Turns of one user that run at once")
    messages_per_minute: int = Field(30, ge=1, description="Messages of one user in a minute")
    writes_per_minute: int = Field(
        120, ge=1, description="Changes of one user in a minute over REST and in the chat's lists"
    )
    max_streams_per_user: int = Field(
        10, ge=1, description="Streams of events that one user follows at once"
    )
    max_running_turns: int = Field(
        500, ge=1, description="Turns that a process runs at once; further ones wait in line"
    )
    turn_wait: float = Field(
        10, ge=0, description="Seconds that a message waits in line before it is refused"
    )
    daily_tokens_per_user: int | None = Field(
        None, ge=1, description="Tokens of the model that one user may spend in a day (UTC)"
    )
    daily_tokens: int | None = Field(
        None, ge=1, description="Tokens of the model that all users may spend in a day (UTC)"
    )
    idempotency_hours: float = Field(
        24, ge=1, description="Hours for which a request repeated with its key is applied once"
    )
    recent_login: int = Field(
        900,
        ge=1,
        description="Seconds after a login in which access tokens are made, data is exported and "
        "an account is deleted",
    )
    turn_lease: float = Field(
        5, ge=0.5, description="Seconds after which the turn of a dead process is ended"
    )
    turn_grace: float = Field(20, ge=0, description="Seconds of grace for turns at shutdown")

    run_worker: bool = Field(
        True,
        description="Fire reminders and delete what is old in the API too; false where "
        "`todochat worker` runs",
    )
    event_hours: float = Field(
        24, ge=24, description="Hours for which the events of a turn can be followed again"
    )
    turn_key_days: float = Field(
        30, ge=1, description="Days for which a repeated message is answered with its first turn"
    )
    history_days: float = Field(
        90, ge=1, description="Days for which changes can be undone, and deleted tasks are kept"
    )
    notification_days: float = Field(30, ge=30, description="Days for which notifications are kept")

    vapid_private_key: SecretStr | None = Field(
        None, description="P-256 key (PEM) of Web Push, the same for all replicas"
    )
    push_contact: str | None = Field(
        None, description="E-mail address at which push services reach the operator"
    )
    push_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        (
            "fcm.googleapis.com",
            # Of Chromium where Google did not build it.
            "jmt17.google.com",
            "push.services.mozilla.com",
            "push.apple.com",
            "notify.windows.com",
        ),
        description="Push services that browsers may subscribe with, comma-separated",
    )

    @field_validator("cors_origins", "push_hosts", mode="before")
    @classmethod
    def _split_list(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(origin.strip() for origin in value.split(",") if origin.strip())
        return value

    @property
    def mcp_resource(self) -> str:
        """URL of the MCP endpoint, which is also the audience of the tokens minted for it."""
        return self.mcp_url or f"http://{self.host}:{self.mcp_port}/mcp"

    @property
    def mcp_address(self) -> str:
        """URL to which the API sends its calls of tools."""
        return self.mcp_internal_url or self.mcp_resource

    @property
    def issuer(self) -> str:
        """`iss` of minted tokens; the public keys are at `/.well-known/jwks.json` below it."""
        return self.api_issuer or f"http://{self.host}:{self.api_port}"

    @property
    def web_address(self) -> str:
        """Public URL of the web app, which is also the `iss` of its tokens."""
        return (self.web_url or f"http://localhost:{self.web_port}").rstrip("/")

    @property
    def provider(self) -> ProviderName:
        """The configured provider, or the one that the other settings imply."""
        if self.chat_provider:
            return self.chat_provider
        if self.openai_base_url:
            return "openai-chat"
        return "openai" if self.openai_api_key else "offline"


def load_environment_file() -> None:
    """Set the variables of `.env` in the working folder that are not set yet.

    Raises:
        ConfigurationProblem: There is such a file, but it can't be read.
    """
    try:
        load_dotenv(Path.cwd() / ".env")
    except (OSError, ValueError) as error:
        raise ConfigurationProblem(f".env can't be read: {error}") from error


def read_settings() -> ApiSettings:
    """Return the settings, with the data folder as an absolute path.

    Raises:
        ConfigurationProblem: A variable has no usable value.
    """
    settings = load_settings(ApiSettings)
    try:
        folder = settings.data_dir.expanduser().absolute()
    except RuntimeError as error:
        raise ConfigurationProblem(f"TODOCHAT_DATA_DIR: {error}") from error
    return settings.model_copy(update={"data_dir": folder})
