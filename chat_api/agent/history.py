"""The input of a model, built from stored messages."""

from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any, cast

import orjson
from agents import ItemHelpers, ModelResponse, TResponseInputItem
from agents.items import TResponseStreamEvent
from agents.models.interface import Model

from chat_api.agent.foreign_text import without_foreign_text
from chat_api.agent.tool_errors import ToolError
from chat_api.events import EARLY_END_NOTES
from db.turn_values import EarlierMessage

_CHARACTERS_PER_TOKEN = 4
_TOKENS_PER_ITEM = 4


class ModelWithHistory(Model):
    """A model that is asked with the earlier messages of a conversation before its input.

    The SDK's runner copies and compares its input again and again, so it is given the new message
    only, and each request gets the history here.
    """

    def __init__(self, model: Model, history: Sequence[TResponseInputItem]) -> None:
        self._model = model
        self._history = history

    async def get_response(
        self,
        system_instructions: str | None,
        input: str | list[TResponseInputItem],  # noqa: A002  the interface's name
        *args: Any,
        **kwargs: Any,
    ) -> ModelResponse:
        """Return the whole answer."""
        items = self._with_history(input)
        return await self._model.get_response(system_instructions, items, *args, **kwargs)

    def stream_response(
        self,
        system_instructions: str | None,
        input: str | list[TResponseInputItem],  # noqa: A002  the interface's name
        *args: Any,
        **kwargs: Any,
    ) -> AsyncIterator[TResponseStreamEvent]:
        """Yield the events of the answer."""
        items = self._with_history(input)
        return self._model.stream_response(system_instructions, items, *args, **kwargs)

    def _with_history(self, given: str | list[TResponseInputItem]) -> list[TResponseInputItem]:
        new = ItemHelpers.input_to_new_input_list(given) if isinstance(given, str) else given
        return [*self._history, *new]


def history_items(
    history: Sequence[EarlierMessage], *, budget: int, details: bool = False
) -> list[TResponseInputItem]:
    """Return the newest messages that fit the budget as items of a model's input, oldest first.

    Messages are not split, so that every tool call has its result. `budget` is in tokens, estimated
    from characters. The first item is a message of the user. With `details`, replies have
    `task_ids` and `pending` as stored, which no vendor's API takes, and text of others stays in
    them: only the built-in assistant reads details, and it takes no orders from text.
    """
    newest_first: list[list[TResponseInputItem]] = []
    remaining = budget
    for earlier in reversed(history):
        shown = earlier if details else without_foreign_text(earlier)
        items = list(_items(shown, details=details))
        remaining -= sum(_tokens(item) for item in items)
        if remaining < 0:
            break
        newest_first.append(items)
    window = [item for items in reversed(newest_first) for item in items]
    first = next((i for i, item in enumerate(window) if item.get("role") == "user"), len(window))
    return window[first:]


def _items(message: EarlierMessage, *, details: bool) -> Iterator[TResponseInputItem]:
    if message.role == "user":
        yield {"role": "user", "content": message.content}
        return
    for number, call in enumerate(message.tool_calls, 1):
        # Some servers number the calls of each reply from 1; within one history ids must differ.
        call_id = f"call_{message.id.hex}_{number}"
        yield {
            "type": "function_call",
            "call_id": call_id,
            "name": call["name"],
            "arguments": _json(call["arguments"]),
        }
        yield {"type": "function_call_output", "call_id": call_id, "output": _output(call)}
    note = EARLY_END_NOTES.get(message.status)
    text = "\n\n".join(part for part in (message.content, f"({note})" if note else "") if part)
    more = {"task_ids": message.task_ids, "pending": message.pending} if details else {}
    if text:
        yield cast("TResponseInputItem", {"role": "assistant", "content": text, **more})


def _output(call: dict[str, Any]) -> str:
    result = call["result"]
    return ToolError.of(result).text() if call["is_error"] else _json(result)


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()


def _tokens(item: TResponseInputItem) -> int:
    characters = sum(len(str(value)) for value in item.values())
    return characters // _CHARACTERS_PER_TOKEN + _TOKENS_PER_ITEM
