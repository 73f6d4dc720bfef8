"""The tools: one short function each, over the rules in `db`."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Annotated, Any, Literal, TypeVar
from uuid import UUID

from mcp_types import ToolAnnotations
from pydantic import MISSING, BeforeValidator, Field, StrictBool

from db.idempotency import IDEMPOTENCY_META, IdempotentWrites
from db.models import Task
from db.tasks import UserTasks
from db.turns import UserTurns
from db.values import (
    LARGEST_ID,
    Description,
    DueOn,
    NewTask,
    Priority,
    Query,
    Sort,
    Status,
    Tag,
    Tags,
    TaskFilter,
    TaskUpdate,
    Title,
    clean_text,
)
from mcp_server.context import ToolContext, caller_of
from mcp_server.elicitation import Confirmed, require
from mcp_server.results import (
    Completed,
    Created,
    Deleted,
    Listed,
    Result,
    TakenBack,
    TaskFacts,
    Updated,
)
from mcp_server.similarity import nearly_the_same
from mcp_server.task_lookup import Which, number_of
from mcp_server.task_session import opened_tasks
from mcp_server.task_tool import TaskTool

_MOMENT = timedelta(minutes=1)
_LATEST = 10

Written = TypeVar("Written", bound=Result)

Key = Annotated[
    str,
    Field(min_length=1, max_length=200, description="Same key, same call: it is applied once"),
    BeforeValidator(clean_text),
]
ChangeId = Annotated[int, Field(ge=1, le=LARGEST_ID)]
Day = Annotated[DueOn, Field(description="YYYY-MM-DD")]
NewDay = Annotated[DueOn | Literal["none"], Field(description="YYYY-MM-DD, or none to clear it")]


async def add_task(
    ctx: ToolContext,
    title: Annotated[Title, Field(description="What to do, without its date")],
    description: Description | MISSING = MISSING,
    due_on: Day | MISSING = MISSING,
    priority: Priority | MISSING = MISSING,
    tags: Tags | MISSING = MISSING,
    idempotency_key: Key | MISSING = MISSING,
) -> Created:
    """Add one task. Most are a title alone."""
    new = NewTask(
        title=title,
        **_given(description=description, due_on=due_on, priority=priority, tags=tags),
    )

    async def write(tasks: UserTasks) -> Created:
        task = await tasks.add(new)
        again = await _just_added(tasks, task)
        return Created(task_id=task.id, title=task.title, task=TaskFacts.of(task), **again)

    key = None if idempotency_key is MISSING else idempotency_key
    return await _write(ctx, Created, write, key)


async def list_tasks(
    ctx: ToolContext,
    status: Status = "all",
    query: Annotated[Query, Field(description="Words in title or description")] | MISSING = MISSING,
    tag: Tag | MISSING = MISSING,
    priority: Priority | MISSING = MISSING,
    due_before: Annotated[Day, Field(description="Last day")] | MISSING = MISSING,
    due_after: Annotated[Day, Field(description="First day")] | MISSING = MISSING,
    sort: Sort = "created",
    limit: Annotated[int, Field(ge=1, le=100)] = 20,
    cursor: Annotated[str, Field(max_length=1000, description="next_cursor of the last page")]
    | MISSING = MISSING,
) -> Listed:
    """Show tasks. Give only filters that the user asked for."""
    filters = _given(
        query=query, tag=tag, priority=priority, due_before=due_before, due_after=due_after
    )
    wanted = TaskFilter(status=status, sort=sort, **filters)
    after = None if cursor is MISSING else cursor
    async with opened_tasks(ctx) as opened:
        page = await opened.tasks.page(wanted, limit=limit, cursor=after)
        return Listed.of(page, await opened.today())


async def complete_task(ctx: ToolContext, task_id: Which) -> Completed:
    """Mark a task as done."""

    async def write(tasks: UserTasks) -> Completed:
        task = await tasks.complete(await number_of(tasks, task_id, done=False))
        return Completed(task_id=task.id, title=task.title)

    return await _write(ctx, Completed, write)


async def update_task(
    ctx: ToolContext,
    task_id: Which,
    title: Title | MISSING = MISSING,
    description: Description | MISSING = MISSING,
    due_on: NewDay | MISSING = MISSING,
    priority: Priority | MISSING = MISSING,
    tags: Tags | MISSING = MISSING,
    completed: Annotated[StrictBool, Field(description="false reopens a done task")]
    | MISSING = MISSING,
) -> Updated:
    """Change a task. Give only what changes."""
    changes = _given(
        title=title,
        description=description,
        due_on=None if due_on == "none" else due_on,
        priority=priority,
        tags=tags,
        completed=completed,
    )

    async def write(tasks: UserTasks) -> Updated:
        number = await number_of(tasks, task_id, done=completed is False)
        task = await tasks.update(number, TaskUpdate(**changes))
        return Updated(task_id=task.id, title=task.title, task=TaskFacts.of(task))

    return await _write(ctx, Updated, write)


async def delete_task(ctx: ToolContext, task_id: Which, confirmed: Confirmed) -> Deleted:
    """Delete a task."""
    require(confirmed)

    async def write(tasks: UserTasks) -> Deleted:
        task = await tasks.delete(await number_of(tasks, task_id, done=None))
        return Deleted(task_id=task.id, title=task.title)

    return await _write(ctx, Deleted, write)


async def undo_last_change(
    ctx: ToolContext,
    change_id: Annotated[ChangeId, Field(description="Of another client, if the user agreed")]
    | MISSING = MISSING,
) -> TakenBack:
    """Take back the newest change; call it again for the one before."""
    turn_id = (await caller_of(ctx)).turn_id

    async def write(tasks: UserTasks) -> TakenBack:
        if change_id is not MISSING:
            return TakenBack.of(await tasks.undo(change_id))
        if turn_id:
            return TakenBack.of(await tasks.undo_in_conversation(UUID(turn_id)))
        return TakenBack.of(await tasks.undo())

    return await _write(ctx, TakenBack, write)


def task_tools() -> list[TaskTool]:
    """Return the tools in the order in which they are listed."""
    closed = {"open_world_hint": False}
    reads = ToolAnnotations(read_only_hint=True, **closed)
    adds = ToolAnnotations(destructive_hint=False, idempotent_hint=False, **closed)
    sets = ToolAnnotations(destructive_hint=False, idempotent_hint=True, **closed)
    changes = ToolAnnotations(destructive_hint=True, idempotent_hint=True, **closed)
    undoes = ToolAnnotations(destructive_hint=True, idempotent_hint=False, **closed)
    table: list[tuple[Callable[..., Awaitable[Result]], str, ToolAnnotations]] = [
        (add_task, "Add a task", adds),
        (list_tasks, "List tasks", reads),
        (complete_task, "Complete a task", sets),
        (update_task, "Change a task", changes),
        (delete_task, "Delete a task", changes),
        (undo_last_change, "Undo the last change", undoes),
    ]
    return [
        TaskTool.from_function(tool, title=title, annotations=hints) for tool, title, hints in table
    ]


async def _write(
    ctx: ToolContext,
    kind: type[Written],
    write: Callable[[UserTasks], Awaitable[Written]],
    key: str | None = None,
) -> Written:
    """Write in one transaction, once for each idempotency key, and for no turn that is over."""
    async with opened_tasks(ctx) as opened:
        caller, session = opened.caller, opened.session

        async def answer() -> dict[str, Any]:
            if caller.turn_id:
                await UserTurns(session, caller.user_id).hold_open(UUID(caller.turn_id))
            return (await write(opened.tasks)).model_dump(mode="json")

        writes = IdempotentWrites(session, caller.user_id)
        kept = await writes.once(key or _meta_key(ctx), _request(ctx), answer)
    return kind.model_validate(kept)


def _request(ctx: ToolContext) -> dict[str, Any]:
    """Return what makes two calls the same: the tool and its arguments."""
    params = ctx.request_context.params or {}
    arguments = dict(params.get("arguments") or {})
    arguments.pop("idempotency_key", None)
    return {"tool": params.get("name"), "arguments": arguments}


def _meta_key(ctx: ToolContext) -> str | None:
    key = (ctx.request_context.meta or {}).get(IDEMPOTENCY_META)
    return key if isinstance(key, str) and 0 < len(key) <= 200 else None


async def _just_added(tasks: UserTasks, task: Task) -> dict[str, int]:
    """Return the number of a task added within a minute that this one seems to repeat."""
    latest = await tasks.newest(_LATEST)
    recent = [o for o in latest if o.id != task.id and task.created_at - o.created_at < _MOMENT]
    return {"similar_to": alike[0].id} if (alike := nearly_the_same(task.title, recent)) else {}


def _given(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not MISSING}
