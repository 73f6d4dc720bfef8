"""The HTTP server of the API: on a signal it drains the running turns before it exits."""

import asyncio
import gc
import logging
import socket
import sys
from functools import partial
from types import FrameType

import uvicorn
from fastapi import FastAPI

from auth.connections import limited
from auth.errors import AuthError
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

# The time that open streams have to end at shutdown.
_CLOSE_SECONDS = 2
# Hundreds of turns keep many objects alive, and each collection looks at the young ones again: at
# the default of 700 it takes a fifth of the CPU of 500 turns at once, at this a twentieth.
_COLLECT_AFTER = 20_000


class ApiServer(uvicorn.Server):
    """Drains turns while it still answers requests, then closes the connections."""

    def __init__(self, app: FastAPI, settings: ApiSettings) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                host=settings.host,
                port=settings.api_port,
                http=limited(HttpProtocol, settings),
                # The application reads the headers of the proxies that are trusted.
                proxy_headers=False,
                log_level="warning",
                timeout_graceful_shutdown=_CLOSE_SECONDS,
            )
        )
        self._runtime: Runtime = app.state.runtime
        self._loop: asyncio.AbstractEventLoop | None = None
        self._draining: asyncio.Task[None] | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Store the event loop, which signal handlers hand their work to."""
        self._loop = asyncio.get_running_loop()
        await super().startup(sockets)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Drain on the first signal, refusing new turns; exit at once on the second."""
        if self._loop is None or self._runtime.turns.draining:
            super().handle_exit(sig, frame)
            return
        self._runtime.turns.draining = True
        self._loop.call_soon_threadsafe(self._start_draining)

    def _start_draining(self) -> None:
        self._draining = asyncio.create_task(self._drain())

    async def _drain(self) -> None:
        await self._runtime.turns.drain()
        # Passed on to uvicorn, the signal would be raised again at exit, which then looks like a
        # crash.
        self.should_exit = True


_LOG_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


def main() -> None:
    """Serve until a signal; running turns then get their grace."""
    try:
        settings = load_settings(ApiSettings)
    except ConfigurationProblem as error:
        sys.exit(str(error))
    if settings.database_url is None:
        sys.exit("DATABASE_URL is not set; `todochat api` brings its own Postgres.")
    logging.basicConfig(format=_LOG_FORMAT, force=True)
    gc.set_threshold(_COLLECT_AFTER, 1, 1)
    if settings.api_workers == 1:
        _serve(settings, settings.database_url)
        return
    work = partial(_serve, settings, settings.database_url)
    run_workers(settings.api_workers, settings.host, settings.api_port, work)


def _serve(settings: ApiSettings, database_url: str, listener: socket.socket | None = None) -> None:
    try:
        limit = settings.database_timeout
        engine = create_engine(
            database_url, pool_size=settings.database_pool_size, statement_seconds=limit
        )
        lease_engine = create_engine(database_url, pool_size=1, statement_seconds=limit)
        app = create_app(
            settings,
            create_sessions(engine),
            Notifier(database_url),
            create_sessions(lease_engine),
        )
    except (AuthError, ConfigurationError, InvalidDatabaseUrl) as error:
        sys.exit(str(error))
    ApiServer(app, settings).run([listener] if listener else None)
