import asyncio
from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError
from sqlalchemy import text
from sqlmodel import col, select

from db.access import Access
from db.engine import Sessions, transaction
from db.errors import InvalidCursor, NothingToUndo, NotTheNewestChange, TaskNotFound
from db.models import StoredTaskChange
from db.task_values import Origin
from db.tasks import UserTasks
from db.user_connection import user_connection
from db.user_scoped import cursor_of
from db.values import NewTask, TaskFilter, TaskUpdate
from tests.db.conftest import tasks_beside


async def add(tasks: UserTasks, *titles: str, **fields: Any) -> None:
    for title in titles:
        await tasks.add(NewTask(title=title, **fields))


async def titles(tasks: UserTasks, **wanted: Any) -> list[str]:
    page = await tasks.page(TaskFilter(**wanted), limit=100)
    return [task.title for task in page.tasks]


@pytest.mark.requirement("FR-TASK-001")
async def test_tasks_are_numbered_from_one_and_a_deleted_number_is_not_used_again(
    tasks: UserTasks,
) -> None:
    await add(tasks, "one", "two")
    await tasks.delete(2)
    added = await tasks.add(NewTask(title="three"))
    assert added.id == 3


@pytest.mark.requirement("FR-TASK-001")
async def test_a_number_is_not_used_again_once_its_rows_are_gone(
    sessions: Sessions, user: str
) -> None:
    async with transaction(sessions, user) as session:
        tasks = await tasks_beside(session, user)
        await add(tasks, "one", "two")
        await tasks.delete(2)
        for table, key in (("task_changes", "task_id"), ("tasks", "id")):
            await session.execute(text(f"delete from {table} where {key} = 2"))
        last_change = await session.scalar(text("select max(id) from task_changes"))
        added = await tasks.add(NewTask(title="three"))
        newest = await session.scalar(text("select max(id) from task_changes"))
    assert (added.id, last_change, newest) == (3, 1, 4)


@pytest.mark.requirement("FR-TASK-001")
async def test_numbers_have_no_gaps_when_many_connections_add_at_once(
    committed: Sessions, user: str
) -> None:
    async def add_one(number: int) -> int:
        async with user_connection(committed, user, Access.WRITE) as connection:
            tasks = UserTasks(connection, Origin("test"))
            return (await tasks.add(NewTask(title=f"task {number}"))).id

    async def fail_one() -> None:
        async with user_connection(committed, user, Access.WRITE) as connection:
            await UserTasks(connection, Origin("test")).add(NewTask(title="lost"))
            raise RuntimeError

    added = await asyncio.gather(
        *(add_one(n) for n in range(40)), *(fail_one() for _ in range(5)), return_exceptions=True
    )
    assert sorted(n for n in added if isinstance(n, int)) == list(range(1, 41))


@pytest.mark.requirement("FR-TASK-002")
@pytest.mark.parametrize(
    "title", ["", "  \n\t ", "x" * 201, "a\x00b", "bell\x07", "lone \ud800 surrogate", None, 7]
)
def test_a_title_that_is_blank_too_long_or_unprintable_is_refused(title: Any) -> None:
    with pytest.raises(ValidationError):
        NewTask(title=title)


@pytest.mark.requirement("FR-TASK-002")
def test_a_title_is_stripped_to_one_line_and_measured_after_that() -> None:
    assert NewTask(title="  buy\n  milk\t").title == "buy milk"
    assert NewTask(title=" " * 50 + "x" * 200).title == "x" * 200
    assert NewTask(title="👩‍👩‍👧 école 日本").title == "👩‍👩‍👧 école 日本"


@pytest.mark.requirement("FR-TASK-002")
@pytest.mark.parametrize("due_on", ["tomorrow", "2026-13-01", "2026-1-1", 1, 1.5, "20261201"])
def test_a_due_date_is_a_calendar_date(due_on: Any) -> None:
    with pytest.raises(ValidationError):
        NewTask(title="x", due_on=due_on)


@pytest.mark.requirement("FR-TASK-002")
def test_tags_are_folded_and_kept_once() -> None:
    assert NewTask(title="x", tags=["#Work", "work", "Deep Focus"]).tags == ["work", "deep-focus"]
    with pytest.raises(ValidationError):
        NewTask(title="x", tags=["a,b"])
    with pytest.raises(ValidationError):
        NewTask(title="x", tags=[str(n) for n in range(11)])


