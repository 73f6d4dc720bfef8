"""Run the work for all users alone: `python -m chat_api.worker`."""

import asyncio
import signal
import socket
import sys

from auth.errors import AuthError
from chat_api.settings import ApiSettings
from chat_api.worker.channels import Channels
from chat_api.worker.firing import working
from chat_api.worker.retention import retention_of
from db.engine import Sessions, create_engine, create_sessions
from db.notifier import Notifier
from db.retention import Retention
from db.server import InvalidDatabaseUrl
from db.settings import ConfigurationProblem, load_settings
from db.telemetry.exposition import exposing, metrics_listener
from db.telemetry.logs import configure_logs
from db.telemetry.tracing import start_tracing

_POOL_SIZE = 4


def main() -> None:
    """Work until a signal."""
    try:
        settings = load_settings(ApiSettings)
    except ConfigurationProblem as error:
        sys.exit(str(error))
    if settings.database_url is None:
        sys.exit("DATABASE_URL is not set; `todochat worker` brings its own Postgres.")
    configure_logs(settings)
    start_tracing(settings, "todochat-worker")
    try:
        engine = create_engine(
            settings.database_url,
            pool_size=_POOL_SIZE,
            statement_seconds=settings.database_timeout,
        )
        notifier = Notifier(settings.session_url)
        channels = Channels.of(settings)
    except (AuthError, InvalidDatabaseUrl) as error:
        sys.exit(str(error))
    metrics = metrics_listener(settings.metrics_host, settings.worker_metrics_port)
    retention = retention_of(settings)
    asyncio.run(_work(create_sessions(engine), notifier, channels, retention, metrics))


async def _work(
    sessions: Sessions,
    notifier: Notifier,
    channels: Channels,
    retention: Retention,
    metrics: socket.socket | None,
) -> None:
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    await notifier.start()
    async with exposing(metrics), working(sessions, notifier, channels.all, retention):
        await stopped.wait()
    await notifier.aclose()
    await channels.aclose()


if __name__ == "__main__":
    main()
