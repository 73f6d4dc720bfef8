"""Turns: one at a time in a conversation, each with its two messages."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, insert, update
from sqlalchemy.exc import NoResultFound
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from db.conversations import UserConversations
from db.errors import ConversationBusy, IdempotencyMismatch, TurnNotFound, TurnOver
from db.models import Conversation, Message, StoredSettings, Turn
from db.user_scoped import UserScoped, next_id


@dataclass(frozen=True)
class NewTurn:
    """A turn to open; `history` is how many earlier messages are read at most.

    A second request with the same `key` and `request_hash` is answered with the same turn.
    """

    message: str
    conversation_id: UUID | None
    model: str
    lease: timedelta
    history: int
    key: str | None = None
    request_hash: str | None = None
    retry_of: UUID | None = None


@dataclass(frozen=True)
class OpenTurn:
    """A running turn, and the messages before it, oldest first.

    `timezone` is the IANA name of the zone in the user's settings, if they chose one.
    """

    turn_id: UUID
    conversation: Conversation
    message: Message
    history: Sequence[Message]
    timezone: str | None


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
class Lease:
    """The state of a turn's lease after it was renewed."""

    held: bool
    stop_requested: bool


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
        earlier: Sequence[Message] = ()
        if new.conversation_id is None:
            conversation = await self._conversations.start(new.message)
        else:
            conversation = await self._conversations.get(new.conversation_id, lock=True)
            await self._refuse_if_busy(conversation.id)
            earlier = await self._conversations.newest_messages(conversation.id, limit=new.history)
            await self._conversations.touch(conversation.id)
        turn_id, timezone = await self._begin(conversation.id, new)
        message = await self._add_message(
            conversation.id,
            turn_id,
            "user",
            Outcome("finished", new.message),
            next_id(earlier[0].id if earlier else None),
        )
        return OpenTurn(turn_id, conversation, message, earlier[::-1], timezone)

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
        again = replace(new, message=message.content, retry_of=message.turn_id)
        turn_id, timezone = await self._begin(conversation.id, again)
        await self._conversations.touch(conversation.id)
        return OpenTurn(turn_id, conversation, message, earlier[::-1], timezone)

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

    async def renew(self, turn_id: UUID, lease: timedelta) -> Lease:
        """Renew the lease of a running turn, and read whether a stop was requested."""
        change = self._running(turn_id).values(lease_until=func.now() + lease)
        renewed = await self._session.execute(change.returning(Turn.cancel_requested_at))
        row = renewed.one_or_none()
        return Lease(held=row is not None, stop_requested=row is not None and row[0] is not None)

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

    async def stop_requested(self, turn_id: UUID) -> bool:
        """Return whether a stop was requested."""
        query = select(col(Turn.cancel_requested_at).is_not(None)).where(self._this(turn_id))
        return bool(await self._session.scalar(query))

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
        self, turn_id: UUID, outcome: Outcome, *, message_id: UUID | None = None
    ) -> bool:
        """End a running turn and store the assistant's message; return False if it had ended.

        `message_id` is that of the message, and must sort behind the conversation's newest.
        """
        change = self._running(turn_id).values(
            status=outcome.status,
            error_code=outcome.error_code,
            usage=outcome.usage,
            finished_at=func.now(),
        )
        conversation_id = (
            await self._session.scalars(change.returning(Turn.conversation_id))
        ).one_or_none()
        if conversation_id is None:
            return False
        if message_id is None:
            (newest,) = await self._conversations.newest_messages(conversation_id, limit=1)
            message_id = next_id(newest.id)
        await self._add_message(conversation_id, turn_id, "assistant", outcome, message_id)
        return True

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

    async def _begin(self, conversation_id: UUID, new: NewTurn) -> tuple[UUID, str | None]:
        """Store the turn; return its id and, in the same round trip, the user's time zone."""
        turn_id = next_id()
        row = insert(Turn).values(
            user_id=self._user_id,
            id=turn_id,
            conversation_id=conversation_id,
            idempotency_key=new.key,
            request_hash=new.request_hash,
            retry_of=new.retry_of,
            model=new.model,
            lease_until=func.now() + new.lease,
        )
        setting = select(StoredSettings.timezone).where(
            col(StoredSettings.user_id) == self._user_id
        )
        timezone = await self._session.scalar(row.returning(setting.scalar_subquery()))
        return turn_id, timezone

    async def _add_message(
        self,
        conversation_id: UUID,
        turn_id: UUID,
        role: str,
        outcome: Outcome,
        message_id: UUID,
    ) -> Message:
        row = insert(Message).values(
            user_id=self._user_id,
            conversation_id=conversation_id,
            id=message_id,
            turn_id=turn_id,
            role=role,
            content=outcome.content,
            tool_calls=outcome.tool_calls,
            task_ids=outcome.task_ids,
            suggestions=outcome.suggestions,
            pending=outcome.pending,
            status=outcome.status,
        )
        return (await self._session.scalars(row.returning(Message))).one()

    def _this(self, turn_id: UUID) -> ColumnElement[bool]:
        return (col(Turn.user_id) == self._user_id) & (col(Turn.id) == turn_id)

    def _running(self, turn_id: UUID) -> Any:
        """Update a turn if it is still running: a second writer changes nothing."""
        return (
            update(Turn)
            .where(self._this(turn_id), col(Turn.status) == "running")
            .execution_options(synchronize_session=False)
        )
