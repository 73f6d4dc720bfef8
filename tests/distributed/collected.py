"""A plugin: every statement that our transactions execute in a test is held to the rules.

A statement is judged when it is first seen in this process, whichever of our services runs in it,
and the test that runs then fails. What a test itself executes is not judged.
"""

import re
import sys
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any

import asyncpg
import pytest
from greenlet import getcurrent  # type: ignore[import-untyped]
from sqlalchemy import Connection, Engine, event

from db.engine import APP_ROLE
from tests.distributed.rules import problems
from tests.statements import LOOKING_UP_TYPES

_ROLE = re.compile(r"set_local\('role', '(\w+)'\)")
_ENDS = ("commit", "rollback")
# What is different in each message that begins a transaction.
_VALUE = re.compile(r"E'(?:[^'\\]|''|\\.)*'|\b\d+\.\d+\b")
_ROOT = Path(__file__).parents[2]
_OURS = tuple(f"{_ROOT / package}/" for package in ("auth", "chat_api", "db", "mcp_server"))
_TESTS = f"{_ROOT / 'tests'}/"
# Statements of others pass through these.
_PASSED = (__file__, f"{_ROOT}/db/user_connection.py", f"{_ROOT}/db/engine.py")


class Statements:
    """The statements of ours that were seen, each with the role whose transaction executed it."""

    def __init__(self) -> None:
        self.seen: set[tuple[str, str]] = set()
        self._new: list[tuple[str, str]] = []
        self._roles: dict[Any, str] = {}

    def note(self, driver: Any, text: str) -> None:
        """Note a statement that a connection executes, or a message of several."""
        if any(name in text for name in LOOKING_UP_TYPES):
            return
        if entered := _ROLE.search(text):
            self._roles[driver] = entered[1]
            text = _VALUE.sub("null", text)
        if (role := self._roles.get(driver)) and (role, text) not in self.seen and _is_ours():
            self.seen.add((role, text))
            self._new.append((role, text))
        if text.strip(" ;").lower().endswith(_ENDS):
            self._roles.pop(driver, None)

    def take(self) -> list[tuple[str, str]]:
        """Return those that were first seen since the last call."""
        new, self._new = self._new, []
        return new


STATEMENTS = Statements()


def _is_ours() -> bool:
    """Whether the code that executes a statement is no test."""
    files = (frame.f_code.co_filename for frame in _frames())
    named = (file for file in files if file not in _PASSED)
    return not next((f for f in named if f.startswith((*_OURS, _TESTS))), "").startswith(_TESTS)


def _frames() -> Iterator[FrameType]:
    """The frames of the calls under way, those that SQLAlchemy's greenlet runs for among them."""
    frame: FrameType | None = sys._getframe(1)
    running = getcurrent()
    while frame is not None:
        yield frame
        frame = frame.f_back
        if frame is None and running.parent is not None:
            running = running.parent
            frame = running.gr_frame


def _noting(method: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    async def noted(driver: asyncpg.Connection, query: str, *args: Any, **options: Any) -> Any:
        STATEMENTS.note(driver, query)
        return await method(driver, query, *args, **options)

    return noted


for _name in ("execute", "fetch"):
    setattr(asyncpg.Connection, _name, _noting(getattr(asyncpg.Connection, _name)))


@event.listens_for(Engine, "before_cursor_execute")
def _execute(connection: Connection, _: Any, statement: str, *__: Any) -> None:
    STATEMENTS.note(connection.connection.driver_connection, statement)


@pytest.fixture(autouse=True)
def judged() -> Iterator[None]:
    """Fail the test in which a statement was first seen that no router could send to a shard."""
    yield
    broken = {
        statement: found
        for role, statement in STATEMENTS.take()
        if (found := problems(statement, of_one_user=role == APP_ROLE))
    }
    assert not broken, broken
