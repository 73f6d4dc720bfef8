"""How many streams of events each user follows, and how many of their requests wait for a reply."""

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from uuid import uuid4

from chat_api.turns.background import background_task
from db.access import Access, Bearer
from db.engine import Sessions
from db.errors import DatabaseUnavailable, TodoError
from db.user_connection import user_connection
from db.user_streams import ALIVE_SECONDS, lock_streams, renew_streams, store_streams

_RENEWALS = 3

logger = logging.getLogger(__name__)


class TooManyStreams(TodoError):
    """The user follows as much as one user may at once."""

    code = "too_many_streams"
    retry_after = 5

    def __init__(self) -> None:
        super().__init__("Todochat is open in too many places at once; close one of them.")


class UserStreams:
    """The streams of this process, and in the ledger those of all.

    A stream that ended is free at once in its process, and for others with the next renewal.
    """

    def __init__(self, sessions: Sessions, most: int) -> None:
        self._sessions = sessions
        self._most = most
        self._process = str(uuid4())
        self._here: Counter[str] = Counter()
        self._followed: Counter[str] = Counter()

    @contextmanager
    def waiting(self, user_id: str) -> Iterator[None]:
        """Count a request that waits for a reply: how many turns run is limited for all processes.

        Raises:
            TooManyStreams: This process has as many of the user as there may be.
        """
        if self._here[user_id] >= self._most:
            raise TooManyStreams
        self._here[user_id] += 1
        try:
            yield
        finally:
            self._here[user_id] -= 1
            if not self._here[user_id]:
                del self._here[user_id]

    @asynccontextmanager
    async def following(self, user_id: str, bearer: Bearer) -> AsyncIterator[None]:
        """Count a stream while the block runs.

        Raises:
            TooManyStreams: The user has as many as they may have.
            NoAuthority: The user was erased, or revoked tokens like this one.
            DatabaseUnavailable: Postgres can't be reached.
        """
        with self.waiting(user_id):
            self._followed[user_id] += 1
            try:
                await self._store(user_id, bearer)
                yield
            finally:
                self._followed[user_id] -= 1

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        """Renew what is counted here while the block runs."""
        async with background_task(self._keep_renewing()):
            yield

    async def renew(self) -> None:
        """Store how many streams there are.

        Raises:
            DatabaseUnavailable: Postgres can't be reached.
        """
        if self._followed:
            stored = dict(self._followed)
            await renew_streams(self._sessions, self._process, stored)
            for user_id, count in stored.items():
                if count == self._followed[user_id] == 0:
                    del self._followed[user_id]

    async def _store(self, user_id: str, bearer: Bearer) -> None:
        async with user_connection(
            self._sessions, user_id, Access.ADD, bearer=bearer
        ) as connection:
            await lock_streams(connection)
            here = self._followed[user_id]
            if not await store_streams(connection, self._process, here, self._most):
                raise TooManyStreams

    async def _keep_renewing(self) -> None:
        while True:
            await asyncio.sleep(ALIVE_SECONDS / _RENEWALS)
            try:
                await self.renew()
            except DatabaseUnavailable:
                continue
            except Exception:
                logger.exception("Streams could not be counted; it is tried again")
