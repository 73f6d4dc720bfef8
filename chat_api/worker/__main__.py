"""Run the work for all users alone: `python -m chat_api.worker`."""

import asyncio
import logging
import signal
import sys

from auth.errors import AuthError
from chat_api.settings import ApiSettings
from chat_api.worker.channels import Channels
from chat_api.worker.firing import working
from db.engine import Sessions, create_engine, create_sessions
from db.notifier import Notifier
from db.server import InvalidDatabaseUrl
from db.settings import ConfigurationProblem, load_settings

_POOL_SIZE = 4
_LOG_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


def main() -> None:
    """Work until a signal."""
    try:
        settings = load_settings(ApiSettings)
    except ConfigurationProblem as error:
        sys.exit(str(error))
    if settings.database_url is None:
        sys.exit("DATABASE_URL is not set; `todochat worker` brings its own Postgres.")
    logging.basicConfig(format=_LOG_FORMAT, force=True)
    try:
        engine = create_engine(
            settings.database_url,
            pool_size=_POOL_SIZE,
            statement_seconds=settings.database_timeout,
        )
        notifier = Notifier(settings.database_url)
        channels = Channels.of(settings)
    except (AuthError, InvalidDatabaseUrl) as error:
        sys.exit(str(error))
    asyncio.run(_work(create_sessions(engine), notifier, channels))


async def _work(sessions: Sessions, notifier: Notifier, channels: Channels) -> None:
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    await notifier.start()
    async with working(sessions, notifier, channels.all):
        await stopped.wait()
    await notifier.aclose()
    await channels.aclose()


if __name__ == "__main__":
    main()
