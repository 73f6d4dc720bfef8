"""The context of a tool call: server state, principal, and the caller's date."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from mcp.server.mcpserver import Context
from starlette.requests import Request

from auth.principal import Principal
from db.engine import Sessions
from db.errors import NoAuthority
from db.task_values import CHAT, Origin
from db.text_authors import assistant
from db.timezones import RequestedTimezone


@dataclass(frozen=True)
class State:
    """The state of the server's lifespan.

    `own_caller` returns the principal of a stdio process, which has no requests with tokens. It
    is called for every tool call, because a token can be revoked.
    """

    sessions: Sessions
    own_caller: Callable[[], Awaitable[Principal]] | None = None


ToolContext = Context[State, Request]


def state_of(ctx: ToolContext) -> State:
    """Return the server's state."""
    return ctx.request_context.lifespan_context


async def caller_of(ctx: ToolContext) -> Principal:
    """Return the principal of the call, by the verified token alone.

    Raises:
        MCPError: The token of a stdio process is no longer valid.
    """
    return await principal_of(ctx.request_context.request, state_of(ctx))


async def principal_of(request: Request | None, state: State) -> Principal:
    """Return the principal of a request, or that of a stdio process.

    Raises:
        MCPError: The token of a stdio process is no longer valid.
    """
    if request is not None:
        principal: Principal = request.scope["principal"]
        return principal
    if state.own_caller is None:
        raise RuntimeError("a tool was called outside an authenticated request")
    return await state.own_caller()


def note_refusal(ctx: ToolContext, error: NoAuthority) -> None:
    """Have the request answered with 401, whatever its tool makes of the error."""
    request = ctx.request_context.request
    if request is not None:
        request.scope["refusals"].append(str(error))


def origin_of(caller: Principal) -> Origin:
    """Return the client, chat turn and author that are recorded with a change."""
    turn_id = UUID(caller.turn_id) if caller.turn_id else None
    author = CHAT if turn_id else assistant(caller.client)
    return Origin(caller.client or "mcp", turn_id, author)


def today_of(caller: Principal, setting: str | None) -> date:
    """Return today's date in the time zone of the user's settings, in a chat turn in the turn's."""
    return timezone_of(caller).today(setting)


def timezone_of(caller: Principal) -> RequestedTimezone:
    """Return the time zone that the call names, by its chat turn or its token."""
    return RequestedTimezone(caller.timezone if caller.turn_id else None, caller.timezone)


def zone_of(caller: Principal, setting: str | None) -> ZoneInfo:
    """Return the time zone of the user's settings, in a chat turn the turn's."""
    return ZoneInfo(timezone_of(caller).or_else(setting))
