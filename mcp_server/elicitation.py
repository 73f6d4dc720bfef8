"""Asks the user before a delete that may be meant for another task.

Only a client that says it can ask is asked through; the others have undo_last_change.
"""

from typing import Annotated

from mcp.server.elicitation import AcceptedElicitation, ElicitationResult
from mcp.server.mcpserver.resolve import Elicit, Resolve
from pydantic import BaseModel, Field

from db.errors import TaskNotFound
from db.models import Task
from mcp_server.context import ToolContext
from mcp_server.errors import NotConfirmed, TaskReferenceError
from mcp_server.similarity import similar_titles
from mcp_server.task_lookup import TaskReference, resolve_task_id
from mcp_server.task_session import task_session

_NAMED = 5


class Confirmation(BaseModel):
    """What the user says to it."""

    delete: bool = Field(description="Delete this task?")


async def _confirm(ctx: ToolContext, task_id: TaskReference) -> Confirmation | Elicit[Confirmation]:
    """Ask if open tasks sound like the one to be deleted: it was one of several, or guessed."""
    if not _can_ask(ctx):
        return Confirmation(delete=True)
    async with task_session(ctx) as opened:
        try:
            number = await resolve_task_id(opened.tasks, task_id, completed=None)
            task = await opened.tasks.get(number)
        except (TaskNotFound, TaskReferenceError):
            # The delete itself says so, or has been done before and is answered again.
            return Confirmation(delete=True)
        others = [other for other in await opened.tasks.newest_open() if other.id != number]
    alike = similar_titles(task.title, others)
    return Elicit(_question(task, alike), Confirmation) if alike else Confirmation(delete=True)


# An answer that the user gave, or that nobody had to be asked for.
Confirmed = Annotated[ElicitationResult[Confirmation], Resolve(_confirm)]


def require(answer: ElicitationResult[Confirmation]) -> None:
    """Go on only if the user wants it.

    Raises:
        NotConfirmed: They don't.

    """
    if not (isinstance(answer, AcceptedElicitation) and answer.data.delete):
        raise NotConfirmed


def _can_ask(ctx: ToolContext) -> bool:
    known = ctx.client_capabilities
    asking = known.elicitation if known else None
    # An empty object is how the first revisions say that forms can be shown.
    return asking is not None and (asking.form is not None or asking.url is None)


def _question(task: Task, alike: list[Task]) -> str:
    named = ", ".join(f"#{other.id} “{other.title}”" for other in alike[:_NAMED])
    more = f" and {len(alike) - _NAMED} more" if len(alike) > _NAMED else ""
    return f"Delete #{task.id} “{task.title}”? There is also {named}{more}."
