"""Confirmation of a delete that may be meant for another task, by elicitation.

Clients without the elicitation capability delete at once; undo_last_change restores the task.
"""

from typing import Annotated

from mcp.server.elicitation import AcceptedElicitation, ElicitationResult
from mcp.server.mcpserver.resolve import Elicit, Resolve
from pydantic import BaseModel, Field

from db.errors import TaskNotFound
from db.task_values import Task
from mcp_server.context import ToolContext
from mcp_server.errors import NotConfirmed, TaskReferenceError
from mcp_server.similarity import similar_titles
from mcp_server.task_lookup import TaskReference, find_task
from mcp_server.task_session import task_session

_LISTED = 5


class Confirmation(BaseModel):
    """The form that the user fills in."""

    delete: bool = Field(description="Delete this task?")


async def _confirm(ctx: ToolContext, task_id: TaskReference) -> Confirmation | Elicit[Confirmation]:
    """Ask if open tasks have similar titles: the model may have confused them, or guessed."""
    if not _supports_forms(ctx):
        return Confirmation(delete=True)
    async with task_session(ctx) as opened:
        try:
            task = await find_task(opened.tasks, task_id)
        except (TaskNotFound, TaskReferenceError):
            # The delete answers with this error, or is a repetition whose answer is stored.
            return Confirmation(delete=True)
        others = [other for other in await opened.tasks.newest_open() if other.id != task.id]
    similar = similar_titles(task.title, others)
    return Elicit(_question(task, similar), Confirmation) if similar else Confirmation(delete=True)


# The user's answer, or consent where no question was needed.
Confirmed = Annotated[ElicitationResult[Confirmation], Resolve(_confirm)]


def require(answer: ElicitationResult[Confirmation]) -> None:
    """Return if the user confirmed.

    Raises:
        NotConfirmed: The user declined or cancelled.
    """
    if not (isinstance(answer, AcceptedElicitation) and answer.data.delete):
        raise NotConfirmed


def _supports_forms(ctx: ToolContext) -> bool:
    capabilities = ctx.client_capabilities
    elicitation = capabilities.elicitation if capabilities else None
    # In the first revisions an empty object declares support for forms.
    return elicitation is not None and (elicitation.form is not None or elicitation.url is None)


def _question(task: Task, similar: list[Task]) -> str:
    named = ", ".join(f"#{other.id} “{other.title}”" for other in similar[:_LISTED])
    more = f" and {len(similar) - _LISTED} more" if len(similar) > _LISTED else ""
    return f"Delete #{task.id} “{task.title}”? There is also {named}{more}."
