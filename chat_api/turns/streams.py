"""A running turn as the listeners in its own process see it."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator
from typing import Literal
from uuid import UUID

from chat_api.agent.failures import BY_CODE, INTERNAL
from chat_api.events import (
    AgentEvent,
    Answer,
    LastEvent,
    StreamedEvent,
    ToolCall,
    TurnCancelled,
    TurnFailed,
    TurnFinished,
    TurnStarted,
    Usage,
)
from chat_api.turns.recovery import event_of, recover
from db.engine import Sessions, transaction
from db.ids import next_id
from db.models import Message, Turn
from db.notifier import Notifier, turn_topic
from db.turn_events import UserTurnEvents
from db.turns import UserTurns


class TurnStream(ABC):
    """A turn that can be listened to, by any number of listeners at once."""

    def __init__(self, conversation_id: UUID, turn_id: UUID) -> None:
        self.conversation_id = conversation_id
        self.turn_id = turn_id

    @abstractmethod
    def events(self, after: int = 0) -> AsyncIterator[tuple[int, StreamedEvent]]:
        """Yield every event behind number `after`, with its number, until the turn has ended."""

    async def last(self) -> LastEvent:
        """Wait for the end; a listener that stops waiting stops nothing."""
        last: StreamedEvent | None = None
        async for _, event in self.events():
            last = event
        assert isinstance(last, LastEvent)  # noqa: S101  every turn ends with one
        return last


StopReason = Literal["cancelled", "interrupted"]


class LiveTurn(TurnStream):
    """A turn that this process runs: its events so far, and those to come."""

    def __init__(
        self, user_id: str, conversation_id: UUID, turn_id: UUID, user_message_id: UUID
    ) -> None:
        super().__init__(conversation_id, turn_id)
        self.user_id = user_id
        self.user_message_id = user_message_id
        self.assistant_message_id = next_id(user_message_id)
        self.stopped: StopReason | None = None
        self._task: asyncio.Task[None] | None = None
        self._events: list[StreamedEvent] = []
        self._saved = 0
        self._ended = False
        self._news = asyncio.Event()

    def run_by(self, task: asyncio.Task[None]) -> None:
        """Name the task that `stop` ends."""
        self._task = task

    def stop(self, reason: StopReason) -> None:
        """End the turn early; the first reason counts."""
        if self._task and not self.stopped and not self._ended:
            self.stopped = reason
            self._task.cancel()

    def publish(self, event: TurnStarted | AgentEvent) -> None:
        """Tell the listeners the next event."""
        self._events.append(event)
        self._tell()

    def end(self, event: LastEvent) -> None:
        """Tell the listeners the last event."""
        self._events.append(event)
        self._ended = True
        self._tell()

    def unsaved(self) -> list[tuple[int, StreamedEvent]]:
        """Return the events that `saved` was not called for, with their numbers from 1 on."""
        return list(enumerate(self._events[self._saved :], self._saved + 1))

    def saved(self, count: int) -> None:
        """Note that so many more events are stored."""
        self._saved += count

    @property
    def next_seq(self) -> int:
        """The number of the event to come."""
        return len(self._events) + 1

    async def events(self, after: int = 0) -> AsyncIterator[tuple[int, StreamedEvent]]:
        """Yield every event behind number `after`, with its number, until the turn has ended."""
        seq = after
        while True:
            news = self._news
            while seq < len(self._events):
                seq += 1
                yield seq, self._events[seq - 1]
            if self._ended:
                return
            await news.wait()

    def _tell(self) -> None:
        self._news.set()
        self._news = asyncio.Event()


# A turn that nobody writes events for any more is noticed after this long at the latest.
_LOOK_SECONDS = 2


class FollowedTurn(TurnStream):
    """A turn that another process runs, or that has ended."""

    def __init__(self, sessions: Sessions, notifier: Notifier, turn: Turn) -> None:
        super().__init__(turn.conversation_id, turn.id)
        self._sessions = sessions
        self._wakeups = notifier
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
