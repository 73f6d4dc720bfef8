"""The context of one ChatKit request, which the library hands to the store and the server."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from chat_api.turns.streams import TurnStream
from db.access import NO_BEARER, Access, Bearer
from db.engine import Sessions, transaction
from db.task_values import Origin
from db.tasks import UserTasks
from db.timezones import RequestedTimezone
from db.user_connection import connection_of

_CLIENT = "chatkit"


@dataclass(frozen=True)
class RequestTurn:
    """The turn of a request, and the id of the user's message that it answers."""

    stream: TurnStream
    user_message_id: UUID


@dataclass(frozen=True)
class RequestContext:
    """The user and their time zone, the request's turn, and what a disconnect does to it."""

    sessions: Sessions
    user_id: str
    timezone: RequestedTimezone
    turn: RequestTurn | None = None
    bearer: Bearer = NO_BEARER
    cancel_on_disconnect: bool = True

    @property
    def started_turn(self) -> RequestTurn:
        """The turn of a request that starts one, or that repeats such a request.

        Raises:
            RuntimeError: The request starts none.
        """
        if self.turn is None:
            raise RuntimeError("no turn was started for this request")
        return self.turn

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """Open a transaction of the user, which adds nothing but by `tasks_to_change`.

        Raises:
            DatabaseUnavailable: Postgres can't be reached, or went away before the commit.
        """
        async with transaction(
            self.sessions, self.user_id, Access.READ, bearer=self.bearer
        ) as session:
            yield session

    async def tasks(self, session: AsyncSession) -> UserTasks:
        """Return the user's tasks, to be read."""
        connection = await connection_of(session, self.user_id)
        return UserTasks(connection, Origin(_CLIENT), self.timezone)

    async def tasks_to_change(self, session: AsyncSession, turn_id: UUID | None) -> UserTasks:
        """Return the user's tasks; changes are recorded with the turn that they belong to."""
        connection = await connection_of(session, self.user_id, writes=True)
        return UserTasks(connection, Origin(_CLIENT, turn_id), self.timezone)
