"""The transaction of a tool call, with the caller's tasks."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeVar

from mcp.shared.exceptions import MCPError
from mcp_types import INTERNAL_ERROR

from auth.principal import Principal
from db.access import Access
from db.errors import DatabaseUnavailable, NoAuthority
from db.idempotency import IDEMPOTENCY_META, KeyedRequest
from db.notifier import tasks_topic
from db.task_undo import TaskUndo
from db.task_writes import TaskWrite, TaskWriter
from db.tasks import UserTasks
from db.text_authors import READ_BY_CHAT, USER_MESSAGE_META
from db.user_connection import UserConnection, user_connection
from mcp_server.context import (
    ToolContext,
    caller_of,
    note_refusal,
    origin_of,
    state_of,
    timezone_of,
)
from mcp_server.requested import has_all_words, require_request
from mcp_server.results import Result

_KEY_LENGTH = 200

Answer = TypeVar("Answer", bound=Result)


@dataclass(frozen=True)
class TaskSession:
    """The caller, their transaction, and their tasks in it."""

    caller: Principal
    connection: UserConnection
    tasks: UserTasks

    async def today(self) -> date:
        """Return the caller's own date."""
        return await self.tasks.today()


@asynccontextmanager
async def task_session(ctx: ToolContext) -> AsyncIterator[TaskSession]:
    """Open the caller's transaction to read; it ends with the block.

    Raises:
        DatabaseUnavailable: Postgres can't be reached.
        NoAuthority: What the token stands for is over.
        MCPError: The token of a stdio process is no longer valid.
    """
    caller = await caller_of(ctx)
    async with _connection(ctx, caller) as connection:
        tasks = UserTasks(connection, origin_of(caller), timezone_of(caller))
        yield TaskSession(caller, connection, tasks)


@asynccontextmanager
async def protocol_session(ctx: ToolContext) -> AsyncIterator[TaskSession]:
    """Open the caller's transaction for a request whose result can't hold an error.

    Raises:
        MCPError: It can't be opened.
    """
    try:
        async with task_session(ctx) as opened:
            yield opened
    except (DatabaseUnavailable, NoAuthority) as error:
        raise MCPError(INTERNAL_ERROR, str(error)) from error


@asynccontextmanager
async def task_writer(
    ctx: ToolContext, idempotency_key: str | None = None
) -> AsyncIterator[TaskWriter]:
    """Open the transaction of a call that writes.

    The idempotency key is the argument, or that of the request's `_meta`. A turn whose call writes
    can't end before the write is committed.

    Raises:
        DatabaseUnavailable: Postgres can't be reached.
        NoAuthority: What the token stands for is over.
        MCPError: The token of a stdio process is no longer valid.
    """
    caller = await caller_of(ctx)
    key = idempotency_key or _meta_key(ctx)
    origin = replace(origin_of(caller), author=_author(ctx, caller))
    request = KeyedRequest(key, _request(ctx), origin.turn_id) if key else None
    async with _connection(ctx, caller, Access.WRITE) as connection:
        yield TaskWriter(
            connection, origin, request, turn_id=origin.turn_id, timezone=timezone_of(caller)
        )


async def store(ctx: ToolContext, write: TaskWrite | TaskUndo, answer: Answer) -> Answer:
    """Apply a write, store its answer under the call's key, and return it.

    Raises:
        NotRequested: The call may come from what the model has read, not from the user.
    """
    message = _user_message(ctx)
    if message is not None:
        require_request(write, message)
    await write.store(answer.model_dump(mode="json"))
    return answer


@asynccontextmanager
async def _connection(
    ctx: ToolContext, caller: Principal, access: Access = Access.READ
) -> AsyncIterator[UserConnection]:
    """Open the caller's transaction; a caller without authority is answered with 401."""
    topic = tasks_topic(caller.user_id) if access == Access.WRITE else None
    try:
        async with user_connection(
            state_of(ctx).sessions, caller.user_id, access, bearer=caller, topic=topic
        ) as connection:
            yield connection
    except NoAuthority as error:
        note_refusal(ctx, error)
        raise


def _request(ctx: ToolContext) -> dict[str, Any]:
    """Return what makes two calls the same: the tool and its arguments."""
    params = ctx.request_context.params or {}
    arguments = dict(params.get("arguments") or {})
    arguments.pop("idempotency_key", None)
    return {"tool": params.get("name"), "arguments": arguments}


def _author(ctx: ToolContext, caller: Principal) -> str:
    """Return who writes the text of a call; a model may have copied what it has read."""
    message = _user_message(ctx)
    if message is None or has_all_words(message, _request(ctx)["arguments"]):
        return origin_of(caller).author
    return READ_BY_CHAT


def _user_message(ctx: ToolContext) -> str | None:
    """Return the user's message, if the call comes from a model that has read text of others."""
    message = (ctx.request_context.meta or {}).get(USER_MESSAGE_META)
    return message if isinstance(message, str) else None


def _meta_key(ctx: ToolContext) -> str | None:
    key = (ctx.request_context.meta or {}).get(IDEMPOTENCY_META)
    return key if isinstance(key, str) and 0 < len(key) <= _KEY_LENGTH else None
