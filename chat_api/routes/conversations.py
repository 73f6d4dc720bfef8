"""Conversations over REST."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter, Response, status
from pydantic import BaseModel, ConfigDict

from chat_api.agent.reply_details import stored_task_ids
from chat_api.events import ToolCall
from chat_api.problems import COMMON_PROBLEMS, problem_responses
from chat_api.routes.dependencies import Conversations, PagingDep
from db.messages import Feedback
from db.models import Message
from db.values import Title

router = APIRouter(
    prefix="/conversations",
    tags=["conversations"],
    responses={**COMMON_PROBLEMS, **problem_responses(_404="The user has no such conversation")},
)


class ConversationOut(BaseModel):
    """A conversation."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    title: str
    created_at: datetime
    updated_at: datetime


class ConversationNow(ConversationOut):
    """A conversation with its running turn, which can be followed and cancelled.

    `feedback` is the user's rating of replies, by the id of the message.
    """

    running_turn_id: UUID | None
    feedback: dict[UUID, Feedback]


class ConversationPageOut(BaseModel):
    """A page of conversations, the last used first."""

    conversations: list[ConversationOut]
    next_cursor: str | None


class MessageOut(BaseModel):
    """A message of the user or the assistant; see `Answer` for `task_ids` and `suggestions`."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    turn_id: UUID
    role: str
    content: str
    tool_calls: list[ToolCall]
    task_ids: list[int]
    suggestions: list[str]
    status: str
    created_at: datetime

    @classmethod
    def of(cls, message: Message) -> "MessageOut":
        """Build it from a stored message."""
        return cls.model_validate({**message.model_dump(), "task_ids": stored_task_ids(message)})


class MessagePageOut(BaseModel):
    """A page of messages, newest first."""

    messages: list[MessageOut]
    next_cursor: str | None


class Rename(BaseModel):
    """A conversation's new title."""

    model_config = ConfigDict(extra="forbid")

    title: Title


@router.get("")
async def list_conversations(
    conversations: Conversations, paging: PagingDep
) -> ConversationPageOut:
    """List conversations."""
    page = await conversations.page(limit=paging.limit, cursor=paging.cursor)
    conversations_out = [ConversationOut.model_validate(row) for row in page.rows]
    return ConversationPageOut(conversations=conversations_out, next_cursor=page.next_cursor)


@router.get("/{conversation_id}")
async def get_conversation(conversations: Conversations, conversation_id: UUID) -> ConversationNow:
    """Return one conversation."""
    conversation = ConversationOut.model_validate(await conversations.get(conversation_id))
    return ConversationNow.model_validate(
        {
            **conversation.model_dump(),
            "running_turn_id": await conversations.running_turn(conversation_id),
            "feedback": await conversations.feedback(conversation_id),
        }
    )


@router.patch("/{conversation_id}")
async def rename_conversation(
    conversations: Conversations, conversation_id: UUID, rename: Rename
) -> ConversationOut:
    """Rename a conversation."""
    renamed = await conversations.rename(conversation_id, rename.title)
    return ConversationOut.model_validate(renamed)


@router.delete("/{conversation_id}", status_code=status.HTTP_204_NO_CONTENT)
async def delete_conversation(conversations: Conversations, conversation_id: UUID) -> Response:
    """Delete a conversation with its messages; tasks are not deleted."""
    await conversations.delete(conversation_id)
    return Response(status_code=status.HTTP_204_NO_CONTENT)


@router.get("/{conversation_id}/messages")
async def list_messages(
    conversations: Conversations, conversation_id: UUID, paging: PagingDep
) -> MessagePageOut:
    """List the messages of a conversation."""
    page = await conversations.messages(conversation_id, limit=paging.limit, cursor=paging.cursor)
    messages = [MessageOut.of(row) for row in page.rows]
    return MessagePageOut(messages=messages, next_cursor=page.next_cursor)
