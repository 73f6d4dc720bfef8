"""A running turn as its listeners see it."""

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID

from chat_api.agent.failures import INTERNAL, TurnFailure
from chat_api.events import AgentEvent, LastEvent, TurnStarted


class LiveTurn:
    """The events of a turn so far, and those to come, for any number of listeners."""

    def __init__(self, conversation_id: UUID, turn_id: UUID) -> None:
        self.conversation_id = conversation_id
        self.turn_id = turn_id
        self._events: list[TurnStarted | AgentEvent | LastEvent] = []
        self._last: asyncio.Future[LastEvent] = asyncio.get_running_loop().create_future()
        self._news = asyncio.Event()
        self.failure = INTERNAL

    def publish(self, event: TurnStarted | AgentEvent) -> None:
        """Tell the listeners the next event."""
        self._tell(event)

    def end(self, event: LastEvent, failure: TurnFailure | None = None) -> None:
        """Tell the listeners the last event, and why if the turn did not finish."""
        self.failure = failure or self.failure
        self._last.set_result(event)
        self._tell(event)

    async def events(self) -> AsyncIterator[tuple[int, TurnStarted | AgentEvent | LastEvent]]:
        """Yield every event with its number, from 1 on, until the turn has ended."""
        seq = 0
        while True:
            news = self._news
            while seq < len(self._events):
                seq += 1
                yield seq, self._events[seq - 1]
            if self._last.done():
                return
            await news.wait()

    async def last(self) -> LastEvent:
        """Wait for the end; a listener that stops waiting stops nothing."""
        return await asyncio.shield(self._last)

    def _tell(self, event: TurnStarted | AgentEvent | LastEvent) -> None:
        self._events.append(event)
        self._news.set()
        self._news = asyncio.Event()
