"""Messages: one by id, pages in both directions, and feedback."""

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
        """Return messages from `start` on, inclusive, or from the end of the list.

        Oldest first if `ascending`, else newest first.

        Raises:
            ConversationNotFound: The user has no such conversation.
        """
        await self._conversations.get(conversation_id)
        key = col(Message.id)
        query = select(Message).where(self._of(conversation_id))
        if start is not None:
            query = query.where(key >= start if ascending else key <= start)
        query = query.order_by(key if ascending else key.desc()).limit(limit)
        return (await self._session.scalars(query)).all()

    async def rate(
        self, conversation_id: UUID, message_ids: Collection[UUID], feedback: Feedback
    ) -> None:
        """Store the user's feedback on replies, in place of earlier feedback.

        Raises:
            ConversationNotFound: The user has no such conversation.
            MessageNotFound: One of them is not a reply in the conversation; then nothing is stored.
        """
        await self._conversations.get(conversation_id)
        ids = set(message_ids)
        change = (
            update(Message)
            .where(self._of(conversation_id), col(Message.id).in_(ids))
            .where(col(Message.role) == "assistant")
            .values(feedback=feedback)
            .returning(col(Message.id))
            .execution_options(synchronize_session=False)
        )
        if set(await self._session.scalars(change)) != ids:
            raise MessageNotFound

    def _of(self, conversation_id: UUID) -> ColumnElement[bool]:
        mine = col(Message.user_id) == self._user_id
        return mine & (col(Message.conversation_id) == conversation_id)
