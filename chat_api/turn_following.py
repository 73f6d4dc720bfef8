"""Turns as the database knows them, for listeners in any process."""

from collections.abc import AsyncIterator

from chat_api.agent.failures import BY_CODE, INTERNAL
from chat_api.events import (
    Answer,
    LastEvent,
    ToolCall,
    TurnCancelled,
    TurnFailed,
    TurnFinished,
    Usage,
)
from chat_api.turn_recovery import event_of, recover
from chat_api.turn_stream import StreamedEvent, TurnStream
from db.engine import Sessions, transaction
from db.models import Message, Turn
from db.turn_events import UserTurnEvents
from db.turns import UserTurns
from db.wakeups import Wakeups, turn_topic

# A turn that nobody writes events for any more is noticed after this long at the latest.
_LOOK_SECONDS = 2


class FollowedTurn(TurnStream):
    """A turn that another process runs, or that has ended."""

    def __init__(self, sessions: Sessions, wakeups: Wakeups, turn: Turn) -> None:
        super().__init__(turn.conversation_id, turn.id)
        self._sessions = sessions
        self._wakeups = wakeups
        self._user_id = turn.user_id

    async def events(self, after: int = 0) -> AsyncIterator[tuple[int, StreamedEvent]]:
        """Yield every event behind number `after`, with its number, until the turn has ended."""
        seq, last = after, False
        async with self._wakeups.listening(turn_topic(self.turn_id)) as news:
            while not last:
                running, batch = await self._look(seq)
                for seq, event in batch:
                    yield seq, event
                    last = isinstance(event, LastEvent)
                if batch:
                    continue
                if not running:
                    break
                if not await recover(self._sessions, self._user_id, self.turn_id):
                    await news.wait(_LOOK_SECONDS)
        if not last:
            yield seq + 1, await self._remembered()

    async def _look(self, seq: int) -> tuple[bool, list[tuple[int, StreamedEvent]]]:
        async with transaction(self._sessions, self._user_id) as session:
            # The state is read first: a turn that has ended by then has all its events.
            turn = await UserTurns(session, self._user_id).get(self.turn_id)
            running = turn.status == "running"
            stored = await UserTurnEvents(session, self._user_id).after(self.turn_id, seq)
        return running, [(event.seq, event_of(event)) for event in stored]

    async def _remembered(self) -> LastEvent:
        """Tell the end of a turn whose events' day is over, or that were all seen."""
        async with transaction(self._sessions, self._user_id) as session:
            turns = UserTurns(session, self._user_id)
            turn = await turns.get(self.turn_id)
            return last_event(turn, await turns.reply(self.turn_id))


def answer_of(turn: Turn, reply: Message | None) -> Answer:
    """Return what an ended turn came to."""
    return Answer(
        conversation_id=turn.conversation_id,
        turn_id=turn.id,
        response=reply.content if reply else "",
        tool_calls=[ToolCall.model_validate(call) for call in (reply.tool_calls if reply else ())],
    )


def last_event(turn: Turn, reply: Message | None) -> LastEvent:
    """Return the last event of an ended turn."""
    answer = answer_of(turn, reply).model_dump()
    if turn.status == "finished":
        return TurnFinished(**answer, usage=Usage.model_validate(turn.usage or {}))
    failure = BY_CODE.get(turn.error_code or "", INTERNAL)
    kind = TurnCancelled if turn.status == "cancelled" else TurnFailed
    return kind(**answer, code=failure.code, message=failure.message)
