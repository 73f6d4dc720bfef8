"""How many connections of a pool the transactions of one user hold at once."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from db.telemetry.metrics import metrics


class UserGate:
    """Lets so many transactions of each user in, and the others in the order in which they came.

    Postgres lets one transaction at a time write a user's rows. Without the gate those that wait
    for it would hold all connections, and all other users would wait with them.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._places: dict[str, asyncio.Semaphore] = {}
        self._users: dict[str, int] = {}

    @asynccontextmanager
    async def entered(self, user_id: str) -> AsyncIterator[None]:
        """Wait for a place, and hold it while the block runs."""
        place = self._places.setdefault(user_id, asyncio.Semaphore(self._most))
        self._users[user_id] = self._users.get(user_id, 0) + 1
        began = time.perf_counter()
        try:
            async with place:
                metrics().service.wait_seconds.labels("user").observe(time.perf_counter() - began)
                yield
        finally:
            self._users[user_id] -= 1
            if not self._users[user_id]:
                del self._users[user_id], self._places[user_id]
