"""The leases of this process's turns, renewed by a thread of its own.

The event loop of the turns may be busy for seconds: a lease that it renewed would be over by then,
and another process would end turns that run. The thread has an event loop and a connection for
nothing else. Whatever keeps it from renewing a lease, it ends the turn before another process may.
"""

import asyncio
import logging
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from operator import attrgetter
from uuid import UUID

from db.engine import Sessions
from db.errors import DatabaseUnavailable
from db.outages import serves_nobody
from db.running_turns import RunningTurn, renew_leases
from db.turn_values import TurnSignals

_RENEWALS_PER_LEASE = 3
_RETRY_SECONDS = 0.25
# The part of a lease after which a turn is given up: what is left is for its end.
_HELD = 0.9

logger = logging.getLogger(__name__)

# Gets what others noted on turns; None stands for a turn that has ended, or is given up.
Heed = Callable[[Mapping[UUID, TurnSignals | None]], object]


@dataclass(eq=False)
class _Lease:
    turn: RunningTurn
    renewed_at: float


class LeaseRenewer:
    """Renews the leases of the turns that `holding` names, while `serving`.

    `sessions` are used in the thread only. Times are those of `time.monotonic`, and from before a
    statement is sent: a lease lasts longer in Postgres than it is counted here.
    """

    def __init__(self, sessions: Sessions, lease: timedelta) -> None:
        self._sessions = sessions
        self._lease = lease
        self._period = lease.total_seconds() / _RENEWALS_PER_LEASE
        self._held = lease.total_seconds() * _HELD
        self._leases: dict[UUID, _Lease] = {}
        self._lock = threading.Lock()
        self._wake: Callable[[], object] = bool
        self._any = asyncio.Event()
        # Whether the thread waits for a first lease. It is woken for nothing else: one that sleeps
        # until a lease is due looks again by itself, and to wake it costs a turn a tenth of a
        # millisecond.
        self._idle = False
        self._nobody_served_at = float("-inf")

    @asynccontextmanager
    async def serving(self, heed: Heed) -> AsyncIterator[None]:
        """Renew while the block runs; `heed` is called in its event loop."""
        loop, own = asyncio.get_running_loop(), asyncio.new_event_loop()

        def heed_there(signals: Mapping[UUID, TurnSignals | None]) -> None:
            loop.call_soon_threadsafe(partial(heed, signals))

        work = own.create_task(self._work(heed_there))
        self._wake = partial(own.call_soon_threadsafe, self._any.set)
        thread = threading.Thread(target=_run, args=(own, work), name="leases", daemon=True)
        thread.start()
        try:
            yield
        finally:
            own.call_soon_threadsafe(work.cancel)
            await asyncio.to_thread(thread.join)

    @contextmanager
    def holding(self, turn: RunningTurn, leased_at: float) -> Iterator[None]:
        """Hold the lease of a turn, as old as `leased_at`, while the block runs."""
        with self._lock:
            self._leases[turn.turn_id] = _Lease(turn, leased_at)
            idle, self._idle = self._idle, False
        if idle:
            self._wake()
        try:
            yield
        finally:
            with self._lock:
                self._leases.pop(turn.turn_id, None)

    async def _work(self, heed: Heed) -> None:
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._renew_due(heed))
                group.create_task(self._give_up_lost(heed))
        finally:
            await self._sessions.kw["bind"].dispose()

    async def _renew_due(self, heed: Heed) -> None:
        while True:
            leases = await self._until(self._period, attrgetter("renewed_at"))
            try:
                await self._renew(leases, heed)
            except DatabaseUnavailable as error:
                if serves_nobody(error):
                    self._nobody_served_at = time.monotonic()
            except Exception:
                logger.exception("Leases could not be renewed; it is tried again")
            await asyncio.sleep(_RETRY_SECONDS)

    async def _renew(self, leases: Sequence[_Lease], heed: Heed) -> None:
        sent_at = time.monotonic()
        turns = [lease.turn for lease in leases]
        renewal = await renew_leases(self._sessions, turns, self._lease)
        for lease in leases:
            if lease.turn.turn_id in renewal.renewed:
                lease.renewed_at = sent_at
        heed({turn.turn_id: renewal.signals.get(turn.turn_id) for turn in turns})

    async def _give_up_lost(self, heed: Heed) -> None:
        while True:
            leases = await self._until(self._held, self._held_at)
            lost_before = time.monotonic() - self._held
            lost = [lease.turn.turn_id for lease in leases if self._held_at(lease) <= lost_before]
            with self._lock:
                for turn_id in lost:
                    self._leases.pop(turn_id, None)
            logger.warning("Turns that are interrupted, for no lease was renewed: %d", len(lost))
            heed(dict.fromkeys(lost))

    def _held_at(self, lease: _Lease) -> float:
        """Return when a lease was held for certain.

        While Postgres serves nobody no process can take a turn, and once it does the others wait
        for the length of a lease (`chat_api/turns/recovery.py`).
        """
        return max(lease.renewed_at, self._nobody_served_at)

    async def _until(self, seconds: float, since: Callable[[_Lease], float]) -> list[_Lease]:
        """Wait until so long a time has passed for the first lease, and return all."""
        while True:
            self._any.clear()
            with self._lock:
                leases = list(self._leases.values())
                self._idle = self._idle or not leases
            if not leases:
                await self._any.wait()
                continue
            wait = min(map(since, leases)) + seconds - time.monotonic()
            if wait <= 0:
                return leases
            await asyncio.sleep(wait)


def _run(loop: asyncio.AbstractEventLoop, work: asyncio.Task[None]) -> None:
    with suppress(asyncio.CancelledError):
        loop.run_until_complete(work)
    loop.close()
