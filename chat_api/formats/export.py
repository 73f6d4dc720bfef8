"""A user's data as one JSON object that is written while it is read."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import orjson

FORMAT = "todochat"
VERSION = 1


async def json_of(pages: AsyncIterator[tuple[str, list[dict[str, Any]]]]) -> AsyncIterator[bytes]:
    """Yield the object in pieces: its sections are arrays, with a row a line.

    A page belongs to the section of the one before, or begins the next one.
    """
    head = {"format": FORMAT, "version": VERSION, "exported_at": datetime.now(UTC)}
    yield _dumps(head).removesuffix(b"}")
    current, separator = None, b""
    async for section, rows in pages:
        if section != current:
            yield b"%s,\n%s:[" % (b"" if current is None else b"\n]", _dumps(section))
            current = section
            separator = b"\n"
        if rows:
            yield separator + b",\n".join(map(_dumps, rows))
            separator = b",\n"
    yield b"}\n" if current is None else b"\n]}\n"


def _dumps(value: Any) -> bytes:
    # The driver has a UUID of its own.
    return orjson.dumps(value, default=str, option=orjson.OPT_UTC_Z)
