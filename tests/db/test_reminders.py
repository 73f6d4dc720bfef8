"""Reminders of tasks: what changes of a task mean for them, and undo."""

from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from db.engine import Sessions, transaction
from db.errors import RefusedValue
from db.reminder_errors import (
    ReminderInPast,
    ReminderWithoutDate,
    TaskIsCompleted,
    TooManyReminders,
)
from db.reminder_values import ReminderStatus
from db.task_values import Task
from db.tasks import UserTasks
from db.user_connection import UserConnection
from db.user_data import UserSettings
from db.values import NewTask, TaskFilter, TaskUpdate
from tests.db.conftest import tasks_beside
from tests.db.test_due_times import MONDAY, WEEK

NOON = datetime.combine(MONDAY, time(12), UTC)
HOUR = timedelta(hours=1)


async def add(tasks: UserTasks, **fields: Any) -> Task:
    return await tasks.add(NewTask(title="Call Sam", **fields))


async def add_at_noon(tasks: UserTasks, *reminders: str, **fields: Any) -> Task:
    given = {"reminders": list(reminders)} if reminders else {}
    return await add(tasks, due_on=MONDAY, due_time="12:00", **given, **fields)


def firings(task: Task) -> list[tuple[str, datetime, ReminderStatus]]:
    return [(one.spec, one.fires_at, one.status) for one in task.reminders]


def statuses(task: Task) -> list[ReminderStatus]:
    return [one.status for one in task.reminders]


async def settle(tasks: UserTasks, task: Task, status: ReminderStatus = "delivered") -> None:
    """Do to all reminders of a task what firing does."""
    connection: UserConnection = tasks._connection
    await connection.fetch(
        "update reminders set status = $2, delivered_at = now() "
        "where user_id = $1 and task_id = $3",
        status,
        task.id,
    )


@pytest.mark.requirement("FR-TASK-012")
async def test_a_task_has_reminders_in_the_order_in_which_they_fire(tasks: UserTasks) -> None:
    at = f"{MONDAY}T11:30"
    added = await add_at_noon(tasks, "0m", "1 hour before", at, "60m", "1d")
    assert firings(added) == [
        ("1d", NOON - timedelta(days=1), "waiting"),
        ("1h", NOON - HOUR, "waiting"),
        (at, NOON - HOUR / 2, "waiting"),
        ("0m", NOON, "waiting"),
    ]
    assert await tasks.get(1) == added
    assert (await tasks.page(TaskFilter())).tasks == [added]

    changed = await tasks.update(1, TaskUpdate(reminders=["0m", "30m"]))
    assert [one.spec for one in changed.reminders] == ["30m", "0m"]
    assert changed.reminders[1].id == added.reminders[3].id
    assert await tasks.get(1) == changed
    assert (await tasks.update(1, TaskUpdate(reminders=[]))).reminders == []


@pytest.mark.requirement("FR-TASK-012")
async def test_in_so_many_minutes_is_a_wall_time(tasks: UserTasks) -> None:
    (reminder,) = (await add(tasks, reminders=["in 20m"])).reminders
    left = reminder.fires_at - datetime.now(UTC)
    assert timedelta(minutes=19) < left <= timedelta(minutes=21)
    assert reminder.spec == f"{reminder.fires_at:%Y-%m-%dT%H:%M}"


@pytest.mark.requirement("FR-TASK-014")
async def test_a_task_with_a_time_and_no_reminder_said_has_the_default(
    sessions: Sessions, user: str
) -> None:
    async with transaction(sessions, user) as session:
        tasks, settings = await tasks_beside(session, user), UserSettings(session, user)
        assert await settings.default_reminder() == "0m"
        assert firings(await add_at_noon(tasks)) == [("0m", NOON, "waiting")]
        assert (await add(tasks, due_on=MONDAY)).reminders == []
        assert (await add_at_noon(tasks, reminders=[])).reminders == []

        await settings.set_default_reminder("10m")
        timed = await tasks.update(2, TaskUpdate(due_time="12:00"))
        assert [one.spec for one in timed.reminders] == ["10m"]
        assert (await tasks.update(3, TaskUpdate(due_time="13:00"))).reminders == []
        default = await tasks.update(3, TaskUpdate(reminders=None))
        assert [one.spec for one in default.reminders] == ["10m"]

        await settings.set_default_reminder(None)
        assert await settings.default_reminder() is None
        assert await settings.timezone() is None
        assert (await add_at_noon(tasks)).reminders == []


