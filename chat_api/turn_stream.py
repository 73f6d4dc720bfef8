"""The events of one turn, wherever they come from."""

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator
from uuid import UUID

from chat_api.events import AgentEvent, LastEvent, TurnStarted

StreamedEvent = TurnStarted | AgentEvent | LastEvent


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
