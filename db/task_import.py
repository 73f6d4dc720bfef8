"""Imports of tasks: all are worked out from one statement's rows, and stored by another."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import asyncpg

from db.errors import ListArchived, RefusedValue, TooManyLists
from db.import_values import ImportedFile, ImportedTask, Refusal, earlier
from db.list_names import list_key
from db.reminder_spec import After, parse_reminder
from db.repeat_rule import ImpossibleRepeat
from db.schedule import stored_rule
from db.task_placement import NO_LISTS, ListWrites, new_list
from db.task_reminders import (
    ReminderContext,
    check_number,
    with_reminders,
    with_specs,
)
from db.task_requests import Change, TaskRequest
from db.task_schedule import SCHEDULE, rescheduled
from db.task_statements import BEGIN_IMPORT
from db.task_values import Task
from db.text_authors import IMPORT, authors_after


@dataclass(frozen=True)
class TaskImport:
    """An import that is worked out; `store` applies it, as one group of changes.

    `refused` are the lines that it leaves out, and `made` the names of lists that it makes.
    """

    request: TaskRequest
    begun: asyncpg.Record
    changes: list[Change]
    refused: list[Refusal]
    made: list[str]

    async def store(self, answer: Mapping[str, Any]) -> None:
        """Apply the import, and store the answer under the request's key if it has one."""
        await self.request.store(self.begun, self.changes, answer)


async def work_out_import(request: TaskRequest, file: ImportedFile) -> TaskImport:
    """Work out what an import would do; the tasks get the user's next numbers in their order.

    Raises:
        AlreadyWritten: An earlier request with the key wrote.
        IdempotencyMismatch: The key was used for another request.
    """
    (begun,) = await request.read(BEGIN_IMPORT)
    rules = _Rules(request, begun, _Lists(begun["lists"]))
    # Thousands of repeats take a second, in which others want to be answered.
    await asyncio.to_thread(rules.apply, file)
    made = [row["name"] for row in rules.lists.made.values()]
    refused = sorted([*file.refused, *rules.refused], key=lambda refusal: refusal.line)
    return TaskImport(request, begun, rules.changes(), refused, made)


@dataclass
class _Lists:
    """The lists of a user by their keys, with those that the import makes."""

    found: Mapping[str, Any]
    made: dict[str, dict[str, Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._known = {row["key"]: row for row in self.found["all"]}

    def make(self, name: str, archived_at: object = None) -> None:
        """Make a list unless there is one of that name.

        Raises:
            TooManyLists: It would be one more than a user may have.
        """
        key = list_key(name)
        if key in self._known or key in self.made:
            return
        count = len(self.made)
        after = {name: self.found[name] + count for name in ("last_id", "last_position", "count")}
        self.made[key] = {**new_list(name, after, IMPORT), "archived_at": archived_at}

    def place(self, task: Task, name: str | None) -> Task:
        """Return the task in the list of a name, which is made if it is new.

        Raises:
            ListArchived: The user has archived it.
            TooManyLists: It would be one more than a user may have.
        """
        if name is None:
            return replace(task, text_by=authors_after(task, None, IMPORT, None))
        self.make(name)
        key = list_key(name)
        row = self.made.get(key) or self._known[key]
        if key in self._known and row["archived_at"]:
            raise ListArchived(row["name"])
        placed = replace(task, list_id=row["id"], list=row["name"])
        return replace(placed, text_by=authors_after(placed, None, IMPORT, row["text_by"]))


class _Rules:
    """Works out the tasks of a file one after the other."""

    def __init__(self, request: TaskRequest, begun: asyncpg.Record, lists: _Lists) -> None:
        self._today = request.today(begun)
        self._context = request.reminder_context(begun)
        self._next_id = begun["last_task"] + 1
        self._tasks: list[Task] = []
        self.lists = lists
        self.refused: list[Refusal] = []

    def apply(self, file: ImportedFile) -> None:
        """Work out all that the file has."""
        for each in file.lists:
            try:
                self.lists.make(each.name, each.archived_at)
            except TooManyLists as error:
                self.refused.append(Refusal(0, error.code, str(error)))
        for line, new in file.tasks:
            try:
                self._tasks.append(self._task(new))
            except RefusedValue as error:
                self.refused.append(Refusal.of(line, error))
            except TooManyLists as error:
                self.refused.append(Refusal(line, error.code, str(error)))

    def changes(self) -> list[Change]:
        """Return the changes; the first one makes the lists, and the first in each tells which."""
        rows = tuple(self.lists.made.values())
        made = {row["id"] for row in rows}
        changes: list[Change] = []
        for task in self._tasks:
            writes = NO_LISTS
            if task.list_id in made or not changes:
                first = task.list_id if task.list_id in made else None
                made.discard(task.list_id)
                writes = ListWrites(() if changes else rows, first)
            changes.append(Change("created", None, task, lists=writes))
        return changes

    def _task(self, new: ImportedTask) -> Task:
        """Return the task of a line.

        Raises:
            RefusedValue: A value does not go with others.
            TooManyLists: Its list would be one too many.
        """
        now = self._context.now
        fields = new.model_dump(include={"title", "description", "priority", "tags"})
        task = Task(
            id=self._next_id + len(self._tasks),
            completed=False,
            completed_at=None,
            due_on=None,
            created_at=earlier(new.created_at, now),
            updated_at=earlier(new.updated_at, now),
            deleted_at=None,
            version=1,
            **fields,
        )
        task = self._scheduled(task, new)
        if new.completed:
            completed_at = earlier(new.completed_at, now)
            task = replace(task, completed=True, completed_at=completed_at)
        return _reminding(self.lists.place(task, new.list), new, self._context)

    def _scheduled(self, task: Task, new: ImportedTask) -> Task:
        schedule = new.model_dump(include=set(SCHEDULE))
        if new.moved_from and new.repeat:
            schedule["due_on"] = new.moved_from
        task = rescheduled(task, schedule, self._today)
        rule = stored_rule(task.repeat, task.repeat_from)
        if rule is None:
            return task
        if rule.count and new.series >= rule.count and not new.completed:
            raise ImpossibleRepeat("Send a series that is less than COUNT.")
        moved_from = new.moved_from if new.moved_from != new.due_on else None
        due_on = new.due_on if moved_from else task.due_on
        return replace(task, due_on=due_on, moved_from=moved_from, series=new.series)


def _reminding(task: Task, new: ImportedTask, context: ReminderContext) -> Task:
    """Return the task with its reminders; those whose time has passed never fire.

    Raises:
        TooManyReminders: There are more than a task may have.
    """
    if new.reminders is None:
        return with_reminders(task, None, {}, context)
    parsed = [parse_reminder(text) for text in new.reminders]
    specs = [
        (spec.resolved(context.now, context.zone) if isinstance(spec, After) else spec).text
        for spec in parsed
    ]
    return with_specs(task, check_number(specs), context)
