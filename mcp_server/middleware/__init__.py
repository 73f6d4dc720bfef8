"""ASGI middleware before the MCP protocol: authentication, bodies, scopes, rate limits."""
