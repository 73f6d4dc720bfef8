"""The services, their addresses and their environment."""

import ipaddress
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from chat_api.settings import ApiSettings

_MCP_STOP_SECONDS = 10
# Beyond the grace of running turns: the API takes 5 to store them, then closes its connections.
_API_STOP_SECONDS = 10


@dataclass(frozen=True)
class Service:
    """A program that listens on a port; `variable` is the setting of the port.

    `ready_url` answers 200 when it can serve. A service without one is covered by another's.
    """

    name: str
    title: str
    module: str
    variable: str
    port: int
    url: str
    stop_seconds: float
    ready_url: str | None = None


def services(settings: ApiSettings) -> tuple[Service, ...]:
    """Return the services in the order in which they start; they stop in reverse order."""
    host = reachable(settings.host)
    api_url = local_api_url(settings)
    return (
        Service(
            name="mcp",
            title="MCP server",
            module="mcp_server",
            variable="MCP_PORT",
            port=settings.mcp_port,
            url=f"http://{host}:{settings.mcp_port}/mcp",
            stop_seconds=_MCP_STOP_SECONDS,
        ),
        Service(
            name="api",
            title="API",
            module="chat_api",
            variable="API_PORT",
            port=settings.api_port,
            url=api_url,
            stop_seconds=settings.turn_grace + _API_STOP_SECONDS,
            # It checks the MCP server as well.
            ready_url=f"{api_url}/ready",
        ),
    )


def local_api_url(settings: ApiSettings) -> str:
    """Return the URL of the API for a client on this machine."""
    return f"http://{reachable(settings.host)}:{settings.api_port}"


def reachable(host: str) -> str:
    """Return the host by which a client on this machine reaches a server that listens on `host`."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if address.is_unspecified:
        return "127.0.0.1" if address.version == 4 else "[::1]"
    return f"[{address}]" if address.version == 6 else str(address)


def environment(
    data_dir: Path, database_url: str, defaults: Mapping[str, str] | None = None
) -> Mapping[str, str]:
    """Return the environment of the services: `defaults`, our own, and the place of the data."""
    return {
        **(defaults or {}),
        **os.environ,
        "DATABASE_URL": database_url,
        "TODOCHAT_DATA_DIR": str(data_dir),
        "PYTHONUNBUFFERED": "1",
    }
