"""The command line of the MCP server."""

import socket
import sys
from argparse import ArgumentParser, Namespace
from contextlib import suppress

import uvicorn

from auth.connections import connection_options
from auth.errors import AuthError
from auth.handover import HandoverServer
from db.engine import Sessions, create_engine, create_sessions
from db.errors import DatabaseUnavailable
from db.server import InvalidDatabaseUrl
from db.settings import ConfigurationProblem, load_settings
from db.telemetry.exposition import exposing, metrics_listener
from db.telemetry.logs import configure_logs
from db.telemetry.tracing import start_tracing
from mcp_server.app import create_app
from mcp_server.middleware.header_timeout import HeaderTimeoutProtocol
from mcp_server.server import traced_names
from mcp_server.settings import McpSettings
from mcp_server.stdio import NoToken, run_stdio
from mcp_server.toolset import Toolset

# How long open subscriptions may take to end.
_CLOSE_SECONDS = 5


class McpHttpServer(HandoverServer):
    """Serves the metrics of the process as long as its requests."""

    def __init__(self, config: uvicorn.Config, metrics: socket.socket | None) -> None:
        super().__init__(config)
        self._metrics = metrics

    async def serve(self, sockets: list[socket.socket] | None = None) -> None:
        """Serve until a signal."""
        async with exposing(self._metrics):
            await super().serve(sockets)


def main() -> None:
    """Serve until a signal arrives, or over stdio until standard input ends."""
    arguments = _parser().parse_args()
    try:
        settings = _settings(arguments)
    except ConfigurationProblem as error:
        sys.exit(str(error))
    if settings.database_url is None:
        sys.exit("DATABASE_URL is not set; `todochat mcp` brings its own Postgres.")
    start_tracing(settings, "todochat-mcp", traced_names(settings))
    try:
        engine = create_engine(
            settings.database_url,
            pool_size=settings.database_pool_size,
            statement_seconds=settings.database_timeout,
        )
        serve = _serve_stdio if arguments.stdio else _serve_http
        serve(settings, create_sessions(engine))
    except (AuthError, DatabaseUnavailable, InvalidDatabaseUrl, NoToken) as error:
        sys.exit(str(error))


def _serve_http(settings: McpSettings, sessions: Sessions) -> None:
    app = create_app(settings, sessions)
    # After the SDK, which draws boxes around what it logs.
    configure_logs(settings)
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.mcp_port,
        log_config=None,
        log_level="warning",
        access_log=False,
        **connection_options(HeaderTimeoutProtocol, settings),
        timeout_graceful_shutdown=_CLOSE_SECONDS,
    )
    metrics = metrics_listener(settings.metrics_host, settings.mcp_metrics_port)
    server = McpHttpServer(config, metrics)
    # A second signal is raised again once the server has stopped.
    with suppress(KeyboardInterrupt):
        server.run()
    if not server.started:
        sys.exit(1)


def _serve_stdio(settings: McpSettings, sessions: Sessions) -> None:
    # Standard output belongs to the protocol.
    configure_logs(settings)
    run_stdio(settings, sessions)


def _settings(arguments: Namespace) -> McpSettings:
    given = {
        "mcp_toolset": arguments.toolset,
        "mcp_read_only": arguments.read_only or None,
    }
    named = {name: value for name, value in given.items() if value is not None}
    return load_settings(McpSettings, **named)


def _parser() -> ArgumentParser:
    parser = ArgumentParser(
        "todochat mcp", description="The MCP server, over streamable HTTP or standard streams."
    )
    parser.add_argument(
        "--stdio",
        action="store_true",
        help="serve the client that starts this process; TODOCHAT_TOKEN says for whom",
    )
    parser.add_argument(
        "--toolset",
        type=Toolset,
        choices=list(Toolset),
        help="what to offer: the six tools, those of ChatGPT's connectors, or all there is",
    )
    parser.add_argument(
        "--read-only", action="store_true", help="offer only the tools that change nothing"
    )
    return parser
