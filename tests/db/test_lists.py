"""Lists: found by name, made by a task that names one, archived, deleted, and undone."""

from typing import Any

import pytest
from pydantic import ValidationError

from db.errors import (
    ListArchived,
    ListNameTaken,
    ListNotFound,
    ListTasksUndecided,
    NothingToUndo,
    ReservedListName,
    TaskNotFound,
    TooManyLists,
)
from db.lists import UserLists
from db.task_placement import LISTS_PER_USER
from db.task_values import Task
from db.task_writes import TaskWriter
from db.tasks import UserTasks
from db.values import ListUpdate, NewList, NewTask, TaskFilter, TaskUpdate


async def add(tasks: UserTasks, title: str = "Milk", **fields: Any) -> Task:
    return await tasks.add(NewTask(title=title, **fields))


async def titles(tasks: UserTasks, **wanted: Any) -> list[str]:
    page = await tasks.page(TaskFilter(**wanted))
    assert page.total == len(page.tasks)
    return [task.title for task in page.tasks]


async def names(lists: UserLists, *, archived: bool = False) -> list[str]:
    return [found.name for found in await lists.all(archived=archived)]


@pytest.mark.requirement("FR-TASK-021")
async def test_a_task_is_in_the_inbox_or_in_a_list(tasks: UserTasks, lists: UserLists) -> None:
    assert (await add(tasks)).list is None
    added = await add(tasks, list="Groceries")
    assert (added.list, added.list_id) == ("Groceries", 1)
    assert await tasks.get(2) == added
    assert await names(lists) == ["Groceries"]


@pytest.mark.requirement("FR-TASK-021")
@pytest.mark.parametrize("name", ["groceries", "Grocery", "my GROCERY list"])
async def test_a_name_finds_a_list_without_case_and_plural(
    tasks: UserTasks, lists: UserLists, name: str
) -> None:
    await add(tasks, list="Groceries")
    again = await add(tasks, "Bread", list=name)
    assert (again.list, again.list_id) == ("Groceries", 1)
    assert await names(lists) == ["Groceries"]
    assert await titles(tasks, list=name) == ["Milk", "Bread"]


@pytest.mark.requirement("FR-TASK-021")
@pytest.mark.parametrize("name", ["", "  ", "x" * 61, "a\0b", 7, ["a"]])
def test_another_name_is_refused(name: object) -> None:
    for model in (NewTask, TaskUpdate, TaskFilter):
        with pytest.raises(ValidationError):
            model.model_validate({"title": "one", "list": name})
    with pytest.raises(ValidationError):
        NewList.model_validate({"name": name})


@pytest.mark.requirement("FR-TASK-021")
def test_a_list_can_have_no_name_of_the_inbox() -> None:
    for name in ("Inbox", "none"):
        with pytest.raises(ValidationError) as caught:
            NewList(name=name)
        assert isinstance(caught.value.errors()[0]["ctx"]["error"], ReservedListName)


@pytest.mark.requirement("FR-TASK-021")
async def test_tasks_move_between_lists_and_undo_moves_them_back(
    tasks: UserTasks, lists: UserLists
) -> None:
    await add(tasks, list="Groceries")
    moved = await tasks.update(1, TaskUpdate(list="Work"))
    assert (moved.list, moved.version) == ("Work", 2)
    assert (await tasks.update(1, TaskUpdate(list="work list"))).version == 2
    for inbox in (None, "Inbox", "none"):
        assert (await tasks.update(1, TaskUpdate(list=inbox))).list is None

    (_, _, change) = await tasks.changes(0, limit=9)
    assert (change.action, change.task.list) == ("updated", None)
    assert (await tasks.undo()).task.list == "Work"
    assert (await tasks.undo()).task.list == "Groceries"
    assert await names(lists) == ["Groceries"]


@pytest.mark.requirement("FR-TASK-021")
async def test_other_changes_leave_a_task_in_its_list(tasks: UserTasks) -> None:
    await add(tasks, list="Groceries")
    assert (await tasks.update(1, TaskUpdate(title="Oat milk"))).list == "Groceries"
    assert (await tasks.complete(1)).list == "Groceries"
    await tasks.delete(1)
    assert (await tasks.undo()).task.list == "Groceries"


@pytest.mark.requirement("FR-TASK-021")
async def test_undo_of_the_task_that_made_a_list_deletes_it_while_it_is_empty(
    tasks: UserTasks, lists: UserLists
) -> None:
    await add(tasks, list="Groceries")
    await tasks.undo()
    assert await names(lists) == []

    await add(tasks, list="Groceries")
    await add(tasks, "Bread", list="Groceries")
    await tasks.update(3, TaskUpdate(list="Bakery"))
    await tasks.undo()
    assert await names(lists) == ["Groceries"]
    assert await titles(tasks, list="groceries") == ["Milk", "Bread"]


