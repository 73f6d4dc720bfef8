"""The turns that this process runs: saves their events, heeds other processes, holds their leases.

Each of these is one statement for all turns together, so that hundreds of turns cost Postgres and
this process hardly more than one, and no turn has timers or tasks of its own for it.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractContextManager, asynccontextmanager
from dataclasses import dataclass
from uuid import UUID

from chat_api.events import TurnStatus
from chat_api.turns.background import background_task
from chat_api.turns.leases import LeaseRenewer
from chat_api.turns.result import event_batch
from chat_api.turns.streams import LiveTurn
from db.engine import Sessions
from db.errors import DatabaseUnavailable
from db.notifier import Notifier, Subscription, signal_topic
from db.running_turns import RunningTurn, read_signals, save_events
from db.telemetry.metrics import metrics
from db.turn_events import EventBatch
from db.turn_values import TurnSignals

# Commits are paid for: more often only while another process reads the events.
_SAVE_SECONDS = 1
_SAVE_SECONDS_FOLLOWED = 0.25
# Signals come with each renewal of a lease too; this is where no notification arrives.
_SIGNAL_SECONDS = 5
_RETRY_SECONDS = 0.5

logger = logging.getLogger(__name__)


@dataclass(eq=False)
class _Entry:
    live: LiveTurn
    turn: RunningTurn
    save_at: float
    followed: bool = False
    # What was sent to Postgres and may be stored: it is sent again as it was until that is certain.
    batch: EventBatch | None = None

    def next_batch(self) -> EventBatch | None:
        if self.batch is None:
            self.batch = event_batch(self.live.unsaved())
        return self.batch

    def confirm(self, now: float) -> None:
        if self.batch:
            self.live.mark_saved(len(self.batch.events))
        self.batch = None
        self.save_at = now + (_SAVE_SECONDS_FOLLOWED if self.followed else _SAVE_SECONDS)

    def heed(self, signals: TurnSignals | None) -> None:
        """Stop if another process asked for it or has ended the turn, or may end it."""
        if signals is None:
            self.live.stop(TurnStatus.INTERRUPTED)
        elif signals.stop_requested:
            self.live.stop(TurnStatus.CANCELLED)
        elif signals.followed and not self.followed:
            self.followed, self.save_at = True, 0


class RunningTurns:
    """Keeps the turns of this process in Postgres while they run.

    `sessions` have a pool of their own, so that this waits for no turn.
    """

    def __init__(self, sessions: Sessions, notifier: Notifier, leases: LeaseRenewer) -> None:
        self._sessions = sessions
        self._notifier = notifier
        self._leases = leases
        self._entries: dict[UUID, _Entry] = {}
        self._any_turn = asyncio.Event()
        self._signals = Subscription(notifier)

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        """Work for the turns while the block runs."""
        async with (
            background_task(self._repeat(self._save_due)),
            background_task(self._repeat(self._read_signals)),
            self._leases.serving(self._heed),
        ):
            yield

    def leasing(self, live: LiveTurn) -> AbstractContextManager[None]:
        """Hold the lease of a turn while the block runs."""
        return self._leases.holding(_running(live), live.leased_at)

    @asynccontextmanager
    async def saving(self, live: LiveTurn) -> AsyncIterator[None]:
        """Save the events of a turn while the block runs; stop it if another process asks."""
        now = asyncio.get_running_loop().time()
        entry = _Entry(live, _running(live), save_at=now + _SAVE_SECONDS)
        with self._notifier.subscribed(signal_topic(live.turn_id), self._signals):
            self._entries[live.turn_id] = entry
            self._any_turn.set()
            try:
                yield
            finally:
                del self._entries[live.turn_id]
                if not self._entries:
                    self._any_turn.clear()

    async def _repeat(self, work: Callable[[], Awaitable[None]]) -> None:
        while True:
            await self._any_turn.wait()
            try:
                await work()
            except DatabaseUnavailable:
                await asyncio.sleep(_RETRY_SECONDS)
            except Exception:
                metrics().service.background_failures.labels("running turns").inc()
                logger.exception("Running turns could not be kept; it is tried again")
                await asyncio.sleep(_RETRY_SECONDS)

    async def _save_due(self) -> None:
        await asyncio.sleep(_SAVE_SECONDS_FOLLOWED)
        now = asyncio.get_running_loop().time()
        due = [entry for entry in self._entries.values() if entry.save_at <= now]
        batches = {entry.turn: batch for entry in due if (batch := entry.next_batch())}
        if not batches:
            return
        saved = await save_events(self._sessions, batches)
        for entry in due:
            if entry.turn.turn_id in saved:
                entry.confirm(now)

    async def _read_signals(self) -> None:
        await self._signals.wait(_SIGNAL_SECONDS)
        if turns := [entry.turn for entry in self._entries.values()]:
            noted = await read_signals(self._sessions, turns)
            self._heed({turn.turn_id: noted.get(turn.turn_id) for turn in turns})

    def _heed(self, signals: Mapping[UUID, TurnSignals | None]) -> None:
        for turn_id, noted in signals.items():
            if entry := self._entries.get(turn_id):
                entry.heed(noted)


def _running(live: LiveTurn) -> RunningTurn:
    return RunningTurn(live.user_id, live.turn_id)
