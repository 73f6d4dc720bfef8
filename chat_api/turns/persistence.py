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
    stored_events,
    terminal_event,
    turn_outcome,
)
from chat_api.turns.streams import LiveTurn
from db.engine import Sessions, transaction
from db.errors import DatabaseUnavailable
from db.idempotency import IdempotentWrites
from db.notifier import Notifier, notify, stop_topic, turn_topic
from db.turn_events import UserTurnEvents
from db.turns import Lease, UserTurns

_SAVE_SECONDS = 0.25
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

    async def save_events(self) -> None:
        """Store new events in batches for ever, and renew the lease while there are none."""
        renew_every = self._lease.total_seconds() / _RENEWALS_PER_LEASE
        pause = min(_SAVE_SECONDS, renew_every)
        since_renewal = 0.0
        while True:
            await asyncio.sleep(pause)
            since_renewal += pause
            if not self._live.unsaved() and since_renewal < renew_every:
                continue
            since_renewal = 0.0
            with suppress(DatabaseUnavailable):
                lease = await self._save()
                if not lease.held:
                    self._live.stop(TurnStatus.INTERRUPTED)
                elif lease.stop_requested:
                    self._live.stop(TurnStatus.CANCELLED)

    async def watch_for_stop(self) -> None:
        """Stop the turn when somebody asks for that, in whichever process."""
        live = self._live
        async with self._notifier.listening(stop_topic(live.turn_id)) as subscription:
            while True:
                await subscription.wait(_STOP_POLL_SECONDS)
                with suppress(DatabaseUnavailable):
                    async with transaction(self._sessions, live.user_id) as session:
                        if await UserTurns(session, live.user_id).stop_requested(live.turn_id):
                            live.stop(TurnStatus.CANCELLED)

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

    async def _save(self) -> Lease:
        live = self._live
        batch = live.unsaved()
        async with transaction(self._sessions, live.user_id) as session:
            lease = await UserTurns(session, live.user_id).renew(live.turn_id, self._lease)
            if batch and lease.held:
                events = UserTurnEvents(session, live.user_id)
                await events.append(live.turn_id, stored_events(batch))
                await notify(session, turn_topic(live.turn_id))
        live.mark_saved(len(batch))
        return lease

    async def _close(self, reply: ReplyBuilder, end: TurnEnd) -> TerminalEvent:
        live = self._live
        async with transaction(self._sessions, live.user_id) as session:
            turns = UserTurns(session, live.user_id)
            if reply.has_open_calls:
                await turns.await_writes(live.turn_id)
                writes = IdempotentWrites(session, live.user_id)
                reply.add_writes(await writes.of_turn(live.turn_id))
            answer = reply.answer()
            outcome = turn_outcome(answer, end, reply.details)
            if not await turns.close(live.turn_id, outcome, message_id=live.assistant_message_id):
                # The lease had expired, and another process has ended the turn.
                return terminal_event(answer, TURN_INTERRUPTED)
            last = terminal_event(answer, end)
            batch = stored_events([*live.unsaved(), (live.next_seq, last)])
            await UserTurnEvents(session, live.user_id).append(live.turn_id, batch)
            await notify(session, turn_topic(live.turn_id))
        return last