@pytest.mark.requirement("FR-TASK-014")
async def test_a_default_that_has_passed_already_waits_for_another_date(tasks: UserTasks) -> None:
    past = datetime.now(UTC) - timedelta(days=2)
    added = await add(tasks, due_on=past.date(), due_time="12:00")
    assert statuses(added) == ["dropped"]
    moved = await tasks.update(1, TaskUpdate(due_on=MONDAY))
    assert firings(moved) == [("0m", NOON, "waiting")]


@pytest.mark.requirement("FR-TASK-013")
async def test_reminders_of_a_day_without_a_time_count_from_nine(tasks: UserTasks) -> None:
    added = await add(tasks, due_on=MONDAY, reminders=["0m"])
    assert firings(added) == [("0m", NOON - 3 * HOUR, "waiting")]
    timed = await tasks.update(1, TaskUpdate(due_time="12:00"))
    assert firings(timed) == [("0m", NOON, "waiting")]


@pytest.mark.requirement("FR-TASK-015")
async def test_reminders_follow_their_task(tasks: UserTasks) -> None:
    added = await add_at_noon(tasks, "1h", f"{MONDAY}T11:30")
    later = await tasks.update(1, TaskUpdate(due_on=MONDAY + WEEK))
    assert firings(later) == [
        (f"{MONDAY}T11:30", NOON - HOUR / 2, "waiting"),
        ("1h", NOON + WEEK - HOUR, "waiting"),
    ]
    assert later.reminders[1].id == added.reminders[0].id
    dateless = await tasks.update(1, TaskUpdate(due_on=None))
    assert [one.spec for one in dateless.reminders] == [f"{MONDAY}T11:30"]
    await tasks.undo()
    assert firings((await tasks.undo()).task) == firings(added)


@pytest.mark.requirement("FR-TASK-015")
@pytest.mark.parametrize("over", ["complete", "delete"])
async def test_nothing_fires_once_a_task_is_over_and_undo_brings_it_back(
    tasks: UserTasks, over: str
) -> None:
    added = await add_at_noon(tasks)
    done = await (tasks.complete(1) if over == "complete" else tasks.delete(1))
    assert statuses(done) == ["dropped"]
    assert (await tasks.numbered([1]))[1].reminders == done.reminders
    assert (await tasks.undo()).task.reminders == added.reminders
    await tasks.complete(1)
    assert statuses(await tasks.complete(1, completed=False)) == ["waiting"]


@pytest.mark.requirement("FR-TASK-015")
async def test_undoing_a_new_task_takes_its_reminders_along(tasks: UserTasks) -> None:
    await add_at_noon(tasks)
    assert statuses((await tasks.undo()).task) == ["dropped"]


@pytest.mark.requirement("FR-TASK-015")
async def test_each_occurrence_of_a_repeat_reminds_anew(tasks: UserTasks) -> None:
    added = await add_at_noon(tasks, repeat="weekly")
    await settle(tasks, added)
    following = await tasks.complete(1)
    assert firings(following) == [("0m", NOON + WEEK, "waiting")]
    assert following.reminders[0].id == added.reminders[0].id
    undone = (await tasks.undo()).task
    assert firings(undone) == [("0m", NOON, "waiting")]


@pytest.mark.requirement("FR-TASK-015")
async def test_what_was_delivered_stays_delivered(tasks: UserTasks) -> None:
    added = await add_at_noon(tasks, "1h", "2h")
    await settle(tasks, added)
    renamed = await tasks.update(1, TaskUpdate(title="Call Ann"))
    assert statuses(renamed) == ["delivered", "delivered"]
    longer = await tasks.update(1, TaskUpdate(reminders=["1h", "2h", "5m"]))
    assert statuses(longer) == ["delivered", "delivered", "waiting"]
    assert statuses(await tasks.get(1)) == ["delivered", "delivered", "waiting"]
    done = await tasks.complete(1)
    assert statuses(done) == ["delivered", "delivered", "dropped"]