@pytest.mark.requirement("FR-TASK-003")
async def test_a_deleted_task_is_not_found_and_not_listed(tasks: UserTasks) -> None:
    await add(tasks, "one", "two")
    await tasks.delete(1)
    assert await titles(tasks) == ["two"]
    for act in (tasks.get, tasks.complete, tasks.delete):
        with pytest.raises(TaskNotFound, match=r"No task 1\."):
            await act(1)


@pytest.mark.requirement("FR-TASK-004")
async def test_an_update_changes_the_given_fields_and_counts_a_version(tasks: UserTasks) -> None:
    added = await tasks.add(NewTask(title="one", description="why", due_on=date(2026, 1, 2)))
    assert added.version == 1
    changed = await tasks.update(1, TaskUpdate(title="uno", due_on=None))
    assert (changed.title, changed.description, changed.due_on) == ("uno", "why", None)
    assert changed.version == 2


@pytest.mark.requirement("FR-TASK-004")
async def test_a_change_of_the_due_date_alone_is_no_completion(tasks: UserTasks) -> None:
    await tasks.add(NewTask(title="one", due_on=date(2026, 1, 2)))
    await tasks.update(1, TaskUpdate(due_on=date(2026, 1, 3)))
    assert (await tasks.undo()).action == "updated"


@pytest.mark.requirement("FR-TASK-004")
async def test_a_write_that_changes_nothing_leaves_no_trace(tasks: UserTasks) -> None:
    await add(tasks, "one")
    await tasks.complete(1)
    again = await tasks.complete(1)
    assert again.version == 2
    assert (await tasks.undo()).action == "completed"
    assert (await tasks.undo()).action == "created"


@pytest.mark.requirement("FR-TASK-005")
async def test_filters_narrow_the_list(tasks: UserTasks) -> None:
    await add(tasks, "Buy 100% juice", priority="high", tags=["shop"], due_on=date(2026, 1, 5))
    await add(tasks, "Call mom", description="about the juice", due_on=date(2026, 1, 7))
    await add(tasks, "Pay_rent")
    await tasks.complete(3)
    assert await titles(tasks, status="pending") == ["Buy 100% juice", "Call mom"]
    assert await titles(tasks, status="completed") == ["Pay_rent"]
    assert await titles(tasks, query="JUICE") == ["Buy 100% juice", "Call mom"]
    assert await titles(tasks, query="0%") == ["Buy 100% juice"]
    assert await titles(tasks, query="y_r") == ["Pay_rent"]
    assert await titles(tasks, query="juice  buy") == ["Buy 100% juice"]
    assert await titles(tasks, query="mom rent") == []
    assert len(await titles(tasks, query="#1")) == len(await titles(tasks, query="Task 1")) == 1
    assert await titles(tasks, query="#99999999999") == []
    assert await titles(tasks, tag="#Shop") == ["Buy 100% juice"]
    assert await titles(tasks, priority="high") == ["Buy 100% juice"]
    assert await titles(tasks, due_before="2026-01-05") == ["Buy 100% juice"]
    assert await titles(tasks, due_after="2026-01-06") == ["Call mom"]


@pytest.mark.requirement("FR-TASK-006")
@pytest.mark.parametrize("sort", ["created", "-created", "due", "priority", "-updated", "title"])
async def test_pages_show_every_task_once_in_every_order(tasks: UserTasks, sort: Any) -> None:
    for number in range(11):
        due = date(2026, 1, 1 + number % 3) if number % 4 else None
        priority: Any = ("none", "low", "medium", "high")[number % 4]
        await add(tasks, f"Task {'BaC'[number % 3]}", due_on=due, priority=priority)
    wanted = TaskFilter(sort=sort)
    whole = [task.id for task in (await tasks.page(wanted, limit=100)).tasks]
    seen: list[int] = []
    cursor = None
    while True:
        page = await tasks.page(wanted, limit=4, cursor=cursor)
        assert page.total == 11
        seen += [task.id for task in page.tasks]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert seen == whole
    assert sorted(seen) == list(range(1, 12))


