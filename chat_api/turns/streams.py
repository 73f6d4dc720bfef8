"""The events of a turn as clients follow them, run by this process or by another one."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Literal
from uuid import UUID

from chat_api.events import AgentEvent, StreamedEvent, TerminalEvent, TurnStarted, TurnStatus
from chat_api.turns.result import stored_answer, stored_end, streamed_event, terminal_event
from db.access import Access
from db.engine import Sessions, transaction
from db.models import Turn
from db.notifier import Notifier, notify, signal_topic, turn_topic
from db.turn_events import UserTurnEvents
from db.turn_values import OpenTurn
from db.turns import UserTurns
from db.user_scoped import next_id

# A turn whose process no longer writes events is noticed after this long at the latest.
_POLL_SECONDS = 2

NumberedEvent = tuple[int, StreamedEvent]
StopReason = Literal[TurnStatus.CANCELLED, TurnStatus.INTERRUPTED]
# Ends a turn of a user if it is abandoned, and returns whether it did.
Recover = Callable[[str, UUID], Awaitable[bool]]


class TurnStream(ABC):
    """A turn that any number of clients can follow at once."""

    def __init__(self, conversation_id: UUID, turn_id: UUID) -> None:
        self.conversation_id = conversation_id
        self.turn_id = turn_id

    @abstractmethod
    def events(self, after: int = 0) -> AsyncIterator[NumberedEvent]:
        """Yield every event behind number `after`, with its number, until the turn has ended."""

    async def terminal_event(self) -> TerminalEvent:
        """Wait for the end of the turn; to stop waiting does not stop the turn."""
        last: StreamedEvent | None = None
        async for _, event in self.events():
            last = event
        assert isinstance(last, TerminalEvent)  # noqa: S101  every turn ends with one
        return last


class LiveTurn(TurnStream):
    """A turn that this process runs: its events so far, and those to come."""

    def __init__(self, user_id: str, opened: OpenTurn, leased_at: float) -> None:
        super().__init__(opened.conversation_id, opened.turn_id)
        self.user_id = user_id
        self.user_message_id = opened.message_id
        self.assistant_message_id = next_id(opened.message_id)
        self.leased_at = leased_at
        self.stop_reason: StopReason | None = None
        self._task: asyncio.Task[None] | None = None
        self._events: list[StreamedEvent] = []
        self._saved = 0
        self._ended = False
        self._changed = asyncio.Event()

    def run_by(self, task: asyncio.Task[None]) -> None:
        """Set the task that `stop` cancels."""
        self._task = task

    def stop(self, reason: StopReason) -> None:
        """End the turn early; the first reason counts."""
        if self._task and not self.stop_reason and not self._ended:
            self.stop_reason = reason
            self._task.cancel()

    def publish(self, event: TurnStarted | AgentEvent) -> None:
        """Add the next event."""
        self._events.append(event)
        self._wake_followers()

    def end(self, event: TerminalEvent) -> None:
        """Add the terminal event."""
        self._events.append(event)
        self._ended = True
        self._wake_followers()

    def unsaved(self) -> list[NumberedEvent]:
        """Return the events that are not stored yet, with their numbers from 1 on."""
        return list(enumerate(self._events[self._saved :], self._saved + 1))

    def mark_saved(self, count: int) -> None:
        """Count so many more events as stored."""
        self._saved += count

    @property
    def next_seq(self) -> int:
        """The number of the next event."""
        return len(self._events) + 1

    async def events(self, after: int = 0) -> AsyncIterator[NumberedEvent]:
        """Yield every event behind number `after`, with its number, until the turn has ended."""
        seq = after
        while True:
            changed = self._changed
            while seq < len(self._events):
                seq += 1
                yield seq, self._events[seq - 1]
            if self._ended:
                return
            await changed.wait()

    def _wake_followers(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()


class FollowedTurn(TurnStream):
    """A turn that another process runs, or that has ended: its events are read from Postgres."""

    def __init__(
        self, sessions: Sessions, notifier: Notifier, recover: Recover, turn: Turn
    ) -> None:
        super().__init__(turn.conversation_id, turn.id)
        self._sessions = sessions
        self._notifier = notifier
        self._recover = recover
        self._user_id = turn.user_id

    async def events(self, after: int = 0) -> AsyncIterator[NumberedEvent]:
        """Yield every event behind number `after`, with its number, until the turn has ended."""
        seq, ended = after, False
        await self._announce()
        async with self._notifier.listening(turn_topic(self.turn_id)) as subscription:
            while not ended:
                running, batch = await self._read(seq)
                for seq, event in batch:
                    yield seq, event
                    ended = isinstance(event, TerminalEvent)
                if batch:
                    continue
                if not running:
                    break
                if not await self._recover(self._user_id, self.turn_id):
                    await subscription.wait(_POLL_SECONDS)
        if not ended:
            yield seq + 1, await self._stored_terminal_event()

    async def _announce(self) -> None:
        """Have the process that runs the turn save its events at once, and notify."""
        async with transaction(self._sessions, self._user_id) as session:
            if await UserTurns(session, self._user_id).follow(self.turn_id):
                await notify(session, signal_topic(self.turn_id))

    async def _read(self, after: int) -> tuple[bool, list[NumberedEvent]]:
        async with transaction(self._sessions, self._user_id, Access.READ) as session:
            # The status is read first: a turn that is over by then has all its events stored.
            turn = await UserTurns(session, self._user_id).get(self.turn_id)
            running = turn.status == TurnStatus.RUNNING
            stored = await UserTurnEvents(session, self._user_id).after(self.turn_id, after)
        return running, [(event.seq, streamed_event(event)) for event in stored]

    async def _stored_terminal_event(self) -> TerminalEvent:
        """Rebuild the terminal event: it was deleted after a day, or the client has seen it."""
        async with transaction(self._sessions, self._user_id, Access.READ) as session:
            turns = UserTurns(session, self._user_id)
            turn = await turns.get(self.turn_id)
            reply = await turns.reply(self.turn_id)
        return terminal_event(stored_answer(turn, reply), stored_end(turn))
