"""What goes wrong between a command and its database, in one line."""

from collections.abc import Iterator
from contextlib import contextmanager

from asyncpg import InterfaceError, PostgresError
from sqlalchemy.exc import SQLAlchemyError


class DatabaseTrouble(Exception):
    """The database can't be reached or used; `str(error)` is one line."""


@contextmanager
def explained(refused: str) -> Iterator[None]:
    """Tell trouble in one line; `refused` begins that of a database that can be reached.

    Raises:
        DatabaseTrouble: there was some.

    """
    try:
        yield
    except (OSError, TimeoutError, ValueError, InterfaceError, PostgresError) as error:
        raise DatabaseTrouble(f"The database can't be reached: {_line(error)}") from error
    except SQLAlchemyError as error:
        raise DatabaseTrouble(f"{refused}: {_line(error)}") from error


def _line(error: Exception) -> str:
    lines = str(error).splitlines() or [type(error).__name__]
    return lines[0]
