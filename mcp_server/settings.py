"""The environment of the MCP server, read once per process."""

from typing import Annotated
from urllib.parse import urlsplit

from pydantic import Field, field_validator
from pydantic_settings import NoDecode

from db.settings import DatabaseSettings


class McpSettings(DatabaseSettings):
    """What an operator can set; the names shared with the chat API mean the same."""

    host: str = Field("127.0.0.1", description="Address that the servers listen on")
    api_port: int = Field(8000, ge=1, le=65535, description="Port of the API")
    mcp_port: int = Field(8001, ge=1, le=65535, description="Port of the MCP server")
    mcp_url: str | None = Field(
        None, description="The MCP server as the API reaches it, and its audience"
    )
    api_issuer: str | None = Field(
        None, description="Issuer of the tokens that the API mints for the MCP server"
    )
    api_jwks_url: str | None = Field(
        None, description="Where the MCP server finds that issuer's public keys"
    )
    mcp_allowed_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Further Host headers that the MCP server answers to, comma-separated"
    )

    @field_validator("mcp_allowed_hosts", mode="before")
    @classmethod
    def _split_hosts(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(host.strip() for host in value.split(",") if host.strip())
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
    def allowed_hosts(self) -> list[str]:
        """Host headers that are answered; others may come from a rebound name."""
        named = urlsplit(self.resource).netloc
        return ["127.0.0.1:*", "localhost:*", "[::1]:*", named, *self.mcp_allowed_hosts]
