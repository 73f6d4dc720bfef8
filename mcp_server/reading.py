"""How prompts, resources and the connector's tools look at the caller's tasks."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date

from mcp.server.mcpserver.exceptions import ToolError
from mcp.shared.exceptions import MCPError
from mcp_types import INTERNAL_ERROR

from db.engine import transaction
from db.errors import DatabaseUnavailable
from db.tasks import UserTasks
from mcp_server.caller import ToolContext, caller_of, origin_of, state_of, today_of


@dataclass(frozen=True)
class Reading:
    """The caller's tasks, for as long as one transaction lasts, and the caller's own date."""

    tasks: UserTasks
    today: date


@asynccontextmanager
async def reading(ctx: ToolContext) -> AsyncIterator[Reading]:
    """Open the caller's tasks to read them.

    Raises:
        DatabaseUnavailable: Postgres is away.
        ToolError: The token of a stdio process is not good any more.

    """
    caller = await caller_of(ctx)
    async with transaction(state_of(ctx).sessions, caller.user_id) as session:
        tasks = UserTasks(session, caller.user_id, origin_of(caller))
        yield Reading(tasks, await today_of(session, caller))


@asynccontextmanager
async def reading_or_refusing(ctx: ToolContext) -> AsyncIterator[Reading]:
    """Open them where an answer has no room for an error of its own.

    Raises:
        MCPError: Either of them, as an error of the protocol.

    """
    try:
        async with reading(ctx) as opened:
            yield opened
    except (DatabaseUnavailable, ToolError) as error:
        raise MCPError(INTERNAL_ERROR, str(error)) from error
