"""The events of turns as they were sent, stored for a day for clients that reconnect."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from db.models import TurnEvent
from db.user_scoped import UserScoped

PAGE = 500


@dataclass(frozen=True)
class StoredEvent:
    """One event of a turn, by its number in the stream."""

    seq: int
    type: str
    payload: dict[str, Any]


class UserTurnEvents(UserScoped):
    """The events of one user's turns. Nothing here commits; `transaction` does."""

    async def append(self, turn_id: UUID, events: Sequence[StoredEvent]) -> None:
        """Store a batch, which readers see whole or not at all.

        A batch whose commit was not confirmed may be sent again; stored events stay.
        """
        if not events:
            return
        rows = [
            {
                "user_id": self._user_id,
                "turn_id": turn_id,
                "seq": event.seq,
                "type": event.type,
                "payload": event.payload,
            }
            for event in events
        ]
        await self._session.execute(insert(TurnEvent).values(rows).on_conflict_do_nothing())

    async def after(self, turn_id: UUID, seq: int, *, limit: int = PAGE) -> list[StoredEvent]:
        """Return the events after `seq`, in order."""
        query = (
            select(TurnEvent.seq, TurnEvent.type, TurnEvent.payload)
            .where(col(TurnEvent.user_id) == self._user_id, col(TurnEvent.turn_id) == turn_id)
            .where(col(TurnEvent.seq) > seq)
            .order_by(col(TurnEvent.seq))
            .limit(limit)
        )
        return [StoredEvent(*row) for row in (await self._session.execute(query)).all()]

    async def all_of(self, turn_id: UUID) -> list[StoredEvent]:
        """Return every stored event of a turn."""
        events: list[StoredEvent] = []
        while page := await self.after(turn_id, events[-1].seq if events else 0):
            events += page
        return events
