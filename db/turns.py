"""Turns as they are read, retried, followed and taken over."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, insert, update
from sqlalchemy.exc import NoResultFound
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from db.conversations import UserConversations
from db.errors import ConversationBusy, TurnNotFound
from db.ledger import TooManyTurns
from db.models import Message, Turn
from db.turn_values import EarlierMessage, NewTurn, OpenTurn
from db.user_models import StoredSettings
from db.user_scoped import UserScoped, next_id


class UserTurns(UserScoped):
    """The turns of one user, beside what opens and closes each (`db/turn_writes.py`)."""

    def __init__(self, session: AsyncSession, user_id: str) -> None:
        super().__init__(session, user_id)
        self._conversations = UserConversations(session, user_id)

    async def open_again(self, new: NewTurn, message_id: UUID) -> OpenTurn:
        """Open a turn for a stored message, and delete the messages after it.

        Raises:
            ConversationNotFound: The user has no such conversation.
            ConversationBusy: Another turn is running there, or was abandoned and not yet ended.
            MessageNotFound: The conversation has no such message of the user.
            TooManyTurns: As many turns of the user run as may.
        """
        assert new.conversation_id is not None  # noqa: S101
        conversation = await self._conversations.get(new.conversation_id, lock=True)
        await self._refuse_if_busy(conversation.id)
        if new.limits and await self._running() >= new.limits.running:
            raise TooManyTurns
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

    async def request(self, turn_id: UUID) -> Message | None:
        """Return the user's message that a turn answers, unless the turn is a retry."""
        return await self._message(turn_id, "user")

    async def reply(self, turn_id: UUID) -> Message | None:
        """Return the assistant's message of a turn, once there is one."""
        return await self._message(turn_id, "assistant")

    async def follow(self, turn_id: UUID) -> bool:
        """Note on a running turn that another process reads its events; False if it has ended."""
        change = self._if_running(turn_id).values(followed_at=func.now()).returning(Turn.id)
        return (await self._session.scalars(change)).one_or_none() is not None

    async def request_stop(self, turn_id: UUID) -> None:
        """Request that the turn's process ends it; an ended turn is not changed."""
        await self._session.execute(
            self._if_running(turn_id).values(cancel_requested_at=func.now())
        )

    async def take_over(self, turn_id: UUID) -> Turn | None:
        """Lock and return a running turn whose lease expired; None if it has not."""
        query = (
            select(Turn)
            .where(self._this(turn_id), col(Turn.status) == "running")
            .where(col(Turn.lease_until) < func.now())
            .with_for_update()
        )
        return (await self._session.scalars(query)).one_or_none()

    async def next_message_id(self, conversation_id: UUID) -> UUID:
        """Return an id that sorts behind the conversation's newest message."""
        (newest,) = await self._conversations.newest_messages(conversation_id, limit=1)
        return next_id(newest.id)

    async def _refuse_if_busy(self, conversation_id: UUID) -> None:
        running = await self._conversations.running_turn(conversation_id)
        if running is not None:
            raise ConversationBusy(running)

    async def _running(self) -> int:
        query = select(func.count()).where(
            col(Turn.user_id) == self._user_id,
            col(Turn.status) == "running",
            col(Turn.lease_until) > func.now(),
        )
        return (await self._session.scalars(query)).one()

    async def _insert_retry(self, new: NewTurn, message: Message) -> tuple[UUID, str | None]:
        """Store the turn; return its id and the user's time zone."""
        turn_id = next_id()
        row = insert(Turn).values(
            user_id=self._user_id,
            id=turn_id,
            conversation_id=message.conversation_id,
            retry_of=message.turn_id,
            model=new.model,
            lease_until=func.statement_timestamp() + new.lease,
        )
        setting = select(StoredSettings.timezone).where(
            col(StoredSettings.user_id) == self._user_id
        )
        await self._session.execute(row)
        return turn_id, (await self._session.scalars(setting)).one_or_none()

    async def _message(self, turn_id: UUID, role: str) -> Message | None:
        query = select(Message).where(
            col(Message.user_id) == self._user_id,
            col(Message.turn_id) == turn_id,
            col(Message.role) == role,
        )
        return (await self._session.scalars(query)).one_or_none()

    def _this(self, turn_id: UUID) -> ColumnElement[bool]:
        return (col(Turn.user_id) == self._user_id) & (col(Turn.id) == turn_id)

    def _if_running(self, turn_id: UUID) -> Any:
        """Update a turn if it is still running: a second writer changes nothing."""
        return (
            update(Turn)
            .where(self._this(turn_id), col(Turn.status) == "running")
            .execution_options(synchronize_session=False)
        )


def _earlier(row: Message) -> EarlierMessage:
    details = row.task_ids, row.pending
    return EarlierMessage(row.id, row.role, row.content, row.tool_calls, row.status, *details)
