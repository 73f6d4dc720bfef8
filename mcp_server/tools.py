"""The tools: one short function each, over the rules in `db`."""

from collections.abc import Awaitable, Callable, Sequence
from functools import cache
from typing import Annotated, Any, Literal

from mcp_types import ToolAnnotations
from pydantic import MISSING, BeforeValidator, Field, StrictBool, WithJsonSchema

from db.task_values import NewestTask, Task
from db.values import (
    LARGEST_ID,
    Description,
    DueOn,
    DueTime,
    ListName,
    NewTask,
    Priority,
    Query,
    ReminderText,
    Repeat,
    Sort,
    Status,
    Tag,
    Tags,
    TaskFilter,
    TaskList,
    TaskUpdate,
    Title,
    View,
    clean_text,
)
from mcp_server.context import ToolContext, today_of, zone_of
from mcp_server.elicitation import Confirmed, require
from mcp_server.results import (
    Completed,
    CompletedStatus,
    Created,
    Deleted,
    Listed,
    Result,
    TakenBack,
    TaskFacts,
    Updated,
    UpdatedStatus,
    made_list,
    named,
)
from mcp_server.similarity import nearly_equal
from mcp_server.task_lookup import TaskReference, target
from mcp_server.task_session import store, task_session, task_writer
from mcp_server.task_tool import TaskTool

_REPEAT = "RRULE, or words: weekly on mon; every 2 days; monthly on 31 (or its last day)"

_REMINDERS = "1h, 2d: before it is due; in 20m: from now; YYYY-MM-DDTHH:MM"


def _in_list(value: object) -> object:
    """Take one reminder as a list of one, as small models send it."""
    return [value] if isinstance(value, str) else value


def _cleared(value: object) -> object:
    return None if value == "none" else value


Key = Annotated[
    str,
    Field(min_length=1, max_length=200, description="Same key, same call: it is applied once"),
    BeforeValidator(clean_text),
]
ChangeId = Annotated[int, Field(ge=1, le=LARGEST_ID)]
Day = Annotated[DueOn, Field(description="YYYY-MM-DD")]
NewDay = Annotated[DueOn | Literal["none"], Field(description="YYYY-MM-DD, or none to clear it")]
Time = Annotated[DueTime, WithJsonSchema({"type": "string", "description": "HH:MM"})]
NewTime = Annotated[
    DueTime | None,
    BeforeValidator(_cleared),
    WithJsonSchema({"type": "string", "description": "HH:MM or none"}),
]
Reminders = Annotated[
    list[ReminderText],
    BeforeValidator(_in_list),
    WithJsonSchema({"type": "array", "items": {"type": "string"}, "description": _REMINDERS}),
]
NewReminders = Annotated[
    list[ReminderText],
    BeforeValidator(_in_list),
    WithJsonSchema({"type": "array", "items": {"type": "string"}, "description": "All of them"}),
]
NewRepeat = Annotated[
    Repeat | None,
    BeforeValidator(_cleared),
    WithJsonSchema({"type": "string", "description": "As in add_task, or none"}),
]
OneList = Annotated[ListName, WithJsonSchema({"type": "string"})]
# A model reads "none" as a value more reliably than null.
List = Annotated[TaskList, WithJsonSchema({"type": "string", "description": "Made if new"})]
NewList = Annotated[TaskList, WithJsonSchema({"type": "string", "description": "Name or none"})]


async def add_task(
    ctx: ToolContext,
    title: Annotated[Title, Field(description="What to do, without its date")],
    description: Description | MISSING = MISSING,
    due_on: Day | MISSING = MISSING,
    due_time: Time | MISSING = MISSING,
    repeat: Annotated[Repeat, Field(description=_REPEAT)] | MISSING = MISSING,
    reminders: Reminders | MISSING = MISSING,
    priority: Priority | MISSING = MISSING,
    tags: Tags | MISSING = MISSING,
    list: List | MISSING = MISSING,  # noqa: A002  the argument's name
    idempotency_key: Key | MISSING = MISSING,
) -> Created:
    """Add one task. Most are a title alone."""
    new = NewTask(
        title=title,
        **_given(
            description=description,
            due_on=due_on,
            due_time=due_time,
            repeat=repeat,
            reminders=reminders,
            priority=priority,
            tags=tags,
            list=list,
        ),
    )
    key = None if idempotency_key is MISSING else idempotency_key
    async with task_writer(ctx, key) as writer:
        write = await writer.add(new)
        task = write.task
        more = _similar(task, write.latest) | made_list(write)
        reader = writer.origin.author
        facts = TaskFacts.of(task, write.zone, reader=reader)
        return await store(ctx, write, Created(**named(task, reader), task=facts, **more))


