"""Idempotent writes: a request that is repeated with its key is applied once."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from db.errors import IdempotencyMismatch
from db.user_connection import UserConnection

# Where a request over MCP carries its key, in `_meta`.
IDEMPOTENCY_META = "todochat/idempotency_key"

# Stored answers hold as long as their row exists: those of a turn as long as it does, since it can
# be retried at any time, others until the sweeper deletes them (`db/sweep.py`).
# `$2` is the row of an answer as JSON, or null for none.
ANSWER_CTES = """
    answer as (
        insert into idempotency (user_id, key, request_hash, request, response, turn_id)
        select $1, key, request_hash, request, response, turn_id
        from jsonb_populate_record(null::idempotency, $2)
        where cast($2 as jsonb) is not null
        on conflict (user_id, key) do update
        set request_hash = excluded.request_hash, request = excluded.request,
            response = excluded.response, turn_id = excluded.turn_id,
            created_at = excluded.created_at
    )
"""
STORE_ANSWER = f"with {ANSWER_CTES} select"
_FIND_ANSWER = """
    select request_hash, response from idempotency where user_id = $1 and key = $2
"""
# A retry calls tools with the keys of the turn that it retries.
_WRITES_OF_TURN = """
    select k.key, k.request, k.response
    from turns first
    join turns t on t.user_id = $1 and t.conversation_id = first.conversation_id
        and (t.id = first.id or t.retry_of = first.id)
    join idempotency k on k.user_id = $1 and k.turn_id = t.id
    where first.user_id = $1 and first.id = $2
    order by k.created_at
"""


class AlreadyWritten(Exception):
    """An earlier call with this key wrote; `response` is its answer, which answers this call."""

    def __init__(self, response: dict[str, Any]) -> None:
        super().__init__("an earlier call with this idempotency key wrote")
        self.response = response


@dataclass(frozen=True)
class KeyedRequest:
    """A request whose answer is stored under its key.

    It is stored as long as the turn exists that the request belongs to, or as long as the settings
    say.
    """

    key: str
    request: dict[str, Any]
    turn_id: UUID | None = None

    def hash(self) -> str:
        """Return what differs between two requests under one key."""
        packed = json.dumps(self.request, sort_keys=True, default=str).encode()
        return hashlib.sha256(packed).hexdigest()

    def refuse_if_answered(self, found: Mapping[str, Any] | asyncpg.Record) -> None:
        """Refuse the request if there is a stored answer under its key.

        Raises:
            AlreadyWritten: It is that of this request.
            IdempotencyMismatch: It is that of another request.
        """
        if found["response"] is None:
            return
        if found["request_hash"] != self.hash():
            raise IdempotencyMismatch
        raise AlreadyWritten(found["response"])

    def answer_row(self, answer: Mapping[str, Any]) -> str:
        """Return the row of the request's answer as JSON."""
        row = {
            "key": self.key,
            "request_hash": self.hash(),
            "request": self.request,
            "response": answer,
            "turn_id": self.turn_id,
        }
        return orjson.dumps(row).decode()


class OneTime:
    """A request without or with a key, in a transaction that writes: it is applied once.

    Writes of tasks look their key up with what else they read (`db/task_writes.py`).
    """

    def __init__(self, connection: UserConnection, request: KeyedRequest | None) -> None:
        self._connection = connection
        self._request = request

    async def check(self) -> None:
        """Look the key up.

        Raises:
            AlreadyWritten: The request was applied before.
            IdempotencyMismatch: The key was used for another request.
        """
        if self._request is not None:
            for found in await self._connection.fetch(_FIND_ANSWER, self._request.key):
                self._request.refuse_if_answered(found)

    async def store(self, answer: Mapping[str, Any]) -> None:
        """Store the answer under the key."""
        if self._request is not None:
            await self._connection.fetch(STORE_ANSWER, self._request.answer_row(answer))


@dataclass(frozen=True)
class StoredWrite:
    """A tool call that wrote, and its stored answer."""

    call_id: str
    tool: str
    arguments: dict[str, Any]
    response: dict[str, Any]


async def writes_of_turn(connection: UserConnection, turn_id: UUID) -> list[StoredWrite]:
    """Return the writes of a turn and of its retries, whose keys are `turn:call`."""
    prefix = f"{turn_id}:"
    rows = await connection.fetch(_WRITES_OF_TURN, turn_id)
    return [
        StoredWrite(
            row["key"].removeprefix(prefix),
            row["request"]["tool"],
            row["request"]["arguments"],
            row["response"],
        )
        for row in rows
    ]
