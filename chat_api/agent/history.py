"""The input of a model, built from stored messages."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from agents import TResponseInputItem

from chat_api.agent.tool_errors import ToolError
from chat_api.events import EARLY_END_NOTES
from db.turn_opening import EarlierMessage

_CHARACTERS_PER_TOKEN = 4
_TOKENS_PER_ITEM = 4


def model_input(
    history: Sequence[EarlierMessage], message: str, *, budget: int
) -> list[TResponseInputItem]:
    """Return the newest messages that fit the budget, oldest first, then the user's message.

    Messages are not split, so that every tool call has its result. `budget` is in tokens, estimated
    from characters. The first item is a message of the user.
    """
    newest_first: list[list[TResponseInputItem]] = []
    remaining = budget
    for earlier in reversed(history):
        items = list(_items(earlier))
        remaining -= sum(_tokens(item) for item in items)
        if remaining < 0:
            break
        newest_first.append(items)
    window = [item for items in reversed(newest_first) for item in items]
    first = next((i for i, item in enumerate(window) if item.get("role") == "user"), len(window))
    return [*window[first:], {"role": "user", "content": message}]


def _items(message: EarlierMessage) -> Iterator[TResponseInputItem]:
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
            "arguments": json.dumps(call["arguments"]),
        }
        yield {"type": "function_call_output", "call_id": call_id, "output": _output(call)}
    note = EARLY_END_NOTES.get(message.status)
    text = "\n\n".join(part for part in (message.content, f"({note})" if note else "") if part)
    if text:
        yield {"role": "assistant", "content": text}


def _output(call: dict[str, Any]) -> str:
    result = call["result"]
    return ToolError.of(result).text() if call["is_error"] else json.dumps(result)


def _tokens(item: TResponseInputItem) -> int:
    text = "".join(str(value) for value in item.values())
    return len(text) // _CHARACTERS_PER_TOKEN + _TOKENS_PER_ITEM
