"""Conversations and their messages."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Generic, TypeVar
from uuid import UUID

from pydantic import BeforeValidator, Field, TypeAdapter
from sqlalchemy import ColumnElement, delete, func, literal, tuple_, update
from sqlmodel import col, select

from db.errors import ConversationNotFound, MessageNotFound
from db.models import Conversation, Message, Turn
from db.user_scoped import CursorTime, UserScoped, cursor_of, read_cursor
from db.values import clean_text

MESSAGE_LENGTH = 4000
_TITLE_LENGTH = 80
_MAX_RATINGS = 500
# The positions in cursors of conversations and of messages.
_CONVERSATION_POSITION = TypeAdapter(tuple[CursorTime, UUID])
_MESSAGE_POSITION = TypeAdapter(tuple[UUID])


def _clean_message(value: object) -> object:
    text = clean_text(value)
    if text == "":
        raise ValueError("must not be empty")
    return text


MessageText = Annotated[
    str, Field(min_length=1, max_length=MESSAGE_LENGTH), BeforeValidator(_clean_message)
]


Row = TypeVar("Row")


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Some rows of a list, and the cursor of the next page."""

    rows: Sequence[Row]
    next_cursor: str | None


class UserConversations(UserScoped):
    """The conversations of one user. Nothing here commits; `transaction` does."""

    async def get(self, conversation_id: UUID, *, lock: bool = False) -> Conversation:
        """Return a conversation; `lock` it until this transaction ends.

        Raises:
            ConversationNotFound: The user has none of that id.
        """
        query = select(Conversation).where(
            self._mine(Conversation), col(Conversation.id) == conversation_id
        )
        if lock:
            query = query.with_for_update()
        conversation = (await self._session.scalars(query)).one_or_none()
        if conversation is None:
            raise ConversationNotFound
        return conversation

    async def running_turn(self, conversation_id: UUID) -> UUID | None:
        """Return the id of the conversation's running turn, or None."""
        query = select(Turn.id).where(
            col(Turn.user_id) == self._user_id,
            col(Turn.conversation_id) == conversation_id,
            col(Turn.status) == "running",
        )
        return (await self._session.scalars(query)).one_or_none()

    async def feedback(self, conversation_id: UUID) -> dict[UUID, str]:
        """Return the user's feedback by message id, for the newest 500 rated messages."""
        query = (
            select(Message.id, Message.feedback)
            .where(self._mine(Message), col(Message.conversation_id) == conversation_id)
            .where(col(Message.feedback).is_not(None))
            .order_by(col(Message.id).desc())
            .limit(_MAX_RATINGS)
        )
        return {message_id: kind for message_id, kind in await self._session.execute(query) if kind}

    async def page(
        self, *, limit: int = 20, cursor: str | None = None, ascending: bool = False
    ) -> Page[Conversation]:
        """Return conversations, the most recently used first, or last if `ascending`.

        Raises:
            InvalidCursor: The cursor is not of this list.
        """
        keys = [col(Conversation.updated_at), col(Conversation.id)]
        query = select(Conversation).where(self._mine(Conversation))
        if cursor is not None:
            updated_at, conversation_id = read_cursor(cursor, _CONVERSATION_POSITION)
            row, last = tuple_(*keys), tuple_(literal(updated_at), literal(conversation_id))
            query = query.where(row > last if ascending else row < last)
        query = query.order_by(*(keys if ascending else (key.desc() for key in keys)))
        found = (await self._session.scalars(query.limit(limit + 1))).all()
        return _paged(found, limit, cursor_behind)

    async def rename(self, conversation_id: UUID, title: str) -> Conversation:
        """Give a conversation another title.

        Raises:
            ConversationNotFound: The user has none of that id.
        """
        conversation = await self.get(conversation_id, lock=True)
        conversation.title = title
        await self._session.flush()
        return conversation

    async def delete(self, conversation_id: UUID) -> None:
        """Delete a conversation with its messages and turns; tasks stay.

        Raises:
            ConversationNotFound: The user has none of that id.
        """
        conversation = await self.get(conversation_id, lock=True)
        await self._session.delete(conversation)
        await self._session.flush()

    async def messages(
        self, conversation_id: UUID, *, limit: int = 20, cursor: str | None = None
    ) -> Page[Message]:
        """Return messages, newest first.

        Raises:
            ConversationNotFound: The user has none of that id.
            InvalidCursor: The cursor is not of this list.
        """
        await self.get(conversation_id)
        before = None if cursor is None else read_cursor(cursor, _MESSAGE_POSITION)[0]
        found = await self.newest_messages(conversation_id, limit=limit + 1, before=before)
        return _paged(found, limit, lambda m: cursor_of(m.id))

    async def newest_messages(
        self, conversation_id: UUID, *, limit: int, before: UUID | None = None
    ) -> Sequence[Message]:
        """Return messages, newest first; whether the conversation exists is not checked."""
        query = select(Message).where(
            self._mine(Message), col(Message.conversation_id) == conversation_id
        )
        if before is not None:
            query = query.where(col(Message.id) < before)
        query = query.order_by(col(Message.id).desc()).limit(limit)
        return (await self._session.scalars(query)).all()

    async def rewind(self, conversation_id: UUID, message_id: UUID) -> Message:
        """Delete the messages after a message of the user, and return that message.

        Raises:
            MessageNotFound: The conversation has no such message of the user.
        """
        there = self._mine(Message) & (col(Message.conversation_id) == conversation_id)
        query = select(Message).where(
            there, col(Message.id) == message_id, col(Message.role) == "user"
        )
        message = (await self._session.scalars(query)).one_or_none()
        if message is None:
            raise MessageNotFound
        await self._session.execute(delete(Message).where(there, col(Message.id) > message_id))
        return message

    async def touch(self, conversation_id: UUID) -> None:
        """Mark a conversation as the most recently used."""
        await self._session.execute(
            update(Conversation)
            .where(self._mine(Conversation), col(Conversation.id) == conversation_id)
            .values(updated_at=func.now())
            .execution_options(synchronize_session=False)
        )

    def _mine(self, table: type[Conversation] | type[Message]) -> ColumnElement[bool]:
        return col(table.user_id) == self._user_id


def title_of(message: str) -> str:
    """Return the beginning of a message as a title, cut at a word."""
    line = " ".join(message.split())
    if len(line) <= _TITLE_LENGTH:
        return line
    return line[: _TITLE_LENGTH - 1].rsplit(" ", 1)[0] + "…"


def cursor_behind(conversation: Conversation) -> str:
    """Return the cursor of the page after a conversation."""
    return cursor_of(conversation.updated_at.isoformat(), conversation.id)


def _paged(found: Sequence[Row], limit: int, cursor_after: Callable[[Row], str]) -> Page[Row]:
    rows = found[:limit]
    return Page(rows, cursor_after(rows[-1]) if len(found) > limit else None)
