"""How the MCP server reads requests: with h11, within the limits of a connection."""

from uvicorn.protocols.http.h11_impl import H11Protocol

from auth.connections import LimitedConnection


class HeaderTimeoutProtocol(LimitedConnection, H11Protocol):
    """HTTP/1.1 that closes a connection whose client is silent or slow."""
