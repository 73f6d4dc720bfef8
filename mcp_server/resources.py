"""Resources: the tasks that are due, and one task by its number."""

import re
from contextvars import ContextVar
from typing import Any

from mcp.server.context import CallNext, HandlerResult, ServerRequestContext
from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ResourceNotFoundError
from mcp.server.mcpserver.resources import Resource
from starlette.requests import Request

from db.errors import TaskNotFound
from db.task_values import Task
from db.values import LARGEST_ID, TaskFilter
from mcp_server.context import State, ToolContext
from mcp_server.results import TaskFacts
from mcp_server.task_session import protocol_session
from mcp_server.untrusted_text import fenced

TODAY = "tasks://today"
TASK = "tasks://{id}"
_MARKDOWN = "text/markdown"
_MOST_LINES = 50

_NUMBER = re.compile(r"[1-9]\d{0,9}", re.ASCII)
_request: ContextVar[ServerRequestContext[State, Request]] = ContextVar("request")


class Today(Resource):
    """Open tasks that are due today or overdue."""

    async def read(self) -> str:
        """List the caller's."""
        async with protocol_session(Context(request_context=_request.get())) as opened:
            today = await opened.today()
            due = TaskFilter(status="pending", due_before=today, sort="due")
            page = await opened.tasks.page(due, limit=_MOST_LINES)
        shown = f"{len(page.tasks)} of {page.total} open tasks that are due"
        return "\n".join(
            [
                f"# Today is {today}",
                shown,
                fenced(TaskFacts.of(task).line() for task in page.tasks),
            ]
        )


async def read_task(ctx: ToolContext, id: str) -> str:  # noqa: A002  the template's variable
    """Return one task with its description."""
    unknown = ResourceNotFoundError(f"Unknown resource: {TASK.format(id=id)}")
    number = task_number(id)
    if number is None:
        raise unknown
    async with protocol_session(ctx) as opened:
        try:
            return described(await opened.tasks.get(number))
        except TaskNotFound as error:
            raise unknown from error


def add_resources(server: MCPServer[State]) -> None:
    """Register both resources."""
    server.middleware.append(_bind_request)
    server.add_resource(
        Today(
            uri=TODAY,
            name="today",
            title="Due today",
            description="Open tasks that are due today or were due before",
            mime_type=_MARKDOWN,
        )
    )
    template = server.resource(
        TASK,
        name="task",
        title="A task",
        description="One task with its description, by its number",
        mime_type=_MARKDOWN,
    )
    template(read_task)


def task_number(text: str) -> int | None:
    """Return `text` as a number that a task can have, or None."""
    return int(text) if _NUMBER.fullmatch(text) and int(text) <= LARGEST_ID else None


def described(task: Task) -> str:
    """Return a task and its description, fenced as untrusted text."""
    return fenced([TaskFacts.of(task).line(), *task.description.splitlines()])


async def _bind_request(ctx: ServerRequestContext[Any, Any], call_next: CallNext) -> HandlerResult:
    """Bind the request: the SDK passes none to a resource without variables."""
    before = _request.set(ctx)
    try:
        return await call_next(ctx)
    finally:
        _request.reset(before)
