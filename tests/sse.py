"""Server-sent events as a test reads them."""

import json
from collections.abc import AsyncIterator
from typing import Any, NamedTuple

import httpx2


class Event(NamedTuple):
    """One event of a stream."""

    number: int
    name: str
    data: dict[str, Any]


async def events_of(answer: httpx2.Response) -> AsyncIterator[Event]:
    """Yield events as they come; comments are passed over."""
    fields: dict[str, str] = {}
    async for line in answer.aiter_lines():
        name, _, value = line.partition(": ")
        if line:
            fields[name] = value
        elif "data" in fields:
            yield Event(int(fields["id"]), fields["event"], json.loads(fields["data"]))
            fields = {}
