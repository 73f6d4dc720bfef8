"""Writes that may be sent again: applied once, answered the same."""

import hashlib
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, insert
from sqlmodel import col, select

from db.errors import IdempotencyMismatch
from db.models import IdempotencyKey
from db.user_scoped import UserScoped

KEPT_FOR = timedelta(days=1)
# Where the `_meta` of an MCP request carries the key.
IDEMPOTENCY_META = "todochat/idempotency_key"


@dataclass(frozen=True)
class StoredWrite:
    """A tool call that wrote something, and its answer."""

    call_id: str
    tool: str
    arguments: dict[str, Any]
    response: dict[str, Any]


class IdempotentWrites(UserScoped):
    """The answers of one user's recent writes, by key."""

    async def once(
        self,
        key: str | None,
        request: dict[str, Any],
        write: Callable[[], Awaitable[dict[str, Any]]],
    ) -> dict[str, Any]:
        """Run `write` and keep its answer, or return the answer kept under `key` for a day.

        The key's row commits with the write itself. Without a key every call writes.

        Raises:
            IdempotencyMismatch: The key was used for another request.

        """
        if key is None:
            return await write()
        await self._one_writer()
        asked = _hash(request)
        await self._forget_old()
        kept = await self._session.get(IdempotencyKey, (self._user_id, key))
        if kept is not None:
            if kept.request_hash != asked:
                raise IdempotencyMismatch
            return kept.response
        response = await write()
        await self._session.execute(
            insert(IdempotencyKey).values(
                user_id=self._user_id,
                key=key,
                request_hash=asked,
                request=request,
                response=response,
            )
        )
        return response

    async def of_turn(self, turn_id: UUID) -> list[StoredWrite]:
        """Return what tools wrote in a turn, whose keys are `turn:call`."""
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

    async def _forget_old(self) -> None:
        await self._session.execute(
            delete(IdempotencyKey).where(
                col(IdempotencyKey.user_id) == self._user_id,
                col(IdempotencyKey.created_at) < func.now() - KEPT_FOR,
            )
        )


def _hash(request: dict[str, Any]) -> str:
    packed = json.dumps(request, sort_keys=True, default=str).encode()
    return hashlib.sha256(packed).hexdigest()