@pytest.mark.requirement("FR-TASK-006")
async def test_the_orders_mean_what_they_say(tasks: UserTasks) -> None:
    await add(tasks, "beta", due_on=date(2026, 3, 1), priority="low")
    await add(tasks, "Alpha", priority="high")
    await add(tasks, "gamma", due_on=date(2026, 2, 1))
    await tasks.update(1, TaskUpdate(description="touched"))
    assert await titles(tasks, sort="due") == ["gamma", "beta", "Alpha"]
    assert await titles(tasks, sort="priority") == ["Alpha", "beta", "gamma"]
    assert await titles(tasks, sort="title") == ["Alpha", "beta", "gamma"]
    assert await titles(tasks, sort="-created") == ["gamma", "Alpha", "beta"]
    assert await titles(tasks, sort="-updated") == ["beta", "gamma", "Alpha"]


@pytest.mark.requirement("FR-TASK-006")
@pytest.mark.parametrize(
    ("sort", "cursor"),
    [
        ("created", "garbage!"),
        ("created", "é"),
        ("created", ""),
        ("created", cursor_of("due", "2026-01-01", 1)),
        ("created", cursor_of("created", 10**30, 1)),
        ("created", cursor_of("created", 1, 10**30)),
        ("created", cursor_of("created", 1)),
        ("created", cursor_of("created", "x", 1)),
        ("due", cursor_of("due", 5, 1)),
        ("title", cursor_of("title", "a\x00b", 1)),
        ("title", cursor_of("title", None, 1)),
        ("-updated", cursor_of("-updated", "2026-01-01T00:00:00", 1)),
        ("-updated", cursor_of("-updated", float("inf"), 1)),
        ("priority", cursor_of("priority", float("nan"), 1)),
    ],
)
async def test_a_foreign_or_broken_cursor_is_refused(
    tasks: UserTasks, sort: Any, cursor: str
) -> None:
    with pytest.raises(InvalidCursor):
        await tasks.page(TaskFilter(sort=sort), cursor=cursor)


@pytest.mark.requirement("FR-TASK-007")
async def test_undo_takes_back_the_newest_change_step_by_step(tasks: UserTasks) -> None:
    await tasks.add(NewTask(title="one", due_on=date(2026, 1, 2), tags=["a"]))
    await tasks.update(1, TaskUpdate(title="uno", due_on=None, tags=[]))
    await tasks.complete(1)
    await tasks.delete(1)

    assert (await tasks.undo()).action == "deleted"
    assert (await tasks.get(1)).completed
    assert (await tasks.undo()).action == "completed"
    task = await tasks.get(1)
    assert not task.completed
    assert task.completed_at is None
    assert (await tasks.undo()).action == "updated"
    task = await tasks.get(1)
    assert (task.title, task.due_on, task.tags) == ("one", date(2026, 1, 2), ["a"])
    assert (await tasks.undo()).action == "created"
    assert await titles(tasks) == []
    with pytest.raises(NothingToUndo):
        await tasks.undo()


@pytest.mark.requirement("FR-TASK-103")
async def test_undo_leaves_everything_where_another_change_is_meant(tasks: UserTasks) -> None:
    await tasks.add(NewTask(title="one"))
    await tasks.complete(1)
    for meant in (1, 3):
        with pytest.raises(NotTheNewestChange):
            await tasks.undo(meant)
    assert (await tasks.get(1)).completed
    assert (await tasks.undo(2)).action == "completed"
    assert (await tasks.undo(1)).action == "created"
    with pytest.raises(NothingToUndo):
        await tasks.undo(1)


@pytest.mark.requirement("FR-TASK-007")
async def test_every_change_is_recorded_with_who_made_it(sessions: Sessions, user: str) -> None:
    async with transaction(sessions, user) as session:
        tasks = await tasks_beside(session, user, "some assistant")
        await add(tasks, "one")
        await tasks.update(1, TaskUpdate(completed=True))
        await tasks.update(1, TaskUpdate(completed=False))
        await tasks.undo()
        query = select(StoredTaskChange).order_by(col(StoredTaskChange.id))
        changes = (await session.scalars(query)).all()
    assert [change.id for change in changes] == [1, 2, 3, 4]
    assert [change.action for change in changes] == ["created", "completed", "reopened", "undone"]
    assert {change.client for change in changes} == {"some assistant"}
    assert changes[3].undoes == 3
    assert [change.undone for change in changes] == [False, False, True, False]
