"""The HTTP server of the API: on a signal it drains the running turns before it exits."""

import gc
import socket
import sys
from functools import partial

import uvicorn
from fastapi import FastAPI

from auth.connections import connection_options
from auth.errors import AuthError
from auth.handover import HandoverServer
from chat_api.agent.models import ConfigurationError
from chat_api.app import create_app
from chat_api.http_protocol import HttpProtocol
from chat_api.runtime import Runtime
from chat_api.settings import ApiSettings
from chat_api.workers import run_workers
from db.engine import create_engine, create_sessions
from db.notifier import Notifier
from db.server import InvalidDatabaseUrl
from db.settings import ConfigurationProblem, load_settings
from db.telemetry.exposition import exposing, metrics_listener, shared_by_workers
from db.telemetry.logs import configure_logs
from db.telemetry.tracing import start_tracing

# The time that open streams have to end at shutdown.
_CLOSE_SECONDS = 2
# Hundreds of turns keep many objects alive, and each collection looks at the young ones again: at
# the default of 700 it takes a fifth of the CPU of 500 turns at once, at this a twentieth.
_COLLECT_AFTER = 20_000


class ApiServer(HandoverServer):
    """Drains the running turns once other replicas get the requests."""

    def __init__(
        self, app: FastAPI, settings: ApiSettings, metrics: socket.socket | None = None
    ) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                host=settings.host,
                port=settings.api_port,
                **connection_options(HttpProtocol, settings),
                log_config=None,
                log_level="warning",
                timeout_graceful_shutdown=_CLOSE_SECONDS,
            )
        )
        self._metrics = metrics
        self._runtime: Runtime = app.state.runtime

    async def serve(self, sockets: list[socket.socket] | None = None) -> None:
        """Serve until a signal, and the metrics as long."""
        async with exposing(self._metrics):
            await super().serve(sockets)

    async def finish(self) -> None:
        """Give the running turns their grace."""
        await self._runtime.turns.drain()


def main() -> None:
    """Serve until a signal; running turns then get their grace."""
    try:
        settings = load_settings(ApiSettings)
    except ConfigurationProblem as error:
        sys.exit(str(error))
    if settings.database_url is None:
        sys.exit("DATABASE_URL is not set; `todochat api` brings its own Postgres.")
    configure_logs(settings)
    gc.set_threshold(_COLLECT_AFTER, 1, 1)
    metrics = metrics_listener(settings.metrics_host, settings.api_metrics_port)
    work = partial(_serve, settings, settings.database_url, metrics)
    if settings.api_workers == 1:
        work()
        return
    with shared_by_workers(metrics):
        run_workers(settings.api_workers, settings.host, settings.api_port, work)


def _serve(
    settings: ApiSettings,
    database_url: str,
    metrics: socket.socket | None,
    listener: socket.socket | None = None,
) -> None:
    start_tracing(settings, "todochat-api")
    try:
        limit = settings.database_timeout
        engine = create_engine(
            database_url, pool_size=settings.database_pool_size, statement_seconds=limit
        )
        running_engine = create_engine(database_url, pool_size=1, statement_seconds=limit)
        app = create_app(
            settings,
            create_sessions(engine),
            Notifier(settings.session_url),
            create_sessions(running_engine),
        )
    except (AuthError, ConfigurationError, InvalidDatabaseUrl) as error:
        sys.exit(str(error))
    ApiServer(app, settings, metrics).run([listener] if listener else None)
