"""The pool of connections, which serves those who wait in the order in which they came."""

import asyncio
from collections import deque
from typing import Any, Literal

from sqlalchemy.pool import AsyncAdaptedQueuePool, ConnectionPoolEntry, PoolProxiedConnection
from sqlalchemy.util import await_only
from sqlalchemy.util.queue import AsyncAdaptedQueue, Empty

from db.outages import OutageLog
from db.telemetry.metrics import metrics
from db.user_gate import UserGate


class FairQueue(AsyncAdaptedQueue[ConnectionPoolEntry]):
    """A queue that hands what is put back to the one who has waited longest.

    From the queue of asyncio a newcomer takes it before the one who waits has woken up, who then
    waits anew behind all others: of many transactions at once some would find no connection.
    """

    def __init__(self, maxsize: int = 0, use_lifo: bool = False) -> None:
        super().__init__(maxsize, use_lifo)
        self._waiting: deque[asyncio.Future[ConnectionPoolEntry]] = deque()

    def put_nowait(self, item: ConnectionPoolEntry) -> None:
        """Hand the connection to the first who waits, or keep it."""
        while self._waiting:
            first = self._waiting.popleft()
            if not first.done():
                first.set_result(item)
                return
        super().put_nowait(item)

    def give_up_first(self) -> None:
        """Let the first who waits look for itself: what it waits for may never be put back."""
        while self._waiting:
            first = self._waiting.popleft()
            if not first.done():
                first.set_exception(Empty())
                return

    def get(self, block: bool = True, timeout: float | None = None) -> ConnectionPoolEntry:
        """Return a connection, waiting for one if `block`.

        Raises:
            Empty: There is none, or none was handed over within `timeout` seconds.
        """
        waits = metrics().service.wait_seconds.labels("connection")
        try:
            connection = self.get_nowait()
        except Empty:
            if not block:
                raise
        else:
            waits.observe(0)
            return connection
        try:
            with waits.time():
                return await_only(self._handed_over(timeout))
        except TimeoutError as error:
            raise Empty from error

    async def _handed_over(self, seconds: float | None) -> ConnectionPoolEntry:
        place: asyncio.Future[ConnectionPoolEntry] = asyncio.get_running_loop().create_future()
        self._waiting.append(place)
        try:
            async with asyncio.timeout(seconds):
                return await place
        except (TimeoutError, asyncio.CancelledError):
            if place.done() and not place.cancelled():
                # It came at the moment at which this one gave up.
                self.put_nowait(place.result())
            raise


class FairPool(AsyncAdaptedQueuePool):
    """A pool whose connections are handed over in order, and of which no user takes most.

    `outages` logs those of its server.
    """

    _queue_class = FairQueue

    def __init__(self, creator: Any, pool_size: int = 5, **options: Any) -> None:
        super().__init__(creator, pool_size, **options)
        self.outages = OutageLog()
        self.gate = UserGate(max(2, pool_size // 3))

    def replace_all(self, connection: PoolProxiedConnection) -> None:
        """Use no connection again that is as old as this one."""
        self._invalidate(connection, _checkin=False)

    def _dec_overflow(self) -> Literal[True]:
        """Let who waits open the connection that could not be opened, or fail as soon as this."""
        decremented = super()._dec_overflow()
        if isinstance(self._pool, FairQueue):
            self._pool.give_up_first()
        return decremented
