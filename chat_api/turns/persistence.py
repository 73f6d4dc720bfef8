"""The end of a turn in Postgres."""

import asyncio
import logging

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
from chat_api.turns.token_budgets import TurnTokens
from db.access import Access
from db.engine import Sessions
from db.errors import AccountDeleted, DatabaseUnavailable
from db.idempotency import writes_of_turn
from db.telemetry.metrics import metrics
from db.turn_writes import await_writes, close_turn
from db.user_connection import user_connection

_CLOSE_SECONDS = 15
_CLOSE_RETRY_SECONDS = 0.25

logger = logging.getLogger(__name__)


class TurnPersistence:
    """Stores how a live turn ended."""

    def __init__(self, sessions: Sessions, live: LiveTurn, tokens: TurnTokens) -> None:
        self._sessions = sessions
        self._live = live
        self._tokens = tokens

    async def close(self, reply: ReplyBuilder, end: TurnEnd) -> TerminalEvent:
        """Store the end of the turn and return the terminal event.

        Postgres may be restarting, so it is tried for 15 seconds. If it can't be stored, clients
        get a failure as the end, and the lease frees the conversation.
        """
        deadline = asyncio.get_running_loop().time() + _CLOSE_SECONDS
        while True:
            try:
                last = await self._close(reply, end)
                await self._tokens.give_back_to_all()
                return last
            except DatabaseUnavailable:
                if asyncio.get_running_loop().time() > deadline:
                    logger.exception("Turn %s could not be stored in time", self._live.turn_id)
                    break
                await asyncio.sleep(_CLOSE_RETRY_SECONDS)
            except AccountDeleted:
                return terminal_event(reply.answer(), TURN_INTERRUPTED)
            except Exception:
                logger.exception("Turn %s could not be stored", self._live.turn_id)
                break
        return terminal_event(reply.answer(), TurnEnd(TurnStatus.FAILED, UNSAVED))

    async def _close(self, reply: ReplyBuilder, end: TurnEnd) -> TerminalEvent:
        live = self._live
        async with user_connection(self._sessions, live.user_id, Access.ADD) as connection:
            if reply.has_open_calls:
                await await_writes(connection, live.turn_id)
                reply.add_writes(await writes_of_turn(connection, live.turn_id))
            answer = reply.answer()
            last = terminal_event(answer, end)
            batch = event_batch([*live.unsaved(), (live.next_seq, last)])
            outcome = turn_outcome(answer, end, reply.details)
            reply_id = live.assistant_message_id
            if await close_turn(
                connection, live.turn_id, outcome, reply_id, batch, self._tokens.left
            ):
                return last
        # The lease had expired, and another process has ended the turn.
        metrics().turns.lease_losses.inc()
        return terminal_event(answer, TURN_INTERRUPTED)
