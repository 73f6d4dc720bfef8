"""Turns: one at a time in a conversation, each with its two messages."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select
from uuid_utils.compat import uuid7

from db.conversations import UserConversations
from db.errors import ConversationBusy
from db.models import Conversation, Message, Turn
from db.owned import Owned


@dataclass(frozen=True)
class OpenTurn:
    """A turn that runs now, and the messages before it, oldest first."""

    turn_id: UUID
    conversation: Conversation
    history: Sequence[Message]


@dataclass(frozen=True)
class Outcome:
    """How a turn ended and what is kept of it."""

    status: str
    content: str
    tool_calls: list[dict[str, Any]] = field(default_factory=list)
    usage: dict[str, Any] | None = None
    error_code: str | None = None


class UserTurns(Owned):
    """The turns of one user. Nothing here commits; `transaction` does."""

    def __init__(self, session: AsyncSession, user_id: str) -> None:
        super().__init__(session, user_id)
        self._conversations = UserConversations(session, user_id)

    async def open(
        self,
        conversation_id: UUID | None,
        message: str,
        *,
        model: str,
        lease: timedelta,
        history: int,
    ) -> OpenTurn:
        """Take the conversation's one running turn and store the user's message.

        A running turn whose lease is over belongs to a process that died: it ends as interrupted.
        `history` is how many earlier messages are read at most.

        Raises:
            ConversationNotFound: The user has no such conversation.
            ConversationBusy: Another turn runs there.

        """
        earlier: Sequence[Message] = ()
        if conversation_id is None:
            conversation = await self._conversations.start(message)
        else:
            conversation = await self._conversations.get(conversation_id, lock=True)
            await self._free(conversation.id)
            earlier = await self._conversations.newest_messages(conversation.id, limit=history)
            await self._conversations.touch(conversation.id)
        turn_id = uuid7()
        await self._session.execute(
            insert(Turn).values(
                user_id=self._user_id,
                id=turn_id,
                conversation_id=conversation.id,
                model=model,
                lease_until=func.now() + lease,
            )
        )
        await self._say(conversation.id, turn_id, "user", Outcome("finished", message))
        return OpenTurn(turn_id, conversation, earlier[::-1])

    async def renew(self, turn_id: UUID, lease: timedelta) -> None:
        """Say that the turn's process is alive."""
        await self._change(turn_id, lease_until=func.clock_timestamp() + lease)

    async def close(self, turn_id: UUID, outcome: Outcome) -> None:
        """End a running turn and store the assistant's message; an ended one stays as it is."""
        conversation_id = await self._change(
            turn_id,
            status=outcome.status,
            error_code=outcome.error_code,
            usage=outcome.usage,
            finished_at=func.now(),
        )
        if conversation_id is not None:
            await self._say(conversation_id, turn_id, "assistant", outcome)

    async def _free(self, conversation_id: UUID) -> None:
        query = select(Turn.id, col(Turn.lease_until) < func.now()).where(
            col(Turn.user_id) == self._user_id,
            col(Turn.conversation_id) == conversation_id,
            col(Turn.status) == "running",
        )
        running = (await self._session.execute(query)).one_or_none()
        if running is None:
            return
        turn_id, abandoned = running
        if not abandoned:
            raise ConversationBusy(turn_id)
        await self.close(turn_id, Outcome("interrupted", "", error_code="interrupted"))

    async def _change(self, turn_id: UUID, **values: Any) -> UUID | None:
        """Change a turn that is still running; return its conversation."""
        change = (
            update(Turn)
            .where(col(Turn.user_id) == self._user_id, col(Turn.id) == turn_id)
            .where(col(Turn.status) == "running")
            .values(**values)
            .returning(col(Turn.conversation_id))
            .execution_options(synchronize_session=False)
        )
        return (await self._session.scalars(change)).one_or_none()

    async def _say(self, conversation_id: UUID, turn_id: UUID, role: str, outcome: Outcome) -> None:
        await self._session.execute(
            insert(Message).values(
                user_id=self._user_id,
                conversation_id=conversation_id,
                id=uuid7(),
                turn_id=turn_id,
                role=role,
                content=outcome.content,
                tool_calls=outcome.tool_calls,
                status=outcome.status,
            )
        )
