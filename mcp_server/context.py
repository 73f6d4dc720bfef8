"""Who calls a tool, and what a tool works with."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from mcp.server.mcpserver import Context
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request

from auth.principal import Principal
from db.engine import Sessions
from db.tasks import Origin
from db.user_settings import UserSettings


@dataclass(frozen=True)
class State:
    """What the server's lifespan holds.

    `own_caller` says whom the process itself speaks for, where no request brings a token: over
    stdio. It is asked anew for every call, for a token can be revoked.
    """

    sessions: Sessions
    own_caller: Callable[[], Awaitable[Principal]] | None = None


ToolContext = Context[State, Request]


def state_of(ctx: ToolContext) -> State:
    """Return what the server holds."""
    return ctx.request_context.lifespan_context


async def caller_of(ctx: ToolContext) -> Principal:
    """Return who calls: the verified token alone says so.

    Raises:
        MCPError: The token of a stdio process is not good any more.
    """
    return await principal_of(ctx.request_context.request, state_of(ctx))


async def principal_of(request: Request | None, state: State) -> Principal:
    """Return whom a request speaks for, or the process where there are no requests."""
    if request is not None:
        principal: Principal = request.scope["principal"]
        return principal
    if state.own_caller is None:
        raise RuntimeError("a tool was called outside an authenticated request")
    return await state.own_caller()


def origin_of(caller: Principal) -> Origin:
    """Return what a change's record says of its client and chat turn."""
    turn_id = UUID(caller.turn_id) if caller.turn_id else None
    return Origin(caller.client or "mcp", turn_id)


async def today_of(session: AsyncSession, caller: Principal) -> date:
    """Return the caller's date: by the user's settings, but in a chat turn by its own zone."""
    chosen = None if caller.turn_id else await UserSettings(session, caller.user_id).timezone()
    return datetime.now(ZoneInfo(chosen or caller.timezone or "UTC")).date()
