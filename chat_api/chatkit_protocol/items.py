"""Messages as thread items: one for what the user said, up to three for a reply."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from chatkit.types import (
    AssistantMessageContent,
    AssistantMessageItem,
    InferenceOptions,
    ThreadItem,
    UserMessageItem,
    UserMessageTextContent,
    WidgetItem,
    WorkflowItem,
)

from chat_api.chatkit_protocol.item_ids import ItemId, Part
from chat_api.chatkit_protocol.steps import workflow
from chat_api.chatkit_protocol.task_widget import concerned, copied_text, widget_of
from chat_api.events import ToolCall
from db.models import Message, Task

_ENDED_EARLY = {
    "failed": "*This reply broke off because of an error.*",
    "cancelled": "*This reply was stopped.*",
    "interrupted": "*This reply was interrupted.*",
}


@dataclass(frozen=True)
class Said:
    """A message: one that is stored, or a reply that has just ended."""

    conversation_id: UUID
    id: UUID
    role: str
    content: str
    calls: list[ToolCall]
    status: str
    at: datetime

    @classmethod
    def of(cls, message: Message) -> "Said":
        """Read it off a row."""
        return cls(
            message.conversation_id,
            message.id,
            message.role,
            message.content,
            [ToolCall.model_validate(call) for call in message.tool_calls],
            message.status,
            message.created_at,
        )

    def parts(self) -> list[AssistantMessageContent]:
        """Return the text of a reply, and how it ended if it broke off."""
        texts = (self.content, _ENDED_EARLY.get(self.status))
        return [AssistantMessageContent(text=text) for text in texts if text]


def items_of(said: Said, tasks: Mapping[int, Task]) -> list[ThreadItem]:
    """Return the items of a message, oldest first; `tasks` holds those that it is about."""
    if said.role == "user":
        return [_question(said)]
    return list(_reply(said, tasks))


def _question(said: Said) -> UserMessageItem:
    return UserMessageItem(
        **_place(said, Part.TEXT),
        content=[UserMessageTextContent(text=said.content)],
        inference_options=InferenceOptions(),
    )


def _reply(said: Said, tasks: Mapping[int, Task]) -> Iterator[ThreadItem]:
    if said.calls:
        yield WorkflowItem(**_place(said, Part.STEPS), workflow=workflow(said.calls))
    parts = said.parts()
    if parts or not said.calls:
        yield AssistantMessageItem(**_place(said, Part.TEXT), content=parts)
    numbers = concerned(said.calls, said.content)
    if shown := [tasks[number] for number in numbers if number in tasks]:
        yield WidgetItem(
            **_place(said, Part.TASKS), widget=widget_of(shown), copy_text=copied_text(shown)
        )


def _place(said: Said, part: Part) -> dict[str, Any]:
    return {
        "id": str(ItemId(said.id, part)),
        "thread_id": str(said.conversation_id),
        "created_at": said.at,
    }
