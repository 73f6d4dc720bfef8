"""The environment of the MCP server, read once per process."""

from typing import Annotated
from urllib.parse import urlsplit

from limits import parse
from pydantic import Field, SecretStr, field_validator
from pydantic_settings import NoDecode

from auth.connections import ConnectionSettings
from auth.failed_tokens import FailedTokenSettings
from auth.state_keys import StateKeySettings
from db.settings import DatabaseSettings
from db.telemetry.settings import TelemetrySettings
from mcp_server.toolset import Toolset

_LOCAL = ("127.0.0.1:*", "localhost:*", "[::1]:*")
Hosts = Annotated[tuple[str, ...], NoDecode]


class McpSettings(
    DatabaseSettings, FailedTokenSettings, ConnectionSettings, StateKeySettings, TelemetrySettings
):
    """What an operator can set; the names shared with the chat API mean the same."""

    host: str = Field("127.0.0.1", description="Address that the servers listen on")
    api_port: int = Field(8000, ge=1, le=65535, description="Port of the API")
    mcp_port: int = Field(8001, ge=1, le=65535, description="Port of the MCP server")
    mcp_metrics_port: int | None = Field(
        None, ge=1, le=65535, description="Port of the MCP server's `/metrics`"
    )
    mcp_url: str | None = Field(
        None, description="Address of the MCP server for the API, and its audience"
    )
    api_issuer: str | None = Field(
        None, description="Issuer of the tokens that the API mints for the MCP server"
    )
    api_jwks_url: str | None = Field(
        None, description="Address of that issuer's public keys for the MCP server"
    )
    oauth_issuer: str | None = Field(
        None, description="Authorization server whose tokens the MCP server accepts as well"
    )
    oauth_jwks_url: str | None = Field(
        None, description="Address of that server's public keys; by default /jwks below its issuer"
    )
    web_port: int = Field(3000, ge=1, le=65535, description="Port of the web app")
    web_url: str | None = Field(
        None, description="Public address of the web app, the start of links to tasks"
    )
    mcp_allowed_hosts: Hosts = Field(
        (), description="Further Host headers that the MCP server answers to, comma-separated"
    )
    mcp_allowed_origins: Hosts = Field(
        (), description="Origins whose pages may call the MCP server, comma-separated"
    )
    mcp_toolset: Toolset = Field(
        Toolset.TASKS, description="What the MCP server offers: tasks, connector or all"
    )
    mcp_read_only: bool = Field(False, description="Offer only the tools that change nothing")
    mcp_rate_limit: str = Field(
        "600/minute", description="Requests of one grant of one user, without writes"
    )
    mcp_write_rate_limit: str = Field("120/minute", description="Writes of one grant of one user")
    todochat_token: SecretStr | None = Field(
        None, description="Personal access token of the MCP server's user over stdio"
    )

    @field_validator("mcp_allowed_hosts", "mcp_allowed_origins", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("mcp_rate_limit", "mcp_write_rate_limit")
    @classmethod
    def _check_limit(cls, value: str) -> str:
        parse(value)
        return value

    @property
    def resource(self) -> str:
        """URL of the MCP endpoint: the audience that every token must name (RFC 8707)."""
        return self.mcp_url or f"http://{self.host}:{self.mcp_port}/mcp"

    @property
    def issuer(self) -> str:
        """The chat API as it names itself in `iss`."""
        return self.api_issuer or f"http://{self.host}:{self.api_port}"

    @property
    def jwks_url(self) -> str:
        """Where the issuer's public keys are."""
        return self.api_jwks_url or f"{self.issuer.rstrip('/')}/.well-known/jwks.json"

    @property
    def oauth_keys_url(self) -> str:
        """Where the authorization server's public keys are."""
        return self.oauth_jwks_url or f"{(self.oauth_issuer or '').rstrip('/')}/jwks"

    @property
    def web_address(self) -> str:
        """The web app, as people reach it."""
        return (self.web_url or f"http://localhost:{self.web_port}").rstrip("/")

    @property
    def allowed_origins(self) -> list[str]:
        """Origins whose pages may call: those of this machine, and the ones named."""
        return [*(f"http://{host}" for host in _LOCAL), *self.mcp_allowed_origins]

    @property
    def allowed_hosts(self) -> list[str]:
        """Host headers that are answered; others may come from a rebound name."""
        named = urlsplit(self.resource).netloc
        return [*_LOCAL, named, *self.mcp_allowed_hosts]
