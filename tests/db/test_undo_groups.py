"""Undo of all that one request or message did."""

from uuid import UUID

import pytest
from sqlalchemy import text

from db.access import Access
from db.engine import Sessions, transaction
from db.errors import NothingToUndo, NothingToUndoHere, NotTheNewestChange
from db.lists import UserLists
from db.task_values import Origin
from db.task_writes import TaskWriter
from db.tasks import UserTasks
from db.user_connection import user_connection
from db.values import NewTask, TaskFilter, TaskUpdate
from tests.db.turns import open_turn

REST = Origin("rest")


async def add(sessions: Sessions, user: str, *titles: str) -> None:
    async with user_connection(sessions, user, Access.WRITE) as connection:
        for title in titles:
            await UserTasks(connection, REST).add(NewTask(title=title))


async def turn_of(sessions: Sessions, user: str) -> UUID:
    async with transaction(sessions, user) as session:
        return (await open_turn(session, user)).turn_id


async def move(sessions: Sessions, user: str, turn: UUID, *numbers: int) -> None:
    """Change tasks in a turn as its tools do, in a transaction each."""
    for number in numbers:
        async with user_connection(sessions, user, Access.WRITE) as connection:
            writer = TaskWriter(connection, Origin("chat", turn), turn_id=turn)
            await (await writer.update(number, TaskUpdate(list="Work", priority="high"))).store()


async def places(sessions: Sessions, user: str) -> list[tuple[int, str | None, str]]:
    async with user_connection(sessions, user) as connection:
        page = await UserTasks(connection, REST).numbered(range(1, 30))
    return [(task.id, task.list, task.priority) for task in page.values()]


@pytest.mark.requirement("FR-TASK-024")
async def test_one_undo_takes_back_all_that_a_turn_did(committed: Sessions, user: str) -> None:
    await add(committed, user, *(f"Task {n}" for n in range(20)))
    before = await places(committed, user)
    turn = await turn_of(committed, user)
    await move(committed, user, turn, *range(1, 21), 3)
    async with user_connection(committed, user, Access.WRITE) as connection:
        writer = TaskWriter(connection, Origin("chat", turn), turn_id=turn)
        undo = await writer.undo_in_conversation(turn)
        await undo.store()
        assert await UserLists(connection, REST).all() == []
    assert (len(undo.tasks), undo.skipped, undo.action) == (20, 0, "updated")
    assert sorted(await places(committed, user)) == before
    async with user_connection(committed, user, Access.WRITE) as connection:
        with pytest.raises(NothingToUndoHere):
            await TaskWriter(connection, Origin("chat", turn)).undo_in_conversation(turn)


@pytest.mark.requirement("FR-TASK-024")
async def test_what_others_changed_since_is_left_alone_and_counted(
    committed: Sessions, user: str
) -> None:
    await add(committed, user, "one", "two", "three")
    turn = await turn_of(committed, user)
    await move(committed, user, turn, 1, 2, 3)
    async with user_connection(committed, user, Access.WRITE) as connection:
        await UserTasks(connection, REST).update(2, TaskUpdate(priority="low"))
        undo = await TaskWriter(connection, Origin("chat", turn)).undo_in_conversation(turn)
        await undo.store()
    assert ([task.id for task in undo.tasks], undo.skipped) == ([3, 1], 1)
    assert sorted(await places(committed, user)) == [
        (1, None, "none"),
        (2, "Work", "low"),
        (3, None, "none"),
    ]


@pytest.mark.requirement("FR-TASK-024")
async def test_a_change_is_named_by_any_of_its_group(committed: Sessions, user: str) -> None:
    await add(committed, user, "one", "two")
    await move(committed, user, await turn_of(committed, user), 1, 2)
    async with user_connection(committed, user, Access.WRITE) as connection:
        tasks = UserTasks(connection, REST)
        with pytest.raises(NotTheNewestChange):
            await tasks.undo(2)
        assert len((await tasks.undo(3)).tasks) == 2
        assert [len((await tasks.undo()).tasks) for _ in range(2)] == [1, 1]
        with pytest.raises(NothingToUndo):
            await tasks.undo()


@pytest.mark.requirement("FR-TASK-024")
async def test_changes_of_the_version_before_are_taken_back_one_by_one(
    committed: Sessions, user: str
) -> None:
    await add(committed, user, "one", "two")
    await move(committed, user, await turn_of(committed, user), 1, 2)
    async with transaction(committed, user) as session:
        await session.execute(text("update task_changes set group_id = null"))
    async with user_connection(committed, user, Access.WRITE) as connection:
        undo = await UserTasks(connection, REST).undo()
    assert [task.id for task in undo.tasks] == [2]


@pytest.mark.requirement("FR-TASK-024")
async def test_a_task_that_was_added_and_changed_by_the_group_is_gone(
    committed: Sessions, user: str
) -> None:
    turn = await turn_of(committed, user)
    async with user_connection(committed, user, Access.WRITE) as connection:
        writer = TaskWriter(connection, Origin("chat", turn), turn_id=turn)
        await (await writer.add(NewTask(title="one", due_on="2027-01-04"))).store()
        await (await writer.update(1, TaskUpdate(due_time="17:00"))).store()
        undo = await writer.undo_in_conversation(turn)
        await undo.store()
        assert (await UserTasks(connection, REST).page(TaskFilter())).tasks == []
    assert [bool(task.deleted_at) for task in undo.tasks] == [True]
