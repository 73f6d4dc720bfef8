"""What Postgres holds of a running turn: its events, its lease, requests to stop it, its end."""

import asyncio
import logging
from contextlib import suppress
from datetime import timedelta

from chat_api.agent.failures import UNSAVED
from chat_api.events import TerminalEvent, TurnStatus
from chat_api.turns.result import (
    TURN_INTERRUPTED,
    ReplyBuilder,
    TurnEnd,
    event_batch,
    terminal_event,
    turn_outcome,
)
from chat_api.turns.streams import LiveTurn
from db.engine import Sessions, transaction
from db.errors import DatabaseUnavailable
from db.idempotency import IdempotentWrites
from db.notifier import Notifier, notify, signal_topic, turn_topic
from db.turn_values import TurnSignals
from db.turns import UserTurns

# Rows are locked and commits are paid for: more often only while another process reads them.
_SAVE_SECONDS = 1
_SAVE_SECONDS_FOLLOWED = 0.25
_STOP_POLL_SECONDS = 5
_CLOSE_RETRY_SECONDS = 0.25
_RENEWALS_PER_LEASE = 3

logger = logging.getLogger(__name__)


class TurnPersistence:
    """Stores one live turn as it goes on, and how it ended."""

    def __init__(
        self, sessions: Sessions, notifier: Notifier, lease: timedelta, live: LiveTurn
    ) -> None:
        self._sessions = sessions
        self._notifier = notifier
        self._lease = lease
        self._live = live
        self._followed = asyncio.Event()

    async def save_events(self) -> None:
        """Store new events in batches for ever, and renew the lease while there are none."""
        renew_every = self._lease.total_seconds() / _RENEWALS_PER_LEASE
        since_renewal = 0.0
        while True:
            since_renewal += await self._pause(renew_every)
            if not self._live.unsaved() and since_renewal < renew_every:
                continue
            since_renewal = 0.0
            with suppress(DatabaseUnavailable):
                signals = await self._save()
                if signals is None:
                    self._live.stop(TurnStatus.INTERRUPTED)
                else:
                    self._heed(signals)

    async def watch_signals(self) -> None:
        """Stop the turn, or save it more often, when another process asks for that."""
        live = self._live
        async with self._notifier.listening(signal_topic(live.turn_id)) as subscription:
            while True:
                await subscription.wait(_STOP_POLL_SECONDS)
                with suppress(DatabaseUnavailable):
                    async with transaction(self._sessions, live.user_id) as session:
                        signals = await UserTurns(session, live.user_id).signals(live.turn_id)
                    self._heed(signals)

    async def close(self, reply: ReplyBuilder, end: TurnEnd) -> TerminalEvent:
        """Store the end of the turn and return the terminal event.

        Postgres may be restarting, so it is tried for as long as a lease lasts. If it can't be
        stored, clients get a failure as the end, and the lease frees the conversation.
        """
        deadline = asyncio.get_running_loop().time() + self._lease.total_seconds()
        while True:
            try:
                return await self._close(reply, end)
            except DatabaseUnavailable:
                if asyncio.get_running_loop().time() > deadline:
                    logger.exception("Turn %s could not be stored in time", self._live.turn_id)
                    break
                await asyncio.sleep(_CLOSE_RETRY_SECONDS)
            except Exception:
                logger.exception("Turn %s could not be stored", self._live.turn_id)
                break
        return terminal_event(reply.answer(), TurnEnd(TurnStatus.FAILED, UNSAVED))

    def _heed(self, signals: TurnSignals) -> None:
        if signals.followed:
            self._followed.set()
        if signals.stop_requested:
            self._live.stop(TurnStatus.CANCELLED)

    async def _pause(self, longest: float) -> float:
        """Wait until events are to be saved; return for how many seconds."""
        started = asyncio.get_running_loop().time()
        if self._followed.is_set():
            await asyncio.sleep(min(_SAVE_SECONDS_FOLLOWED, longest))
        else:
            with suppress(TimeoutError):
                async with asyncio.timeout(min(_SAVE_SECONDS, longest)):
                    await self._followed.wait()
        return asyncio.get_running_loop().time() - started

    async def _save(self) -> TurnSignals | None:
        live = self._live
        events = live.unsaved()
        async with transaction(self._sessions, live.user_id) as session:
            turns = UserTurns(session, live.user_id)
            signals = await turns.save(live.turn_id, self._lease, event_batch(events))
            if events and signals and signals.followed:
                await notify(session, turn_topic(live.turn_id))
        live.mark_saved(len(events))
        return signals

    async def _close(self, reply: ReplyBuilder, end: TurnEnd) -> TerminalEvent:
        live = self._live
        async with transaction(self._sessions, live.user_id) as session:
            turns = UserTurns(session, live.user_id)
            if reply.has_open_calls:
                await turns.await_writes(live.turn_id)
                writes = IdempotentWrites(session, live.user_id)
                reply.add_writes(await writes.of_turn(live.turn_id))
            answer = reply.answer()
            last = terminal_event(answer, end)
            batch = event_batch([*live.unsaved(), (live.next_seq, last)])
            outcome = turn_outcome(answer, end, reply.details)
            followed = await turns.close(live.turn_id, outcome, live.assistant_message_id, batch)
            if followed is None:
                # The lease had expired, and another process has ended the turn.
                return terminal_event(answer, TURN_INTERRUPTED)
            if followed:
                await notify(session, turn_topic(live.turn_id))
        return last
