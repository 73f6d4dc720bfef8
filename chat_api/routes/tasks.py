"""Tasks over REST."""

from datetime import date, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Request, Response, status
from fastapi.responses import JSONResponse
from pydantic import MISSING, BaseModel, ConfigDict, Field

from chat_api.problems import COMMON_PROBLEMS, problem, problem_responses
from chat_api.routes.dependencies import AddedTasks, ChangedTasks, PagingDep, Tasks
from chat_api.routes.preconditions import etag
from db import values
from db.reminder_values import ReminderStatus
from db.repeat_rule import RepeatFrom
from db.task_values import VersionMismatch
from db.task_writes import TaskWrite
from db.values import LARGEST_ID, NewTask, Priority, Sort, Status, TaskFilter, TaskUpdate, View

router = APIRouter(prefix="/tasks", tags=["tasks"], responses=COMMON_PROBLEMS)

_NO_TASK = problem_responses(_404="The user has no such task")
_CHANGE = _NO_TASK | problem_responses(
    _412="The task has not the version of `If-Match`; `task` is what it is now"
)
_TOO_MANY_LISTS = problem_responses(_409="The list would be one too many")

TaskNumber = Annotated[int, Path(ge=1, le=LARGEST_ID, description="The task's number")]


class ReminderOut(BaseModel):
    """A reminder of a task."""

    model_config = ConfigDict(from_attributes=True)

    spec: str = Field(
        description="As requests take it: 10m, 2h or 1d before the task is due, or a wall time "
        "YYYY-MM-DDTHH:MM in the user's time zone"
    )
    fires_at: datetime
    status: ReminderStatus


