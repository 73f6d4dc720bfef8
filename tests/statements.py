"""The transactions and statements that one user's requests cost."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, event
from sqlalchemy.ext.asyncio import AsyncEngine


@dataclass
class Transactions:
    """The statements of each committed transaction of the user, BEGIN and COMMIT among them."""

    committed: list[list[str]] = field(default_factory=list)

    @property
    def statements(self) -> list[str]:
        return [statement for statements in self.committed for statement in statements]


@contextmanager
def counted(engine: AsyncEngine, user: str) -> Iterator[Transactions]:
    """Record the user's transactions while the block runs; others share the engine."""
    found = Transactions()

    def begin(connection: Connection) -> None:
        connection.info["statements"], connection.info["users"] = ["BEGIN"], set()

    def execute(connection: Connection, _: Any, statement: str, values: Any, *__: Any) -> None:
        connection.info.setdefault("statements", []).append(statement)
        if "app.user_id" in statement:
            connection.info.setdefault("users", set()).update(values)

    def commit(connection: Connection) -> None:
        if user in connection.info.get("users", ()):
            found.committed.append([*connection.info["statements"], "COMMIT"])

    listeners: dict[str, Callable[..., None]] = {
        "begin": begin,
        "before_cursor_execute": execute,
        "commit": commit,
    }
    for name, listener in listeners.items():
        event.listen(engine.sync_engine, name, listener)
    try:
        yield found
    finally:
        for name, listener in listeners.items():
            event.remove(engine.sync_engine, name, listener)
