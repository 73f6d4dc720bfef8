"""A running turn as the listeners in its own process see it."""

import asyncio
from collections.abc import AsyncIterator
from typing import Literal
from uuid import UUID

from chat_api.events import AgentEvent, LastEvent, TurnStarted
from chat_api.turn_stream import StreamedEvent, TurnStream
from db.ids import next_id

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
