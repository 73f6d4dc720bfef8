"""Text in results of tools that neither the user nor this chat wrote.

The MCP server names its author in `text_by`, beside the text (`mcp_server/results.py`). A model
sees such text in the turn in which a tool returned it, and never again: otherwise one task could
give orders in every later turn of the conversation.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from db.turn_values import EarlierMessage

_AUTHOR = "text_by"
_TEXTS = ("title", "description", "tags", "list", "text")
_WORD = re.compile(r"\w+")
_WITHHELD = "(not shown again)"


def has_foreign_text(result: Any) -> bool:
    """Return whether a result holds text of others."""
    return any(True for _ in _labelled(result))


def without_foreign_text(message: EarlierMessage) -> EarlierMessage:
    """Return an earlier message without the text of others that its tools returned.

    The text is replaced in the results, and where the calls and the reply quote it as it is. Single
    words stay: they are names of things rather than orders, and other text has them too.
    """
    labelled = [facts for call in message.tool_calls for facts in _labelled(call["result"])]
    texts = {text for facts in labelled for text in _texts(facts)}
    if not texts:
        return message
    quoted = sorted((text for text in texts if len(_WORD.findall(text)) > 1), key=len, reverse=True)
    calls = [{**call, **_replaced(_parts(call), quoted)} for call in message.tool_calls]
    return replace(message, tool_calls=calls, content=_replaced(message.content, quoted))


def _parts(call: Mapping[str, Any]) -> dict[str, Any]:
    return {"arguments": call["arguments"], "result": _withheld(call["result"])}


def _labelled(value: Any) -> Iterator[Mapping[str, Any]]:
    """Yield the parts of a result that hold text of others."""
    if isinstance(value, dict):
        if value.get(_AUTHOR):
            yield value
        for part in value.values():
            yield from _labelled(part)
    elif isinstance(value, list):
        for part in value:
            yield from _labelled(part)


def _texts(facts: Mapping[str, Any]) -> Iterator[str]:
    for name in _TEXTS:
        value = facts.get(name, "")
        yield from (text for text in (value if isinstance(value, list) else [value]) if text)


def _withheld(value: Any) -> Any:
    if isinstance(value, list):
        return [_withheld(part) for part in value]
    if not isinstance(value, dict):
        return value
    hidden = _TEXTS if value.get(_AUTHOR) else ()
    return {name: _WITHHELD if name in hidden else _withheld(part) for name, part in value.items()}


def _replaced(value: Any, texts: list[str]) -> Any:
    """Return a value whose strings don't have these texts."""
    match value:
        case str():
            for text in texts:
                value = value.replace(text, _WITHHELD)
            return value
        case list():
            return [_replaced(part, texts) for part in value]
        case dict():
            return {name: _replaced(part, texts) for name, part in value.items()}
        case _:
            return value
