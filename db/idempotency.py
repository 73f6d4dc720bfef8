"""Idempotent writes: a call that is repeated with its key is applied once."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from db.user_connection import UserConnection

# Where a request over MCP carries its key, in `_meta`.
IDEMPOTENCY_META = "todochat/idempotency_key"

_WRITES_OF_TURN = """
    select key, request, response from idempotency
    where user_id = $1 and starts_with(key, $2)
    order by created_at
"""


class AlreadyWritten(Exception):
    """An earlier call with this key wrote; `response` is its answer, which answers this call."""

    def __init__(self, response: dict[str, Any]) -> None:
        super().__init__("an earlier call with this idempotency key wrote")
        self.response = response


@dataclass(frozen=True)
class KeyedRequest:
    """A request whose answer is stored under its key, for a day at least."""

    key: str
    request: dict[str, Any]

    def hash(self) -> str:
        """Return what differs between two requests under one key."""
        packed = json.dumps(self.request, sort_keys=True, default=str).encode()
        return hashlib.sha256(packed).hexdigest()


@dataclass(frozen=True)
class StoredWrite:
    """A tool call that wrote, and its stored answer."""

    call_id: str
    tool: str
    arguments: dict[str, Any]
    response: dict[str, Any]


async def writes_of_turn(connection: UserConnection, turn_id: UUID) -> list[StoredWrite]:
    """Return the writes of a turn, whose keys are `turn:call`."""
    prefix = f"{turn_id}:"
    rows = await connection.fetch(_WRITES_OF_TURN, prefix)
    return [
        StoredWrite(
            row["key"].removeprefix(prefix),
            row["request"]["tool"],
            row["request"]["arguments"],
            row["response"],
        )
        for row in rows
    ]
