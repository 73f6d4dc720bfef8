"""The API as a program."""

import logging
import sys

from auth.errors import AuthError
from chat_api.agent.models import ConfigurationError
from chat_api.app import create_app
from chat_api.server import ApiServer
from chat_api.settings import ApiSettings
from db.engine import InvalidDatabaseUrl, create_engine, create_sessions
from db.wakeups import Wakeups

_LOG_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


def main() -> None:
    """Serve until a signal comes; running turns then get their grace."""
    settings = ApiSettings()
    if settings.database_url is None:
        sys.exit("DATABASE_URL is not set; `todochat api` brings its own Postgres.")
    try:
        engine = create_engine(settings.database_url, pool_size=settings.database_pool_size)
        app = create_app(settings, create_sessions(engine), Wakeups(settings.database_url))
    except (AuthError, ConfigurationError, InvalidDatabaseUrl) as error:
        sys.exit(str(error))
    logging.basicConfig(format=_LOG_FORMAT, force=True)
    ApiServer(app, settings).run()
