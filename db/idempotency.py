"""Idempotent writes: a call that is repeated with its key is applied once."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from db.models import IdempotencyKey
from db.user_scoped import UserScoped

# Where a request over MCP carries its key, in `_meta`.
IDEMPOTENCY_META = "todochat/idempotency_key"


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


class IdempotentWrites(UserScoped):
    """The stored answers to one user's writes."""

    async def of_turn(self, turn_id: UUID) -> list[StoredWrite]:
        """Return the writes of a turn, whose keys are `turn:call`."""
        prefix = f"{turn_id}:"
        query = (
            select(IdempotencyKey)
            .where(col(IdempotencyKey.user_id) == self._user_id)
            .where(col(IdempotencyKey.key).startswith(prefix))
            .order_by(col(IdempotencyKey.created_at))
        )
        rows = (await self._session.scalars(query)).all()
        return [
            StoredWrite(
                row.key.removeprefix(prefix),
                row.request["tool"],
                row.request["arguments"],
                row.response,
            )
            for row in rows
        ]
