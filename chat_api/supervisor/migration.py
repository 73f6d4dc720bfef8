"""Migrate the database that DATABASE_URL names: `python -m chat_api.supervisor.migration`.

With `--login-roles` the roles of the services get what the schema needs, and are made if they are
missing. A process of its own, so that the supervisor does not load the database libraries.
"""

import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from asyncpg import InterfaceError, PostgresError
from sqlalchemy.exc import SQLAlchemyError

from db.login_roles import ensure_login_roles
from db.migrate import upgrade
from db.settings import ConfigurationProblem, settings_of_database


class DatabaseFailure(Exception):
    """The database can't be reached or used; `str(error)` is one line."""


@contextmanager
def one_line_errors(refusal: str) -> Iterator[None]:
    """Raise errors of the database as one line; `refusal` precedes those of its statements.

    Raises:
        DatabaseFailure: The database can't be reached, or refused a statement.
    """
    try:
        yield
    except (OSError, TimeoutError, ValueError, InterfaceError, PostgresError) as error:
        message = f"The database can't be reached: {_first_line(error)}"
        raise DatabaseFailure(message) from error
    except SQLAlchemyError as error:
        raise DatabaseFailure(f"{refusal}: {_first_line(error)}") from error


def main() -> None:
    """Migrate, or exit with one line that says why not."""
    try:
        url, settings = settings_of_database("migrate")
        with one_line_errors("The database can't be migrated"):
            upgrade(settings.session_url or url)
            if "--login-roles" in sys.argv[1:]:
                asyncio.run(ensure_login_roles(url, settings.database_timeout))
    except (ConfigurationProblem, DatabaseFailure) as error:
        sys.exit(str(error))


def _first_line(error: Exception) -> str:
    lines = str(error).splitlines() or [type(error).__name__]
    return lines[0]


if __name__ == "__main__":
    main()
