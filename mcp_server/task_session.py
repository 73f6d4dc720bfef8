"""The caller's tasks, opened for as long as one transaction lasts."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date

from mcp.shared.exceptions import MCPError
from mcp_types import INTERNAL_ERROR
from sqlalchemy.ext.asyncio import AsyncSession

from auth.principal import Principal
from db.engine import transaction
from db.errors import DatabaseUnavailable
from db.tasks import UserTasks
from mcp_server.context import ToolContext, caller_of, origin_of, state_of, today_of


@dataclass(frozen=True)
class Opened:
    """Whose tasks they are, and the transaction that they are opened in."""

    caller: Principal
    session: AsyncSession
    tasks: UserTasks

    async def today(self) -> date:
        """Return the caller's own date."""
        return await today_of(self.session, self.caller)


@asynccontextmanager
async def opened_tasks(ctx: ToolContext) -> AsyncIterator[Opened]:
    """Open the caller's tasks; what is written commits when the block ends.

    Raises:
        DatabaseUnavailable: Postgres is away.
        MCPError: The token of a stdio process is not good any more.

    """
    caller = await caller_of(ctx)
    async with transaction(state_of(ctx).sessions, caller.user_id) as session:
        yield Opened(caller, session, UserTasks(session, caller.user_id, origin_of(caller)))


@asynccontextmanager
async def opened_or_refused(ctx: ToolContext) -> AsyncIterator[Opened]:
    """Open them where an answer has no room for an error of its own.

    Raises:
        MCPError: They can't be opened, as an error of the protocol.

    """
    try:
        async with opened_tasks(ctx) as opened:
            yield opened
    except DatabaseUnavailable as error:
        raise MCPError(INTERNAL_ERROR, str(error)) from error
