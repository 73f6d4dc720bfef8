"""Opening a turn: the conversation's one running turn is taken, and the user's message stored."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from db.conversations import UserConversations, title_of
from db.errors import ConversationBusy, IdempotencyMismatch
from db.models import Message, StoredSettings, Turn
from db.turn_statements import OPEN_CONVERSATION, OPEN_IN_CONVERSATION
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


@dataclass(frozen=True)
class EarlierMessage:
    """A message before a turn, as far as a model reads it."""

    id: UUID
    role: str
    content: str
    tool_calls: list[dict[str, Any]]
    status: str


@dataclass(frozen=True)
class OpenTurn:
    """A running turn, its message, and the messages before it, oldest first.

    `timezone` is the IANA name of the zone in the user's settings, if they chose one. `retry_of`
    is the turn that answered the same message first.
    """

    turn_id: UUID
    conversation_id: UUID
    message_id: UUID
    message: str
    history: Sequence[EarlierMessage]
    timezone: str | None
    retry_of: UUID | None = None


class TurnOpening(UserScoped):
    """Opens turns of one user. Nothing here commits; `transaction` does."""

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
            (newest,) = await self._conversations.newest_messages(conversation.id, limit=1)
            values["message_id"] = next_id(newest.id)
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


def _open_turn(
    new: NewTurn, values: dict[str, Any], history: list[EarlierMessage], timezone: str | None
) -> OpenTurn:
    ids = values["turn_id"], values["conversation_id"], values["message_id"]
    return OpenTurn(*ids, new.message, history, timezone)


def _earlier(row: Message) -> EarlierMessage:
    return EarlierMessage(row.id, row.role, row.content, row.tool_calls, row.status)
