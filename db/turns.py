"""Turns: one at a time in a conversation, each with its two messages."""

import json
from typing import Any, cast
from uuid import UUID

from sqlalchemy import ColumnElement, CursorResult, TextClause, func, insert, update
from sqlalchemy.exc import NoResultFound
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from db.conversations import UserConversations, title_of
from db.errors import ConversationBusy, IdempotencyMismatch, TurnNotFound
from db.models import Message, StoredSettings, Turn
from db.turn_events import EventBatch
from db.turn_statements import CLOSE, OPEN_CONVERSATION, OPEN_IN_CONVERSATION
from db.turn_values import EarlierMessage, NewTurn, OpenTurn, Outcome
from db.user_scoped import UserScoped, next_id


class UserTurns(UserScoped):
    """The turns of one user. Nothing here commits; `transaction` does."""

    def __init__(self, session: AsyncSession, user_id: str) -> None:
        super().__init__(session, user_id)
        self._conversations = UserConversations(session, user_id)

    async def open(self, new: NewTurn) -> OpenTurn | Turn:
        """Open the conversation's one running turn and store the user's message.

        Returns the earlier turn with the same key, if there is one.

        Raises:
            ConversationNotFound: The user has no such conversation.
            ConversationBusy: Another turn is running there, or was abandoned and not yet ended.
            IdempotencyMismatch: The key was used for another request.
        """
        if new.key is not None and (before := await self._opened(new.key)):
            if before.request_hash != new.request_hash:
                raise IdempotencyMismatch
            return before
        if new.conversation_id is None:
            return await self._open_conversation(new)
        return await self._open_in_conversation(new, new.conversation_id)

    async def open_again(self, new: NewTurn, message_id: UUID) -> OpenTurn:
        """Open a turn for a stored message, and delete the messages after it.

        Raises:
            ConversationNotFound: The user has no such conversation.
            ConversationBusy: Another turn is running there, or was abandoned and not yet ended.
            MessageNotFound: The conversation has no such message of the user.
        """
        assert new.conversation_id is not None  # noqa: S101
        conversation = await self._conversations.get(new.conversation_id, lock=True)
        await self._refuse_if_busy(conversation.id)
        message = await self._conversations.rewind(conversation.id, message_id)
        earlier = await self._conversations.newest_messages(
            conversation.id, limit=new.history, before=message_id
        )
        turn_id, timezone = await self._insert_retry(new, message)
        await self._conversations.touch(conversation.id)
        return OpenTurn(
            turn_id,
            conversation.id,
            message.id,
            message.content,
            [_earlier(row) for row in reversed(earlier)],
            timezone,
            retry_of=message.turn_id,
        )

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

    async def follow(self, turn_id: UUID) -> bool:
        """Note on a running turn that another process reads its events; False if it has ended."""
        change = self._running(turn_id).values(followed_at=func.now()).returning(Turn.id)
        return (await self._session.scalars(change)).one_or_none() is not None

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

    async def _open_conversation(self, new: NewTurn) -> OpenTurn:
        values = self._values(new, next_id()) | {"title": title_of(new.message)}
        timezone = await self._session.scalar(OPEN_CONVERSATION, values)
        return _open_turn(new, values, [], timezone)

    async def _open_in_conversation(self, new: NewTurn, conversation_id: UUID) -> OpenTurn:
        values = self._values(new, conversation_id) | {"history": new.history}
        while not (rows := (await self._session.execute(OPEN_IN_CONVERSATION, values)).all()):
            conversation = await self._conversations.get(conversation_id, lock=True)
            await self._refuse_if_busy(conversation.id)
            # The newest message is from a faster clock.
            values["message_id"] = await self.next_message_id(conversation.id)
        history = [EarlierMessage(*row[1:]) for row in rows if row[1] is not None]
        return _open_turn(new, values, history, rows[0].timezone)

    def _values(self, new: NewTurn, conversation_id: UUID) -> dict[str, Any]:
        return {
            "user_id": self._user_id,
            "conversation_id": conversation_id,
            "turn_id": next_id(),
            "message_id": next_id(),
            "content": new.message,
            "model": new.model,
            "lease": new.lease,
            "key": new.key,
            "request_hash": new.request_hash,
        }

    async def _opened(self, key: str) -> Turn | None:
        await self._one_writer()
        query = select(Turn).where(
            col(Turn.user_id) == self._user_id, col(Turn.idempotency_key) == key
        )
        return (await self._session.scalars(query)).one_or_none()

    async def _refuse_if_busy(self, conversation_id: UUID) -> None:
        running = await self._conversations.running_turn(conversation_id)
        if running is not None:
            raise ConversationBusy(running)

    async def _insert_retry(self, new: NewTurn, message: Message) -> tuple[UUID, str | None]:
        """Store the turn; return its id and, in the same round trip, the user's time zone."""
        turn_id = next_id()
        row = insert(Turn).values(
            user_id=self._user_id,
            id=turn_id,
            conversation_id=message.conversation_id,
            retry_of=message.turn_id,
            model=new.model,
            lease_until=func.now() + new.lease,
        )
        setting = select(StoredSettings.timezone).where(
            col(StoredSettings.user_id) == self._user_id
        )
        timezone = await self._session.scalar(row.returning(setting.scalar_subquery()))
        return turn_id, timezone

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
        "events": json.dumps(batch.packed()),
    }


def _open_turn(
    new: NewTurn, values: dict[str, Any], history: list[EarlierMessage], timezone: str | None
) -> OpenTurn:
    ids = values["turn_id"], values["conversation_id"], values["message_id"]
    return OpenTurn(*ids, new.message, history, timezone)


def _earlier(row: Message) -> EarlierMessage:
    return EarlierMessage(row.id, row.role, row.content, row.tool_calls, row.status)
