"""Responses of the API: problem documents, events of a turn, and text that is safe to print."""

import json
import re
from collections.abc import AsyncIterator
from typing import Any

import httpx2
from pydantic import TypeAdapter, ValidationError

from chat_api.client.errors import InvalidResponse, RequestRefused
from chat_api.events import TerminalEvent, TurnEvent

_EVENTS: TypeAdapter[TurnEvent] = TypeAdapter(TurnEvent)
# Control characters, but for tabs and line ends. A terminal might obey them; the text comes from a
# model and from stored tasks.
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def printable(text: str) -> str:
    """Return `text` without control characters; tabs and line ends stay."""
    return _CONTROLS.sub("", text)


def refusal(response: httpx2.Response) -> RequestRefused:
    """Return the error for a response that has been read; its body may be anything."""
    try:
        problem = json_object(response)
    except InvalidResponse:
        problem = {}
    fallback = f"The server answers {response.reason_phrase or 'with an error'}."
    detail = " ".join(printable(str(problem.get("detail") or fallback)).split())
    code = str(problem.get("code") or response.status_code)
    return RequestRefused(response.status_code, code, detail)


def json_object(response: httpx2.Response) -> dict[str, Any]:
    """Return the JSON object of a response.

    Raises:
        InvalidResponse: It has none.
    """
    try:
        body = response.json()
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise InvalidResponse(f"The response of {response.url} is no JSON object.")
    return body


async def turn_events(response: httpx2.Response) -> AsyncIterator[TurnEvent]:
    """Yield the events of a turn up to its last one, though the connection may stay open.

    Raises:
        InvalidResponse: The stream ended before the turn did, or an event can't be read.
    """
    async for sent in httpx2.EventSource(response):
        event = _turn_event(sent)
        if event is None:
            continue
        yield event
        if isinstance(event, TerminalEvent):
            return
    raise InvalidResponse("The connection ended before the reply was whole.")


def _turn_event(sent: httpx2.ServerSentEvent) -> TurnEvent | None:
    """Return the event, or None for a type that only a newer server knows."""
    try:
        data: Any = json.loads(sent.data or "{}")
        return _EVENTS.validate_python({**data, "type": sent.event})
    except ValidationError as error:
        if error.errors()[0]["type"] == "union_tag_invalid":
            return None
        raise InvalidResponse("The server sent an event that can't be read.") from error
    except (ValueError, TypeError) as error:
        raise InvalidResponse("The server sent an event that can't be read.") from error
