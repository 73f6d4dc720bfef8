"""The events of a turn as they come over the wire."""

import json
from typing import Any

import httpx2
from pydantic import TypeAdapter, ValidationError

from chat_api.events import TurnEvent
from chat_api.terminal.errors import ChatError

_EVENTS: TypeAdapter[TurnEvent] = TypeAdapter(TurnEvent)


def read_event(sent: httpx2.ServerSentEvent) -> TurnEvent | None:
    """Return the event, or None for one of a newer server's that is not known here.

    Raises:
        ChatError: it can't be read.

    """
    try:
        data: Any = json.loads(sent.data or "{}")
        return _EVENTS.validate_python({**data, "type": sent.event})
    except ValidationError as error:
        if error.errors()[0]["type"] == "union_tag_invalid":
            return None
        raise ChatError("The server sent an event that can't be read.") from error
    except (ValueError, TypeError) as error:
        raise ChatError("The server sent an event that can't be read.") from error
