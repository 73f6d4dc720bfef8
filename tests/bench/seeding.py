"""Users with what they have stored, written straight into the tables."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from auth.minting import mint_login_token
from tests.bench.client import Request, Target
from tests.bench.peers.work import HISTORY
from tests.faults.long_conversation import seed_conversation
from tests.stack import SECRET

_DAY = 86_400
_STREAM_END = b"turn.finished"


@dataclass(frozen=True)
class User:
    """A user with a login token and a conversation."""

    name: str
    token: str
    conversation: UUID

    @property
    def headers(self) -> dict[str, str]:
        """The headers of a request with a JSON body."""
        return {"authorization": f"Bearer {self.token}", "content-type": "application/json"}


@asynccontextmanager
async def database(url: str) -> AsyncIterator[Any]:
    """A connection as the database's owner."""
    connection = await asyncpg.connect(url)
    try:
        yield connection
    finally:
        await connection.close()


def login(user: str) -> str:
    """Return a login token for a day."""
    return mint_login_token(SECRET, user, lifetime=_DAY)


async def seed_users(url: str, count: int, prefix: str = "user", messages: int = 20) -> list[User]:
    """Store users with a conversation of so many messages each."""
    async with database(url) as connection:
        users = [
            User(name, login(name), await seed_conversation(connection, name, messages, _exchange))
            for name in (f"{prefix}-{number}" for number in range(count))
        ]
        await connection.execute("analyze")
    return users


def _exchange(number: int) -> Iterator[tuple[str, str, str]]:
    """Yield what the peers have as their history too."""
    for role, content in HISTORY[2 * number % len(HISTORY) :][:2]:
        yield role, content, "[]"


def chat(url: str, users: list[User], message: str, *, at_once: int, whole: bytes) -> Target:
    """Return the chat of users: each client takes turns with those that are its own.

    So conversations stay as short as they were seeded, and no two turns meet in one.
    """
    shares = [users[client::at_once] for client in range(at_once)]

    def request(client: int, sent: int) -> Request:
        user = shares[client][sent % len(shares[client])]
        body = {"message": message, "conversation_id": str(user.conversation)}
        return Request(f"{url}/api/{user.name}/chat", user.headers, orjson.dumps(body))

    return Target(request, first=b"text.delta", whole=(whole, _STREAM_END))
