"""Migrate the database that DATABASE_URL names: `python -m chat_api.supervisor.migration`.

A process of its own, so that the supervisor need not carry the database libraries.
"""

import sys

from asyncpg import InterfaceError, PostgresError
from sqlalchemy.exc import SQLAlchemyError

from db.migrate import upgrade
from db.settings import DatabaseSettings


def main() -> None:
    """Migrate, or say in one line why not."""
    url = DatabaseSettings().database_url
    if url is None:
        sys.exit("DATABASE_URL is not set; `todochat migrate` brings its own Postgres.")
    try:
        upgrade(url)
    except (OSError, TimeoutError, ValueError, InterfaceError, PostgresError) as error:
        sys.exit(f"The database can't be reached: {_line(error)}")
    except SQLAlchemyError as error:
        sys.exit(f"The database can't be migrated: {_line(error)}")


def _line(error: Exception) -> str:
    lines = str(error).splitlines() or [type(error).__name__]
    return lines[0]


if __name__ == "__main__":
    main()