@pytest.mark.requirement("FR-TASK-304")
async def test_one_that_fired_while_its_task_was_written_does_not_fire_again(
    tasks: UserTasks,
) -> None:
    added = await add_at_noon(tasks)
    write = await tasks._writer.update(1, TaskUpdate(title="Call Ann"))
    await settle(tasks, added)
    await write.store()
    assert statuses(await tasks.get(1)) == ["delivered"]
    write = await tasks._writer.complete(1)
    await write.store()
    assert statuses(await tasks.get(1)) == ["delivered"]


@pytest.mark.requirement("FR-TASK-015")
async def test_a_change_without_effect_on_reminders_is_none(tasks: UserTasks) -> None:
    added = await add_at_noon(tasks, "1h")
    assert await tasks.update(1, TaskUpdate(reminders=["60m"])) == added
    assert (await tasks.update(1, TaskUpdate(reminders=["30m"]))).version == 2


@pytest.mark.requirement("FR-TASK-016")
@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"reminders": ["1h"]}, ReminderWithoutDate),
        ({"reminders": ["2020-01-01T10:00"]}, ReminderInPast),
        ({"due_on": "2020-01-01", "reminders": ["0m"]}, ReminderInPast),
        (
            {"due_on": MONDAY, "reminders": [f"{minute}m" for minute in range(101)]},
            TooManyReminders,
        ),
    ],
)
async def test_what_can_never_fire_is_refused_and_stores_nothing(
    tasks: UserTasks, fields: dict[str, Any], error: type[RefusedValue]
) -> None:
    with pytest.raises(error) as refused:
        await add(tasks, **fields)
    assert refused.value.hint.startswith("Send ")
    assert (await tasks.page(TaskFilter())).total == 0
    await add(tasks)
    with pytest.raises(error):
        await tasks.update(1, TaskUpdate(**fields))
    assert (await tasks.get(1)).version == 1


@pytest.mark.requirement("FR-TASK-016")
async def test_a_hundred_reminders_are_allowed(tasks: UserTasks) -> None:
    specs = [f"{minute}m" for minute in range(100)]
    added = await add(tasks, due_on=MONDAY, reminders=specs)
    assert len((await tasks.get(1)).reminders) == 100
    assert added.reminders[0].fires_at < added.reminders[-1].fires_at


@pytest.mark.requirement("FR-TASK-017")
async def test_waiting_reminders_keep_their_wall_times_in_another_zone(
    sessions: Sessions, user: str
) -> None:
    async with transaction(sessions, user) as session:
        tasks, settings = await tasks_beside(session, user), UserSettings(session, user)
        await settings.set_timezone("Europe/Berlin")
        at = f"{MONDAY}T11:30"
        await add_at_noon(tasks, "1d", at)
        await add_at_noon(tasks)
        await settle(tasks, await tasks.get(2))
        delivered = (await tasks.get(2)).reminders

        await settings.set_timezone("America/New_York")
        zone = ZoneInfo("America/New_York")
        wall = [one.fires_at.astimezone(zone) for one in (await tasks.get(1)).reminders]
        assert [f"{one:%Y-%m-%dT%H:%M}" for one in wall] == [
            f"{MONDAY - timedelta(days=1)}T12:00",
            at,
        ]
        assert (await tasks.get(2)).reminders == delivered
        longer = await tasks.update(2, TaskUpdate(reminders=["0m", "30m"]))
        assert sorted(statuses(longer)) == ["delivered", "waiting"]


@pytest.mark.requirement("FR-TASK-303")
async def test_snoozing_adds_a_reminder_in_place_of_those_that_are_over(
    sessions: Sessions, user: str
) -> None:
    async with transaction(sessions, user) as session:
        tasks = await tasks_beside(session, user)
        task = await add_at_noon(tasks, "0m", f"{MONDAY}T11:30")
        await settle(tasks, task)
        snoozed = await tasks.snooze(1, 60)
        assert [one.spec for one in snoozed.reminders][1:] == ["0m"]
        first = snoozed.reminders[0]
        assert first.status == "waiting"
        assert timedelta(minutes=59) < first.fires_at - datetime.now(UTC) < timedelta(minutes=62)

        await tasks.complete(1)
        with pytest.raises(TaskIsCompleted):
            await tasks.snooze(1, 60)