class TaskOut(BaseModel):
    """A task."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    title: str
    description: str
    completed: bool
    completed_at: datetime | None
    due_on: date | None
    due_time: values.WallTime | None = Field(description="Wall time in the user's time zone")
    repeat: str | None = Field(description="RFC 5545 RRULE without DTSTART")
    repeat_text: str | None = Field(description="The repeat in words, as requests take them too")
    repeat_from: RepeatFrom | None
    next_due_on: date | None = Field(
        description="When it is due next if it is completed on the day that it is due"
    )
    reminders: list[ReminderOut] = Field(description="In the order in which they fire")
    priority: Priority
    tags: list[str]
    created_at: datetime
    updated_at: datetime
    version: int
    list: str | None = Field(description="The name of its list; null for the Inbox")


class WrittenTaskOut(TaskOut):
    """A task that was written; `list_created` is there if its list is a new one."""

    list_created: Literal[True] | MISSING = MISSING

    @classmethod
    def of(cls, write: TaskWrite) -> "WrittenTaskOut":
        """Build it from the write."""
        made = {"list_created": True} if write.made_list else {}
        return cls.model_validate(TaskOut.model_validate(write.task).model_dump() | made)


class TaskPageOut(BaseModel):
    """A page of the matching tasks; `total` counts all of them, up to 1,000."""

    model_config = ConfigDict(from_attributes=True)

    tasks: list[TaskOut]
    total: int
    next_cursor: str | None


class UndoneOut(BaseModel):
    """What was undone: all that one request or message did, as far as nobody changed it since.

    The first fields are of the task that it changed last; `task` is null if that is deleted.
    """

    task_id: int
    undone: str
    task: TaskOut | None
    count: int = Field(description="The number of tasks that are as they were before")
    skipped: int = Field(description="The number of tasks that were changed by others since")


class ToUndo(BaseModel):
    """The change to undo."""

    model_config = ConfigDict(extra="forbid")

    change_id: Annotated[int, Field(ge=1, le=LARGEST_ID)] | None = Field(
        None, description="The id of the change, as in `task.changed`; the newest by default"
    )


class TaskReplacement(NewTask):
    """All fields of a task that a user sets."""

    completed: values.Completed = False


class TaskQuery(BaseModel):
    """The filter and the order of a list of tasks."""

    status: Status = "all"
    q: values.Query | None = None
    tag: values.Tag | None = None
    priority: Priority | None = None
    due_before: values.DueOn | None = None
    due_after: values.DueOn | None = None
    completed_after: values.DueOn | None = Field(None, description="The first day")
    completed_before: values.DueOn | None = Field(None, description="The last day")
    completed_on: values.DueOn | None = Field(
        None, description="The day when it was done, in place of both bounds"
    )
    view: View | None = Field(
        None, description="Open tasks around today, or without a list; completed ones by `status`"
    )
    list: values.ListName | None = Field(
        None, description="A list's name, or `inbox`; without it, archived lists are left out"
    )
    sort: Sort = "created"

    def as_filter(self) -> TaskFilter:
        """Return the filter in the terms of `db`."""
        fields = self.model_dump(exclude={"q", "completed_on"})
        if self.completed_on:
            fields |= {"completed_after": self.completed_on, "completed_before": self.completed_on}
        return TaskFilter(query=self.q, **fields)


@router.get("", responses=problem_responses(_404="The user has no list of that name"))
async def list_tasks(
    tasks: Tasks,
    paging: PagingDep,
    query: Annotated[TaskQuery, Query()],
) -> TaskPageOut:
    """List tasks."""
    page = await tasks.page(query.as_filter(), limit=paging.limit, cursor=paging.cursor)
    return TaskPageOut.model_validate(page)


@router.post("", status_code=status.HTTP_201_CREATED, responses=_TOO_MANY_LISTS)
async def add_task(tasks: AddedTasks, new: NewTask, response: Response) -> WrittenTaskOut:
    """Add a task; a list of an unknown name is made."""
    return await _stored(await tasks.add(new), response)


@router.post(
    "/undo",
    responses=problem_responses(
        _409="There is nothing to undo, or `change_id` is not the newest change"
    ),
)
async def undo(tasks: AddedTasks, body: ToUndo | None = None) -> UndoneOut:
    """Undo the newest change that is not undone yet, with all that its request or message did.

    With `change_id` it is undone only if that change is among them.
    """
    undo = await tasks.undo(body.change_id if body else None)
    task = None if undo.task.deleted_at else TaskOut.model_validate(undo.task)
    undone = UndoneOut(
        task_id=undo.task.id,
        undone=undo.action,
        task=task,
        count=len(undo.tasks),
        skipped=undo.skipped,
    )
    await undo.store(undone.model_dump(mode="json"))
    return undone


@router.get("/{task_id}", responses=_NO_TASK)
async def get_task(tasks: Tasks, task_id: TaskNumber, response: Response) -> TaskOut:
    """Return one task."""
    task = await tasks.get(task_id)
    response.headers["ETag"] = etag(task.version)
    return TaskOut.model_validate(task)


@router.put("/{task_id}", responses=_CHANGE | _TOO_MANY_LISTS)
async def replace_task(
    tasks: ChangedTasks, task_id: TaskNumber, task: TaskReplacement, response: Response
) -> WrittenTaskOut:
    """Replace a task; fields missing in the body take their default."""
    update = TaskUpdate.model_validate(task.model_dump())
    return await _stored(await tasks.update(task_id, update), response)


@router.patch("/{task_id}", responses=_CHANGE | _TOO_MANY_LISTS)
async def update_task(
    tasks: ChangedTasks, task_id: TaskNumber, update: TaskUpdate, response: Response
) -> WrittenTaskOut:
    """Change the fields in the body; a list of an unknown name is made."""
    return await _stored(await tasks.update(task_id, update), response)


@router.patch("/{task_id}/complete", responses=_CHANGE)
async def toggle_task(
    tasks: ChangedTasks, task_id: TaskNumber, response: Response
) -> WrittenTaskOut:
    """Complete an open task, and reopen a completed one; one that repeats is due again."""
    return await _stored(await tasks.complete(task_id, completed=None), response)


@router.delete("/{task_id}", status_code=status.HTTP_204_NO_CONTENT, responses=_CHANGE)
async def delete_task(tasks: ChangedTasks, task_id: TaskNumber) -> Response:
    """Delete a task; undo restores it."""
    await (await tasks.delete(task_id)).store()
    return Response(status_code=status.HTTP_204_NO_CONTENT)


async def version_mismatch(_: Request, error: Exception) -> JSONResponse:
    """Answer that a task has another version, with the task as it is."""
    assert isinstance(error, VersionMismatch)  # noqa: S101
    task = TaskOut.model_validate(error.task).model_dump(mode="json")
    return problem(
        status.HTTP_412_PRECONDITION_FAILED,
        error.code,
        str(error),
        headers={"ETag": etag(error.task.version)},
        more={"task": task},
    )


async def _stored(write: TaskWrite, response: Response) -> WrittenTaskOut:
    answer = WrittenTaskOut.of(write)
    await write.store(answer.model_dump(mode="json"))
    response.headers["ETag"] = etag(answer.version)
    return answer
