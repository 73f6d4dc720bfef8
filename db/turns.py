"""Turns that run or have ended: their leases, their signals, their ends."""

import json
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, cast
from uuid import UUID

from sqlalchemy import ColumnElement, CursorResult, TextClause, func, update
from sqlalchemy.exc import NoResultFound
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from db.conversations import UserConversations
from db.errors import TurnNotFound, TurnOver
from db.models import Message, Turn
from db.turn_events import EventBatch
from db.turn_statements import CLOSE, SAVE
from db.user_scoped import UserScoped, next_id


@dataclass(frozen=True)
class Outcome:
    """How a turn ended, and what is stored of it."""

    status: str
    content: str
    tool_calls: list[dict[str, Any]] = field(default_factory=list)
    task_ids: list[int] | None = None
    suggestions: list[str] = field(default_factory=list)
    pending: dict[str, Any] | None = None
    usage: dict[str, Any] | None = None
    error_code: str | None = None


@dataclass(frozen=True)
class TurnSignals:
    """What other processes have noted on a running turn: to stop it, and that they follow it."""

    stop_requested: bool
    followed: bool


class UserTurns(UserScoped):
    """The turns of one user. Nothing here commits; `transaction` does."""

    def __init__(self, session: AsyncSession, user_id: str) -> None:
        super().__init__(session, user_id)
        self._conversations = UserConversations(session, user_id)

    async def get(self, turn_id: UUID) -> Turn:
        """Return a turn.

        Raises:
            TurnNotFound: The user has none of that id.
        """
        query = select(Turn).where(self._this(turn_id))
        try:
            return (await self._session.scalars(query)).one()
        except NoResultFound as error:
            raise TurnNotFound from error

    async def newest(self, conversation_id: UUID) -> UUID | None:
        """Return the id of the conversation's last turn, if it has any."""
        query = (
            select(Turn.id)
            .where(col(Turn.user_id) == self._user_id, col(Turn.conversation_id) == conversation_id)
            .order_by(col(Turn.id).desc())
            .limit(1)
        )
        return (await self._session.scalars(query)).one_or_none()

    async def reply(self, turn_id: UUID) -> Message | None:
        """Return the assistant's message of a turn, once there is one."""
        query = select(Message).where(
            col(Message.user_id) == self._user_id,
            col(Message.turn_id) == turn_id,
            col(Message.role) == "assistant",
        )
        return (await self._session.scalars(query)).one_or_none()

    async def save(
        self, turn_id: UUID, lease: timedelta, batch: EventBatch | None
    ) -> TurnSignals | None:
        """Renew the lease of a running turn and store new events; None if it is over."""
        values = {"turn_id": turn_id, "lease": lease, **_batch_values(batch)}
        row = (await self._execute(SAVE, values)).mappings().one_or_none()
        return TurnSignals(**row) if row else None

    async def follow(self, turn_id: UUID) -> bool:
        """Note on a running turn that another process reads its events; False if it has ended."""
        change = self._running(turn_id).values(followed_at=func.now()).returning(Turn.id)
        return (await self._session.scalars(change)).one_or_none() is not None

    async def signals(self, turn_id: UUID) -> TurnSignals:
        """Return what other processes have left at a turn."""
        query = select(
            col(Turn.cancel_requested_at).is_not(None), col(Turn.followed_at).is_not(None)
        ).where(self._this(turn_id))
        row = (await self._session.execute(query)).one_or_none()
        return TurnSignals(*row) if row else TurnSignals(stop_requested=False, followed=False)

    async def hold_open(self, turn_id: UUID) -> None:
        """Lock a running turn until this transaction ends, so that its reply covers this write.

        Raises:
            TurnOver: It has ended.
        """
        query = (
            select(Turn.id)
            .where(self._this(turn_id), col(Turn.status) == "running")
            .with_for_update(read=True)
        )
        if (await self._session.scalars(query)).one_or_none() is None:
            raise TurnOver

    async def await_writes(self, turn_id: UUID) -> None:
        """Wait for the writes that hold the turn open, and block further ones."""
        await self._session.execute(select(Turn.id).where(self._this(turn_id)).with_for_update())

    async def request_stop(self, turn_id: UUID) -> None:
        """Request that the turn's process ends it; an ended turn is not changed."""
        await self._session.execute(self._running(turn_id).values(cancel_requested_at=func.now()))

    async def take_over(self, turn_id: UUID) -> Turn | None:
        """Lock and return a running turn whose lease expired; None if it has not."""
        query = (
            select(Turn)
            .where(self._this(turn_id), col(Turn.status) == "running")
            .where(col(Turn.lease_until) < func.now())
            .with_for_update()
        )
        return (await self._session.scalars(query)).one_or_none()

    async def close(
        self,
        turn_id: UUID,
        outcome: Outcome,
        message_id: UUID,
        batch: EventBatch | None,
    ) -> bool | None:
        """End a running turn, store the assistant's message and the last events.

        `message_id` must sort behind the conversation's newest message. Returns whether another
        process follows the turn; None if it had ended.
        """
        values = {
            "turn_id": turn_id,
            "status": outcome.status,
            "error_code": outcome.error_code,
            "usage": json.dumps(outcome.usage) if outcome.usage is not None else None,
            "message_id": message_id,
            "content": outcome.content,
            "tool_calls": json.dumps(outcome.tool_calls),
            "task_ids": outcome.task_ids,
            "suggestions": outcome.suggestions,
            "pending": json.dumps(outcome.pending) if outcome.pending is not None else None,
            **_batch_values(batch),
        }
        followed: bool | None = (await self._execute(CLOSE, values)).scalar_one_or_none()
        return followed

    async def next_message_id(self, conversation_id: UUID) -> UUID:
        """Return an id that sorts behind the conversation's newest message."""
        (newest,) = await self._conversations.newest_messages(conversation_id, limit=1)
        return next_id(newest.id)

    async def _execute(self, statement: TextClause, values: dict[str, Any]) -> CursorResult[Any]:
        result = await self._session.execute(statement, {"user_id": self._user_id, **values})
        return cast("CursorResult[Any]", result)

    def _this(self, turn_id: UUID) -> ColumnElement[bool]:
        return (col(Turn.user_id) == self._user_id) & (col(Turn.id) == turn_id)

    def _running(self, turn_id: UUID) -> Any:
        """Update a turn if it is still running: a second writer changes nothing."""
        return (
            update(Turn)
            .where(self._this(turn_id), col(Turn.status) == "running")
            .execution_options(synchronize_session=False)
        )


def _batch_values(batch: EventBatch | None) -> dict[str, Any]:
    if batch is None:
        return {"first_seq": None, "last_seq": None, "events": None}
    return {
        "first_seq": batch.first_seq,
        "last_seq": batch.last_seq,
        "events": json.dumps(batch.events),
    }
