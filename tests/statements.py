"""The transactions and statements that one user's requests cost."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from asyncpg.connection import LoggedQuery
from sqlalchemy import Connection, event
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.pool import ConnectionPoolEntry

from db.user_connection import literal

# The driver looks up the types of arrays once for each connection, without Postgres's compiler.
LOOKING_UP_TYPES = ("typeinfo", "'jit'")


@dataclass
class Transactions:
    """The statements of each committed transaction of the user, BEGIN and COMMIT among them."""

    committed: list[list[str]] = field(default_factory=list)

    @property
    def statements(self) -> list[str]:
        return [statement for statements in self.committed for statement in statements]


@dataclass(eq=False)
class _DriverLog:
    """The statements that one connection executed through its driver.

    It logs BEGIN and COMMIT of SQLAlchemy's transactions too, but none of their statements.
    """

    user: str
    found: Transactions
    statements: list[str] = field(default_factory=list)
    of_user: bool = False

    def __call__(self, query: LoggedQuery) -> None:
        if any(name in query.query for name in LOOKING_UP_TYPES):
            return
        for statement in filter(None, query.query.strip(" ;").split("; ")):
            word = statement.upper()
            if word.startswith("BEGIN"):
                self.statements, self.of_user = [], False
            self.statements.append(statement)
            self.of_user |= "app.user_id" in statement and self._is_of_user(query)
            if word == "COMMIT" and self.of_user:
                self.found.committed.append(self.statements)

    def _is_of_user(self, query: LoggedQuery) -> bool:
        return literal(self.user) in query.query or self.user in query.args


@contextmanager
def counted(engine: AsyncEngine, user: str) -> Iterator[Transactions]:
    """Record the user's transactions while the block runs; others share the engine."""
    found = Transactions()
    logs: dict[Any, _DriverLog] = {}

    def checkout(connection: Any, _: ConnectionPoolEntry, __: Any) -> None:
        driver = connection.driver_connection
        if driver not in logs:
            logs[driver] = _DriverLog(user, found)
            driver.add_query_logger(logs[driver])

    listeners = {"checkout": checkout, **_of_sessions(user, found)}
    for name, listener in listeners.items():
        event.listen(engine.sync_engine, name, listener)
    try:
        yield found
    finally:
        for name, listener in listeners.items():
            event.remove(engine.sync_engine, name, listener)
        for driver, log in logs.items():
            driver.remove_query_logger(log)


def _of_sessions(user: str, found: Transactions) -> dict[str, Callable[..., None]]:
    """Listeners that record the transactions of SQLAlchemy."""

    def begin(connection: Connection) -> None:
        connection.info["statements"], connection.info["users"] = ["BEGIN"], set()

    def execute(connection: Connection, _: Any, statement: str, values: Any, *__: Any) -> None:
        connection.info.setdefault("statements", []).append(statement)
        if "app.user_id" in statement:
            connection.info.setdefault("users", set()).update(values)

    def commit(connection: Connection) -> None:
        if user in connection.info.get("users", ()):
            found.committed.append([*connection.info["statements"], "COMMIT"])

    return {"begin": begin, "before_cursor_execute": execute, "commit": commit}
