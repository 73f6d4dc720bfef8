"""One request of the ChatKit protocol, as its store and server see it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from chat_api.turns.streams import LiveTurn
from db.engine import Sessions, transaction
from db.tasks import Origin, UserTasks

_CLIENT = "chatkit"


@dataclass(frozen=True)
class RequestContext:
    """Who asks, the turn opened for it if it needs one, and whether hanging up stops that."""

    sessions: Sessions
    user_id: str
    turn: LiveTurn | None = None
    cancel_on_disconnect: bool = True

    @property
    def opened(self) -> LiveTurn:
        """The turn of a request that needs one.

        Raises:
            RuntimeError: None was opened.
        """
        if self.turn is None:
            raise RuntimeError("no turn was opened for this request")
        return self.turn

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """Open a transaction as who asks.

        Raises:
            DatabaseUnavailable: Postgres can't be reached, or went away before the commit.
        """
        async with transaction(self.sessions, self.user_id) as session:
            yield session

    def tasks(self, session: AsyncSession) -> UserTasks:
        """Return the tasks of who asks."""
        return UserTasks(session, self.user_id, Origin(_CLIENT))
