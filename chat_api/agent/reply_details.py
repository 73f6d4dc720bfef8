"""The details of a reply beside its text: given by the model, or derived from tool results."""

import json
from collections.abc import Mapping, Sequence
from typing import Annotated

from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from chat_api.agent.claim_check import listed_tasks, task_numbers
from chat_api.agent.reply_supplement import names
from chat_api.events import StorableObject, StorableText, ToolCall
from db.models import Message
from db.values import TaskId

_CALLS: TypeAdapter[list[ToolCall]] = TypeAdapter(list[ToolCall])


class ReplyDetails(BaseModel):
    """The details of a reply that a model gives beside its text.

    A model puts each into the `metadata` of its last response, as JSON under the field's name.

    Attributes:
        task_ids: The numbers of the tasks that the reply is about, in the order of display.
        suggestions: Messages that the user may send next.
        pending: The question that the reply asked, as data that only the model reads.

    """

    task_ids: list[TaskId]
    suggestions: Annotated[list[StorableText], Field(max_length=4)] = []
    pending: StorableObject | None = None

    @classmethod
    def of_metadata(cls, metadata: Mapping[str, str] | None) -> "ReplyDetails | None":
        """Read the metadata of a response; None where it has no such details."""
        given = {name: text for name, text in (metadata or {}).items() if name in cls.model_fields}
        try:
            return cls.model_validate({name: json.loads(text) for name, text in given.items()})
        except (ValidationError, ValueError):
            return None


def mentioned_task_ids(reply: str, calls: Sequence[ToolCall]) -> list[int]:
    """Return the numbers of the tasks that a reply is about, by the results of its turn.

    They are the tasks that were written. If there are none, they are the listed tasks that the
    reply names by number, else those that it names by title, else all listed ones.
    """
    successful = [call for call in calls if not call.is_error]
    results = [call.result.get("task_id") for call in successful]
    written = [task_id for task_id in results if isinstance(task_id, int)]
    listed = listed_tasks(successful)
    numbers = task_numbers(reply)
    numbered = [task for task in listed if task["id"] in numbers]
    titled = [task for task in listed if names(reply, task)]
    shown = [task["id"] for task in numbered or titled or listed]
    return list(dict.fromkeys(written or shown))


def stored_task_ids(message: Message) -> list[int]:
    """Return the numbers of the tasks that a stored message is about.

    Messages of older versions hold none; theirs follow from the tool results.
    """
    if message.task_ids is not None:
        return message.task_ids
    return mentioned_task_ids(message.content, _CALLS.validate_python(message.tool_calls))
