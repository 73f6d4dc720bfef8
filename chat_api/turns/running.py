"""The turns that this process runs: saves their events, renews their leases, heeds other processes.

It works for all turns together, so that a turn has no timers and tasks of its own for that: one
statement renews all leases, and few saves at a time leave Postgres to turns that begin and end.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from chat_api.events import TurnStatus
from chat_api.turns.background import background_task
from chat_api.turns.persistence import TurnPersistence
from db.engine import Sessions
from db.errors import DatabaseUnavailable
from db.notifier import Notifier, Subscription, signal_topic
from db.turn_leases import LeasedTurn, read_signals, renew_leases
from db.turn_values import TurnSignals

# Commits are paid for: more often only while another process reads the events.
_SAVE_SECONDS = 1
_SAVE_SECONDS_FOLLOWED = 0.25
# With more turns than these can save in a second, each is saved less often.
_SAVES_AT_ONCE = 2
_RENEWALS_PER_LEASE = 3
_RETRY_SECONDS = 0.5

logger = logging.getLogger(__name__)


@dataclass(eq=False)
class _RunningTurn:
    persistence: TurnPersistence
    leased: LeasedTurn
    save_at: float
    renew_at: float
    followed: bool = False
    saving: bool = False

    def heed(self, signals: TurnSignals | None) -> None:
        """Stop if another process asked for it or has ended the turn."""
        if signals is None:
            self.persistence.live.stop(TurnStatus.INTERRUPTED)
        elif signals.stop_requested:
            self.persistence.live.stop(TurnStatus.CANCELLED)
        elif signals.followed and not self.followed:
            self.followed, self.save_at = True, 0


class RunningTurns:
    """Keeps the turns of this process in Postgres while they run.

    `sessions` are those that renew leases: with a pool of their own, they wait for no turn.
    """

    def __init__(self, sessions: Sessions, notifier: Notifier, lease: timedelta) -> None:
        self._sessions = sessions
        self._notifier = notifier
        self._lease = lease
        self._period = lease.total_seconds() / _RENEWALS_PER_LEASE
        self._turns: dict[UUID, _RunningTurn] = {}
        self._any_turn = asyncio.Event()
        self._signals = Subscription(notifier)
        self._due: asyncio.Queue[_RunningTurn] = asyncio.Queue()

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        """Work for the turns while the block runs."""
        async with AsyncExitStack() as stack:
            for work in (
                self._find_due(),
                self._renew_leases(),
                *(self._save_due() for _ in range(_SAVES_AT_ONCE)),
            ):
                await stack.enter_async_context(background_task(work))
            yield

    @asynccontextmanager
    async def holding(self, persistence: TurnPersistence) -> AsyncIterator[None]:
        """Save a turn and hold its lease while the block runs; stop it if another process asks."""
        live, now = persistence.live, asyncio.get_running_loop().time()
        turn = _RunningTurn(
            persistence,
            LeasedTurn(live.user_id, live.turn_id),
            save_at=now + _SAVE_SECONDS,
            renew_at=now + self._period,
        )
        with self._notifier.subscribed(signal_topic(live.turn_id), self._signals):
            self._turns[live.turn_id] = turn
            self._any_turn.set()
            try:
                yield
            finally:
                del self._turns[live.turn_id]
                if not self._turns:
                    self._any_turn.clear()

    async def _find_due(self) -> None:
        clock = asyncio.get_running_loop().time
        while True:
            await self._any_turn.wait()
            await asyncio.sleep(_SAVE_SECONDS_FOLLOWED)
            now = clock()
            for turn in self._turns.values():
                if turn.save_at <= now and not turn.saving and turn.persistence.live.unsaved():
                    turn.saving = True
                    self._due.put_nowait(turn)

    async def _save_due(self) -> None:
        clock = asyncio.get_running_loop().time
        while True:
            turn = await self._due.get()
            if self._is_running(turn):
                await self._save(turn)
            turn.save_at = clock() + (_SAVE_SECONDS_FOLLOWED if turn.followed else _SAVE_SECONDS)
            turn.saving = False

    async def _save(self, turn: _RunningTurn) -> None:
        try:
            signals = await turn.persistence.save()
        except DatabaseUnavailable:
            return
        except Exception:
            logger.exception("Events of turn %s could not be saved", turn.leased.turn_id)
            return
        if self._is_running(turn):
            turn.heed(signals)

    async def _renew_leases(self) -> None:
        clock = asyncio.get_running_loop().time
        while True:
            await self._any_turn.wait()
            next_renewal = min(turn.renew_at for turn in self._turns.values())
            await self._signals.wait(max(0, next_renewal - clock()))
            try:
                await self._exchange_signals(renew=clock() >= next_renewal)
            except DatabaseUnavailable:
                await asyncio.sleep(_RETRY_SECONDS)
            except Exception:
                logger.exception("Leases could not be renewed; it is tried again")
                await asyncio.sleep(_RETRY_SECONDS)

    async def _exchange_signals(self, *, renew: bool) -> None:
        turns = tuple(self._turns.values())
        if not turns:
            return
        leased = [turn.leased for turn in turns]
        if renew:
            renew_at = asyncio.get_running_loop().time() + self._period
            signals = await renew_leases(self._sessions, leased, self._lease)
            for turn in turns:
                turn.renew_at = renew_at
        else:
            signals = await read_signals(self._sessions, leased)
        for turn in filter(self._is_running, turns):
            turn.heed(signals.get(turn.leased.turn_id))

    def _is_running(self, turn: _RunningTurn) -> bool:
        return self._turns.get(turn.leased.turn_id) is turn
