"""Messages as thread items: one for a user's message, up to four for a reply."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum
from typing import Any, NamedTuple
from uuid import UUID

from chatkit.icons import IconName
from chatkit.types import (
    AssistantMessageContent,
    AssistantMessageItem,
    CustomSummary,
    CustomTask,
    InferenceOptions,
    ThreadItem,
    UserMessageItem,
    UserMessageTextContent,
    WidgetItem,
    Workflow,
    WorkflowItem,
)

from chat_api.agent.reply_details import stored_task_ids
from chat_api.agent.tool_errors import ToolError
from chat_api.chatkit_protocol.suggestions_widget import suggestions_widget
from chat_api.chatkit_protocol.task_widget import task_list_text, task_list_widget
from chat_api.events import EARLY_END_NOTES, ToolCall, ToolCalled
from db.errors import ConversationNotFound, MessageNotFound
from db.models import Message
from db.task_values import Task

_STEP_LABELS: dict[str, tuple[str, IconName]] = {
    "add_task": ("Add a task", "plus"),
    "list_tasks": ("Look at the tasks", "search"),
    "complete_task": ("Complete a task", "check-circle"),
    "update_task": ("Change a task", "write"),
    "delete_task": ("Delete a task", "lucide:trash-2"),
    "undo_last_change": ("Undo the last change", "reload"),
}


class Part(IntEnum):
    """The part of a message that an item shows, in the order of display."""

    STEPS = 0
    TEXT = 1
    TASKS = 2
    SUGGESTIONS = 3


_SUFFIXES = {
    Part.STEPS: ".steps",
    Part.TEXT: "",
    Part.TASKS: ".tasks",
    Part.SUGGESTIONS: ".suggestions",
}
_PARTS = {suffix: part for part, suffix in _SUFFIXES.items()}


class ItemId(NamedTuple):
    """The id of an item; ids sort as the items are shown, oldest first."""

    message_id: UUID
    part: Part = Part.TEXT

    def __str__(self) -> str:
        """Return the id in the form of the protocol."""
        return f"{self.message_id}{_SUFFIXES[self.part]}"

    @classmethod
    def parse(cls, text: str) -> "ItemId":
        """Parse an id.

        Raises:
            MessageNotFound: No item can have it.
        """
        message_id, dot, part = text.partition(".")
        try:
            return cls(UUID(message_id), _PARTS[dot + part])
        except (ValueError, KeyError) as error:
            raise MessageNotFound from error


def conversation_id_of(thread_id: str) -> UUID:
    """Parse the id of a thread, which is that of its conversation.

    Raises:
        ConversationNotFound: No thread can have it.
    """
    try:
        return UUID(thread_id)
    except ValueError as error:
        raise ConversationNotFound from error


@dataclass(frozen=True)
class ThreadMessage:
    """A message to show: a stored one, or a reply that has just ended."""

    conversation_id: UUID
    id: UUID
    role: str
    content: str
    calls: list[ToolCall]
    task_ids: list[int]
    suggestions: list[str]
    status: str
    created_at: datetime

    @classmethod
    def of(cls, message: Message) -> "ThreadMessage":
        """Build it from a stored message."""
        return cls(
            message.conversation_id,
            message.id,
            message.role,
            message.content,
            [ToolCall.model_validate(call) for call in message.tool_calls],
            stored_task_ids(message),
            message.suggestions,
            message.status,
            message.created_at,
        )

    def content_parts(self) -> list[AssistantMessageContent]:
        """Return the text of a reply, and a note if it ended early."""
        note = EARLY_END_NOTES.get(self.status)
        texts = (self.content, f"*{note}*" if note else "")
        return [AssistantMessageContent(text=text) for text in texts if text]


def items_of(message: ThreadMessage, tasks: Mapping[int, Task], today: date) -> list[ThreadItem]:
    """Return the items of a message, oldest first; `tasks` holds those that it is about."""
    if message.role == "user":
        return [_user_item(message)]
    return list(_reply_items(message, tasks, today))


def _user_item(message: ThreadMessage) -> UserMessageItem:
    return UserMessageItem(
        **_base_fields(message, Part.TEXT),
        content=[UserMessageTextContent(text=message.content)],
        inference_options=InferenceOptions(),
    )


def _reply_items(
    message: ThreadMessage, tasks: Mapping[int, Task], today: date
) -> Iterator[ThreadItem]:
    if message.calls:
        yield WorkflowItem(
            **_base_fields(message, Part.STEPS), workflow=finished_workflow(message.calls)
        )
    parts = message.content_parts()
    if parts or not message.calls:
        yield AssistantMessageItem(**_base_fields(message, Part.TEXT), content=parts)
    if shown := [tasks[task_id] for task_id in message.task_ids if task_id in tasks]:
        yield WidgetItem(
            **_base_fields(message, Part.TASKS),
            widget=task_list_widget(shown, today),
            copy_text=task_list_text(shown),
        )
    if message.suggestions:
        yield WidgetItem(
            **_base_fields(message, Part.SUGGESTIONS),
            widget=suggestions_widget(message.suggestions),
        )


def _base_fields(message: ThreadMessage, part: Part) -> dict[str, Any]:
    return {
        "id": str(ItemId(message.id, part)),
        "thread_id": str(message.conversation_id),
        "created_at": message.created_at,
    }


def running_step(call: ToolCalled) -> CustomTask:
    """Return the step of a call that has no result yet."""
    label, icon = _step_label(call.name)
    title = call.arguments.get("title")
    content = title if isinstance(title, str) else None
    return CustomTask(title=label, icon=icon, content=content, status_indicator="loading")


def finished_step(call: ToolCall) -> CustomTask:
    """Return the step of a call that has a result."""
    label, icon = _step_label(call.name)
    if call.is_error:
        return CustomTask(title=label, icon="info", content=ToolError.of(call.result).message)
    content = _result_text(call.result)
    return CustomTask(title=label, icon=icon, content=content, status_indicator="complete")


def finished_workflow(calls: Sequence[ToolCall]) -> Workflow:
    """Return the steps of a turn that has ended, under one title."""
    steps = [finished_step(call) for call in calls]
    title = f"{len(steps)} steps" if len(steps) > 1 else steps[0].title or ""
    return Workflow(type="custom", tasks=list(steps), summary=CustomSummary(title=title))


def _step_label(tool: str) -> tuple[str, IconName]:
    return _STEP_LABELS.get(tool, (tool, "cube"))


def _result_text(result: dict[str, Any]) -> str | None:
    match result:
        case {"task_id": int(), "title": str(title)}:
            return title
        case {"tasks": list(tasks), "total": total}:
            return f"{len(tasks)} of {total}"
        case _:
            return None
