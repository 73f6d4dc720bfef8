"""Idempotent writes: a call that is repeated with its key is applied once."""

import hashlib
import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, insert
from sqlmodel import col, select

from db.errors import IdempotencyMismatch
from db.models import IdempotencyKey
from db.user_scoped import UserScoped

# Where a request over MCP carries its key, in `_meta`.
IDEMPOTENCY_META = "todochat/idempotency_key"
STORED_FOR = timedelta(days=1)


@dataclass(frozen=True)
class StoredWrite:
    """A tool call that wrote, and its stored answer."""

    call_id: str
    tool: str
    arguments: dict[str, Any]
    response: dict[str, Any]


class IdempotentWrites(UserScoped):
    """The stored answers to one user's writes, by key."""

    async def find(self, key: str, request: dict[str, Any]) -> dict[str, Any] | None:
        """Return the answer stored under `key`, and lock the user's writes for this transaction.

        Raises:
            IdempotencyMismatch: The key was used for another request.
        """
        await self._one_writer()
        await self._delete_old()
        stored = await self._session.get(IdempotencyKey, (self._user_id, key))
        if stored is None:
            return None
        if stored.request_hash != _hash(request):
            raise IdempotencyMismatch
        return stored.response

    async def store(self, key: str, request: dict[str, Any], response: dict[str, Any]) -> None:
        """Store the answer to a write for a day; it commits with the write itself."""
        await self._session.execute(
            insert(IdempotencyKey).values(
                user_id=self._user_id,
                key=key,
                request_hash=_hash(request),
                request=request,
                response=response,
            )
        )

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

    async def _delete_old(self) -> None:
        await self._session.execute(
            delete(IdempotencyKey).where(
                col(IdempotencyKey.user_id) == self._user_id,
                col(IdempotencyKey.created_at) < func.now() - STORED_FOR,
            )
        )


def _hash(request: dict[str, Any]) -> str:
    packed = json.dumps(request, sort_keys=True, default=str).encode()
    return hashlib.sha256(packed).hexdigest()
