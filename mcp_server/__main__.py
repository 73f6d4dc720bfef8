"""Run the MCP server: `python -m mcp_server`."""

import logging
import sys
from argparse import ArgumentParser

import uvicorn

from auth.errors import AuthError
from db.engine import InvalidDatabaseUrl, create_engine, create_sessions
from mcp_server.app import create_app
from mcp_server.settings import McpSettings

_LOG_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


def main() -> None:
    """Serve until a signal comes."""
    ArgumentParser("todochat mcp", description="The MCP server, over streamable HTTP.").parse_args()
    settings = McpSettings()
    if settings.database_url is None:
        sys.exit("DATABASE_URL is not set; `todochat mcp` brings its own Postgres.")
    try:
        engine = create_engine(settings.database_url, pool_size=settings.database_pool_size)
        app = create_app(settings, create_sessions(engine))
    except (AuthError, InvalidDatabaseUrl) as error:
        sys.exit(str(error))
    # After the SDK, which draws boxes around what it logs.
    logging.basicConfig(format=_LOG_FORMAT, force=True)
    uvicorn.run(app, host=settings.host, port=settings.mcp_port, log_level="warning")


if __name__ == "__main__":
    main()