async def list_tasks(
    ctx: ToolContext,
    status: Status = "all",
    query: Annotated[Query, Field(description="Words in title or description")] | MISSING = MISSING,
    tag: Tag | MISSING = MISSING,
    priority: Priority | MISSING = MISSING,
    due_before: Annotated[Day, Field(description="Last day")] | MISSING = MISSING,
    due_after: Annotated[Day, Field(description="First day")] | MISSING = MISSING,
    completed_after: DueOn | MISSING = MISSING,
    completed_before: DueOn | MISSING = MISSING,
    view: View | MISSING = MISSING,
    list: OneList | MISSING = MISSING,  # noqa: A002  the argument's name
    sort: Sort = "created",
    limit: Annotated[int, Field(ge=1, le=100)] = 20,
    cursor: Annotated[str, Field(max_length=1000, description="next_cursor of the last page")]
    | MISSING = MISSING,
) -> Listed:
    """Show tasks. Give only filters that the user asked for."""
    filters = _given(
        query=query,
        tag=tag,
        priority=priority,
        due_before=due_before,
        due_after=due_after,
        completed_after=completed_after,
        completed_before=completed_before,
        view=view,
        list=list,
    )
    task_filter = TaskFilter(status=status, sort=sort, **filters)
    after = None if cursor is MISSING else cursor
    async with task_session(ctx) as opened:
        page = await opened.tasks.page(task_filter, limit=limit, cursor=after)
    caller, setting = opened.caller, page.timezone
    reader = opened.tasks.author
    return Listed.of(page, today_of(caller, setting), zone_of(caller, setting), reader)


async def complete_task(ctx: ToolContext, task_id: TaskReference) -> Completed:
    """Mark a task as done."""
    async with task_writer(ctx) as writer:
        write = await writer.complete(target(writer, task_id, completed=False))
        status: CompletedStatus = "completed" if write.changed else "unchanged"
        answer = Completed.of(write.task, status, writer.origin.author)
        return await store(ctx, write, answer)


async def update_task(
    ctx: ToolContext,
    task_id: TaskReference,
    title: Title | MISSING = MISSING,
    description: Description | MISSING = MISSING,
    due_on: NewDay | MISSING = MISSING,
    due_time: NewTime | MISSING = MISSING,
    repeat: NewRepeat | MISSING = MISSING,
    reminders: NewReminders | MISSING = MISSING,
    priority: Priority | MISSING = MISSING,
    tags: Annotated[Tags, Field(description="All of them")] | MISSING = MISSING,
    add_tags: Tags | MISSING = MISSING,
    remove_tags: Tags | MISSING = MISSING,
    completed: Annotated[StrictBool, Field(description="false reopens a done task")]
    | MISSING = MISSING,
    list: NewList | MISSING = MISSING,  # noqa: A002  the argument's name
) -> Updated:
    """Change a task. Give only what changes."""
    changes = _given(
        title=title,
        description=description,
        due_on=None if due_on == "none" else due_on,
        due_time=due_time,
        repeat=repeat,
        reminders=reminders,
        priority=priority,
        tags=tags,
        add_tags=add_tags,
        remove_tags=remove_tags,
        completed=completed,
        list=list,
    )
    async with task_writer(ctx) as writer:
        target_task = target(writer, task_id, completed=completed is False)
        write = await writer.update(target_task, TaskUpdate(**changes))
        status: UpdatedStatus = "updated" if write.changed else "unchanged"
        task, reader = write.task, writer.origin.author
        facts = TaskFacts.of(task, write.zone, reader=reader)
        answer = Updated(**named(task, reader), status=status, task=facts, **made_list(write))
        return await store(ctx, write, answer)


async def delete_task(ctx: ToolContext, task_id: TaskReference, confirmed: Confirmed) -> Deleted:
    """Delete a task."""
    require(confirmed)
    async with task_writer(ctx) as writer:
        write = await writer.delete(target(writer, task_id, completed=None))
        answer = Deleted(**named(write.task, writer.origin.author))
        return await store(ctx, write, answer)


async def undo_last_change(
    ctx: ToolContext,
    change_id: Annotated[ChangeId, Field(description="Take back that change only")]
    | MISSING = MISSING,
) -> TakenBack:
    """Take back what the newest message changed; call it again for the one before."""
    async with task_writer(ctx) as writer:
        turn_id = writer.origin.turn_id
        if change_id is not MISSING:
            undo = await writer.undo(change_id)
        elif turn_id:
            undo = await writer.undo_in_conversation(turn_id)
        else:
            undo = await writer.undo()
        return await store(ctx, undo, TakenBack.of(undo, writer.origin.author))


@cache
def task_tools() -> tuple[TaskTool, ...]:
    """Return the tools in the order in which they are listed; their schemas are costly to make."""
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
    return tuple(
        TaskTool.from_function(tool, title=title, annotations=hints) for tool, title, hints in table
    )


def _similar(task: Task, latest: Sequence[NewestTask]) -> dict[str, int]:
    """Return the number of a task added just before whose title is nearly the same."""
    return {"similar_to": alike[0].id} if (alike := nearly_equal(task.title, latest)) else {}


def _given(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not MISSING}
