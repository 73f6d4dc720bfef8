"""The events of turns as they were sent, stored for a day for clients that reconnect."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from db.models import TurnEvent, TurnEventBatch
from db.user_scoped import UserScoped

PAGE = 100
# Most events of a turn are a word each, shorter than what surrounds it.
_TEXT = "text.delta"


@dataclass(frozen=True)
class StoredEvent:
    """One event of a turn, by its number in the stream; the payload has its `type`."""

    seq: int
    payload: dict[str, Any]


@dataclass(frozen=True)
class EventBatch:
    """Consecutive events of a turn, which readers see all or none of."""

    first_seq: int
    events: list[dict[str, Any]]

    @property
    def last_seq(self) -> int:
        """The number of the last event."""
        return self.first_seq + len(self.events) - 1

    def packed(self) -> list[dict[str, Any]]:
        """Return the events as they are stored: of a run of text deltas, only the texts."""
        packed: list[dict[str, Any]] = []
        for kind, run in groupby(self.events, key=itemgetter("type")):
            if kind == _TEXT:
                packed.append({"type": _TEXT, "deltas": [event["delta"] for event in run]})
            else:
                packed += run
        return packed


class UserTurnEvents(UserScoped):
    """The stored events of one user's turns."""

    async def after(self, turn_id: UUID, seq: int) -> list[StoredEvent]:
        """Return events after `seq`, in order: those of up to 100 batches."""
        query = (
            select(TurnEventBatch)
            .where(
                col(TurnEventBatch.user_id) == self._user_id,
                col(TurnEventBatch.turn_id) == turn_id,
                col(TurnEventBatch.last_seq) > seq,
            )
            .order_by(col(TurnEventBatch.first_seq))
            .limit(PAGE)
        )
        batches = await self._session.scalars(query)
        events = [event for batch in batches for event in _events_of(batch) if event.seq > seq]
        return events or await self._stored_singly(turn_id, seq)

    async def all_of(self, turn_id: UUID) -> list[StoredEvent]:
        """Return every stored event of a turn."""
        events: list[StoredEvent] = []
        while page := await self.after(turn_id, events[-1].seq if events else 0):
            events += page
        return events

    async def _stored_singly(self, turn_id: UUID, seq: int) -> list[StoredEvent]:
        """Read events of a turn that the version before this one ran."""
        query = (
            select(TurnEvent)
            .where(col(TurnEvent.user_id) == self._user_id, col(TurnEvent.turn_id) == turn_id)
            .where(col(TurnEvent.seq) > seq)
            .order_by(col(TurnEvent.seq))
            .limit(PAGE)
        )
        rows = await self._session.scalars(query)
        return [StoredEvent(row.seq, {"type": row.type, **row.payload}) for row in rows]


def _events_of(batch: TurnEventBatch) -> Iterator[StoredEvent]:
    for seq, payload in enumerate(_unpacked(batch.events), batch.first_seq):
        yield StoredEvent(seq, payload)


def _unpacked(events: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for event in events:
        if "deltas" in event:
            for delta in event["deltas"]:
                yield {"type": _TEXT, "delta": delta}
        else:
            yield event
