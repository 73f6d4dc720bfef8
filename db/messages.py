"""The messages of conversations, one by one and from any place on, in both directions."""

from collections.abc import Collection, Sequence
from typing import Literal
from uuid import UUID

from sqlalchemy import ColumnElement, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from db.conversations import UserConversations
from db.errors import MessageNotFound
from db.models import Message
from db.user_scoped import UserScoped

Feedback = Literal["positive", "negative"]


class UserMessages(UserScoped):
    """The messages of one user. Nothing here commits; `transaction` does."""

    def __init__(self, session: AsyncSession, user_id: str) -> None:
        super().__init__(session, user_id)
        self._conversations = UserConversations(session, user_id)

    async def get(self, conversation_id: UUID, message_id: UUID) -> Message:
        """Return a message.

        Raises:
            ConversationNotFound: The user has no such conversation.
            MessageNotFound: It has no such message.
        """
        await self._conversations.get(conversation_id)
        query = select(Message).where(self._of(conversation_id), col(Message.id) == message_id)
        message = (await self._session.scalars(query)).one_or_none()
        if message is None:
            raise MessageNotFound
        return message

    async def from_message(
        self, conversation_id: UUID, start: UUID | None, *, limit: int, ascending: bool
    ) -> Sequence[Message]:
        """Return messages from `start` on, that one included, or from the list's end.

        Oldest first if `ascending`, else newest first.

        Raises:
            ConversationNotFound: The user has no such conversation.
        """
        await self._conversations.get(conversation_id)
        place = col(Message.id)
        query = select(Message).where(self._of(conversation_id))
        if start is not None:
            query = query.where(place >= start if ascending else place <= start)
        query = query.order_by(place if ascending else place.desc()).limit(limit)
        return (await self._session.scalars(query)).all()

    async def rate(
        self, conversation_id: UUID, message_ids: Collection[UUID], feedback: Feedback
    ) -> None:
        """Keep what the user thinks of replies; the last word counts.

        Raises:
            ConversationNotFound: The user has no such conversation.
            MessageNotFound: One of them is no reply in it; then nothing is kept.
        """
        await self._conversations.get(conversation_id)
        wanted = set(message_ids)
        change = (
            update(Message)
            .where(self._of(conversation_id), col(Message.id).in_(wanted))
            .where(col(Message.role) == "assistant")
            .values(feedback=feedback)
            .returning(col(Message.id))
            .execution_options(synchronize_session=False)
        )
        if set(await self._session.scalars(change)) != wanted:
            raise MessageNotFound

    def _of(self, conversation_id: UUID) -> ColumnElement[bool]:
        mine = col(Message.user_id) == self._user_id
        return mine & (col(Message.conversation_id) == conversation_id)