@pytest.mark.requirement("FR-TASK-021")
async def test_a_list_that_others_use_by_now_stays_when_the_change_that_made_it_is_undone(
    writer: TaskWriter,
) -> None:
    await (await writer.add(NewTask(title="Milk", list="Groceries"))).store()
    await (await writer.add(NewTask(title="Bread", list="Groceries"))).store()
    forget = "update task_changes set undone = true where user_id = $1 and id = 2"
    await writer.connection.fetch(forget)
    await (await writer.undo()).store()
    assert [found.name for found in await UserLists(writer.connection, writer.origin).all()] == [
        "Groceries"
    ]


@pytest.mark.requirement("FR-TASK-021")
async def test_a_write_says_whether_it_made_its_list(writer: TaskWriter) -> None:
    made = []
    for name in ("Groceries", "grocery", None):
        write = await writer.add(NewTask(title="Milk", list=name))
        await write.store()
        made.append(write.made_list)
    assert made == [True, False, False]


@pytest.mark.requirement("FR-TASK-021")
async def test_a_user_has_up_to_100_lists(tasks: UserTasks, lists: UserLists) -> None:
    for number in range(LISTS_PER_USER):
        await lists.create(f"Trip {number}")
    with pytest.raises(TooManyLists):
        await lists.create("Groceries")
    with pytest.raises(TooManyLists):
        await add(tasks, list="Groceries")
    assert (await add(tasks, list="trip 7")).list == "Trip 7"
    await lists.delete(2)
    assert (await add(tasks, list="Groceries")).list_id == LISTS_PER_USER + 1


@pytest.mark.requirement("FR-TASK-022")
async def test_lists_have_names_of_their_own_and_an_order(lists: UserLists) -> None:
    for name in ("Work", "Home", "Books"):
        await lists.create(name)
    with pytest.raises(ListNameTaken, match="Books"):
        await lists.create("my book list")
    with pytest.raises(ListNameTaken, match="Home"):
        await lists.update(1, ListUpdate(name="home"))
    assert (await lists.update(1, ListUpdate(name="work"))).name == "work"
    assert (await lists.update(3, ListUpdate(position=1))).position == 1
    assert await names(lists) == ["Books", "work", "Home"]
    await lists.update(3, ListUpdate(position=99))
    assert [(found.name, found.position) for found in await lists.all()] == [
        ("work", 1),
        ("Home", 2),
        ("Books", 3),
    ]


@pytest.mark.requirement("FR-TASK-022")
async def test_a_renamed_list_keeps_its_tasks_and_is_found_by_its_new_name(
    tasks: UserTasks, lists: UserLists
) -> None:
    await add(tasks, list="Groceries")
    await lists.update(1, ListUpdate(name="Food"))
    assert (await tasks.get(1)).list == "Food"
    assert [change.task.list for change in await tasks.changes(0, limit=9)] == ["Food"]
    assert await titles(tasks, list="foods") == ["Milk"]
    with pytest.raises(ListNotFound, match="groceries") as caught:
        await titles(tasks, list="groceries")
    assert caught.value.hint == "There are: “Food”."


@pytest.mark.requirement("FR-TASK-022")
async def test_open_tasks_of_a_list_are_counted(tasks: UserTasks, lists: UserLists) -> None:
    for title in ("Milk", "Bread", "Eggs"):
        await add(tasks, title, list="Groceries")
    await tasks.complete(1)
    await tasks.delete(2)
    await lists.create("Work")
    assert [found.open_tasks for found in await lists.all()] == [1, 0]


@pytest.mark.requirement("FR-TASK-022")
async def test_an_archived_list_hides_its_tasks_until_it_is_brought_back(
    tasks: UserTasks, lists: UserLists
) -> None:
    await add(tasks)
    await add(tasks, "Report", list="Work")
    await add(tasks, "Bread", list="Groceries")
    archived = await lists.update(1, ListUpdate(archived=True))
    assert archived.archived_at
    again = await lists.update(1, ListUpdate(archived=True))
    assert again.archived_at == archived.archived_at

    assert await names(lists) == ["Groceries"]
    assert await names(lists, archived=True) == ["Work", "Groceries"]
    assert await titles(tasks) == ["Milk", "Bread"]
    assert await titles(tasks, query="report") == []
    assert await tasks.find_by_title(["report"]) == []
    assert [task.title for task in await tasks.newest_open()] == ["Bread", "Milk"]
    # Whoever names the list or the number means it.
    assert await titles(tasks, list="work") == ["Report"]
    assert (await tasks.get(2)).list == "Work"

    await lists.update(1, ListUpdate(archived=False))
    assert await titles(tasks) == ["Milk", "Report", "Bread"]


@pytest.mark.requirement("FR-TASK-022")
async def test_no_task_is_put_into_an_archived_list(tasks: UserTasks, lists: UserLists) -> None:
    await add(tasks, list="Work")
    await add(tasks)
    await lists.update(1, ListUpdate(archived=True))
    with pytest.raises(ListArchived):
        await add(tasks, list="work")
    with pytest.raises(ListArchived):
        await tasks.update(2, TaskUpdate(list="Work"))
    same = await tasks.update(1, TaskUpdate(title="Oat milk", list="Work"))
    assert (same.title, same.list) == ("Oat milk", "Work")


