"""Statements of SQL as spans of a trace: their kind and their time, never their text."""

import time
from typing import Any, Final, Protocol

from sqlalchemy import Connection, Engine, event

from db.telemetry.tracing import finished_span

_BEGAN = "todochat_began"
_LONGEST: Final = 10


class LoggedQuery(Protocol):
    """What the driver tells of a query."""

    query: str
    elapsed: float
    exception: BaseException | None


def trace_query(logged: LoggedQuery) -> None:
    """Add the span of a query that the driver has sent by itself."""
    _add(logged.query, logged.elapsed, logged.exception)


def trace_statements(engine: Engine) -> None:
    """Add spans of the statements that SQLAlchemy prepares: the driver does not tell of them."""
    event.listen(engine, "before_cursor_execute", _begin)
    event.listen(engine, "after_cursor_execute", _end)


def _begin(connection: Connection, _: Any, __: str, *___: Any) -> None:
    connection.info[_BEGAN] = time.perf_counter()


def _end(connection: Connection, _: Any, statement: str, *__: Any) -> None:
    _add(statement, time.perf_counter() - connection.info[_BEGAN], None)


def _add(statement: str, seconds: float, error: BaseException | None) -> None:
    word = statement.split(None, 1)[0].strip(";").upper()[:_LONGEST] if statement.strip() else ""
    finished_span(
        word or "SQL",
        seconds,
        error,
        db__system__name="postgresql",
        db__operation__name=word or None,
    )
