"""The services of the settings, and their addresses."""

import ipaddress

from chat_api.settings import ApiSettings
from chat_api.supervisor.plan import Service

_MCP_STOP_SECONDS = 12
# Beyond the grace of running turns: the API takes 5 before it to answer what has come, 5 after it
# to store them, and then closes its connections.
_API_STOP_SECONDS = 15


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


def local_web_url(settings: ApiSettings) -> str:
    """Return the URL of the web app for a client on this machine."""
    return f"http://{reachable(settings.host)}:{settings.web_port}"


def reachable(host: str) -> str:
    """Return the host by which a client on this machine reaches a server that listens on `host`."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if address.is_unspecified:
        return "127.0.0.1" if address.version == 4 else "[::1]"
    return f"[{address}]" if address.version == 6 else str(address)