@pytest.mark.requirement("FR-TASK-022")
async def test_a_list_with_tasks_is_deleted_only_together_with_what_becomes_of_them(
    tasks: UserTasks, lists: UserLists
) -> None:
    await add(tasks, list="Groceries")
    with pytest.raises(ListTasksUndecided) as caught:
        await lists.delete(1)
    assert "tasks=move_to_inbox or tasks=delete" in caught.value.hint
    assert await names(lists) == ["Groceries"]
    await tasks.delete(1)
    await lists.delete(1)
    for list_id in (1, 2):
        with pytest.raises(ListNotFound):
            await lists.delete(list_id)
    assert await names(lists, archived=True) == []


@pytest.mark.requirement("FR-TASK-022")
async def test_the_tasks_of_a_deleted_list_move_to_the_inbox_and_undo_brings_the_list_back(
    tasks: UserTasks, lists: UserLists
) -> None:
    due = await add(tasks, list="Groceries", due_on="2027-01-04", due_time="17:00", repeat="weekly")
    done = await add(tasks, "Bread", list="Groceries")
    done = await tasks.complete(2)
    await lists.delete(1, "move_to_inbox")

    assert [(await tasks.get(number)).list for number in (1, 2)] == [None, None]
    last = (await tasks.changes(0, limit=9))[-2:]
    assert [(change.id, change.action, change.task_id) for change in last] == [
        (4, "updated", 1),
        (5, "updated", 2),
    ]
    assert last[0].task == await tasks.get(1)

    undone = await tasks.undo()
    assert [(task.id, task.list) for task in undone.tasks] == [(2, "Groceries"), (1, "Groceries")]
    assert await names(lists) == ["Groceries"]
    for before in (due, done):
        after = await tasks.get(before.id)
        assert (after.list_id, after.due_on, after.due_time, after.repeat, after.completed_at) == (
            (1, before.due_on, before.due_time, before.repeat, before.completed_at)
        )


@pytest.mark.requirement("FR-TASK-022")
async def test_the_tasks_of_a_list_can_be_deleted_with_it_and_brought_back(
    tasks: UserTasks, lists: UserLists
) -> None:
    await add(tasks, list="Groceries")
    await add(tasks, "Report")
    await lists.delete(1, "delete")
    with pytest.raises(TaskNotFound):
        await tasks.get(1)
    assert await titles(tasks) == ["Report"]
    undone = await tasks.undo()
    assert (undone.action, undone.task.list) == ("deleted", "Groceries")
    assert await titles(tasks, list="Groceries") == ["Milk"]


@pytest.mark.requirement("FR-TASK-022")
async def test_undo_brings_a_task_back_to_the_list_that_has_the_name_of_a_deleted_one(
    tasks: UserTasks, lists: UserLists
) -> None:
    await add(tasks, list="Groceries")
    await lists.delete(1, "move_to_inbox")
    await lists.create("grocery")
    undone = (await tasks.undo()).task
    assert (undone.list_id, undone.list) == (2, "grocery")
    assert await names(lists) == ["grocery"]


@pytest.mark.requirement("FR-TASK-022")
async def test_an_empty_list_leaves_nothing_to_undo(tasks: UserTasks, lists: UserLists) -> None:
    await lists.create("Groceries")
    await lists.delete(1)
    with pytest.raises(NothingToUndo):
        await tasks.undo()


@pytest.mark.requirement("FR-TASK-021")
async def test_undo_of_a_change_that_an_older_version_made_leaves_a_task_in_its_list(
    writer: TaskWriter,
) -> None:
    await (await writer.add(NewTask(title="Milk", list="Groceries"))).store()
    await (await writer.update(1, TaskUpdate(title="Oat milk"))).store()
    await writer.connection.fetch(
        "update task_changes set before = before - 'list_id' where user_id = $1"
    )
    undone = (await writer.undo()).task
    assert (undone.title, undone.list) == ("Milk", "Groceries")


@pytest.mark.requirement("FR-TASK-021")
async def test_the_inbox_and_a_list_narrow_the_list(tasks: UserTasks, lists: UserLists) -> None:
    await add(tasks)
    await add(tasks, "Bread", list="Groceries")
    await add(tasks, "Eggs", list="Groceries")
    await tasks.complete(1)
    assert await titles(tasks, list="inbox") == ["Milk"]
    assert await titles(tasks, view="inbox") == []
    assert await titles(tasks, view="inbox", status="completed") == ["Milk"]
    assert await titles(tasks, list="groceries", sort="title") == ["Bread", "Eggs"]
    assert await titles(tasks, list="groceries", query="egg") == ["Eggs"]
    assert await titles(tasks, list="groceries", view="inbox") == []
    with pytest.raises(ListNotFound):
        await titles(tasks, list="Work")
