"""The transaction of a tool call, with the caller's tasks."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from mcp.shared.exceptions import MCPError
from mcp_types import INTERNAL_ERROR
from sqlalchemy.ext.asyncio import AsyncSession

from auth.principal import Principal
from db.engine import transaction
from db.errors import DatabaseUnavailable
from db.idempotency import IDEMPOTENCY_META, IdempotentWrites
from db.tasks import UserTasks
from db.turns import UserTurns
from mcp_server.context import ToolContext, caller_of, origin_of, state_of, today_of
from mcp_server.results import Result

_KEY_LENGTH = 200

Answer = TypeVar("Answer", bound=Result)


@dataclass(frozen=True)
class TaskSession:
    """The caller, their transaction, and their tasks in it."""

    caller: Principal
    session: AsyncSession
    tasks: UserTasks

    async def today(self) -> date:
        """Return the caller's own date."""
        return await today_of(self.session, self.caller)


@dataclass(frozen=True)
class ToolWrite:
    """A call that writes, and the answer that an earlier call with its key got."""

    tasks: UserTasks
    turn_id: UUID | None
    _writes: IdempotentWrites
    _key: str | None
    _request: dict[str, Any]
    _stored: dict[str, Any] | None

    def stored(self, kind: type[Answer]) -> Answer | None:
        """Return the answer to the earlier call, if there was one: it answers this call too."""
        return None if self._stored is None else kind.model_validate(self._stored)

    async def store(self, answer: Answer) -> Answer:
        """Store the answer under the call's key, if it has one, and return it."""
        if self._key is not None:
            await self._writes.store(self._key, self._request, answer.model_dump(mode="json"))
        return answer


@asynccontextmanager
async def task_session(ctx: ToolContext) -> AsyncIterator[TaskSession]:
    """Open the caller's transaction; it commits when the block ends.

    Raises:
        DatabaseUnavailable: Postgres can't be reached.
        MCPError: The token of a stdio process is no longer valid.
    """
    caller = await caller_of(ctx)
    async with transaction(state_of(ctx).sessions, caller.user_id) as session:
        yield TaskSession(caller, session, UserTasks(session, caller.user_id, origin_of(caller)))


@asynccontextmanager
async def protocol_session(ctx: ToolContext) -> AsyncIterator[TaskSession]:
    """Open the caller's transaction for a request whose result can't hold an error.

    Raises:
        MCPError: It can't be opened.
    """
    try:
        async with task_session(ctx) as opened:
            yield opened
    except DatabaseUnavailable as error:
        raise MCPError(INTERNAL_ERROR, str(error)) from error


@asynccontextmanager
async def tool_write(
    ctx: ToolContext, idempotency_key: str | None = None
) -> AsyncIterator[ToolWrite]:
    """Open the transaction of a call that writes, and look its idempotency key up.

    The key is the argument, or that of the request's `_meta`. A turn whose call writes can't end
    before the write is committed.

    Raises:
        DatabaseUnavailable: Postgres can't be reached.
        IdempotencyMismatch: The key was used with other arguments.
        MCPError: The token of a stdio process is no longer valid.
        TurnOver: The turn that the call belongs to has ended.
    """
    key = idempotency_key or _meta_key(ctx)
    request = _request(ctx)
    async with task_session(ctx) as opened:
        user_id, turn_id = opened.caller.user_id, origin_of(opened.caller).turn_id
        writes = IdempotentWrites(opened.session, user_id)
        stored = await writes.find(key, request) if key else None
        if stored is None and turn_id:
            await UserTurns(opened.session, user_id).hold_open(turn_id)
        yield ToolWrite(opened.tasks, turn_id, writes, key, request, stored)


def _request(ctx: ToolContext) -> dict[str, Any]:
    """Return what makes two calls the same: the tool and its arguments."""
    params = ctx.request_context.params or {}
    arguments = dict(params.get("arguments") or {})
    arguments.pop("idempotency_key", None)
    return {"tool": params.get("name"), "arguments": arguments}


def _meta_key(ctx: ToolContext) -> str | None:
    key = (ctx.request_context.meta or {}).get(IDEMPOTENCY_META)
    return key if isinstance(key, str) and 0 < len(key) <= _KEY_LENGTH else None
