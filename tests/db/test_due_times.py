"""Due times and repeats of tasks: what a change of one means for the others, and undo."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from db.errors import DueTimeWithoutDate, RepeatFromWithoutRepeat, TooManyTags
from db.repeat_rule import ImpossibleRepeat
from db.task_values import Task
from db.task_writes import TaskWriter
from db.tasks import UserTasks
from db.values import NewTask, TaskFilter, TaskUpdate


def today() -> date:
    """The date that the services have now."""
    return datetime.now(ZoneInfo("UTC")).date()


# Far enough ahead that no occurrence was missed: a Monday.
MONDAY = today() + timedelta(days=77 - today().weekday())
WEEK = timedelta(days=7)
_FORGET = """
    update task_changes
    set before = before - array['due_time', 'repeat', 'repeat_from', 'series', 'moved_from']
    where user_id = $1
"""


async def add(tasks: UserTasks, **fields: Any) -> Task:
    return await tasks.add(NewTask(title="Water the plants", **fields))


def schedule(task: Task) -> tuple[object, ...]:
    return task.due_on, task.due_time, task.repeat, task.repeat_from, task.series, task.moved_from


@pytest.mark.requirement("FR-TASK-009")
async def test_a_task_may_be_due_at_a_time(tasks: UserTasks) -> None:
    added = await add(tasks, due_on=MONDAY, due_time="7:30")
    assert (added.due_on, added.due_time) == (MONDAY, time(7, 30))
    assert (await tasks.get(1)) == added

    later = await tasks.update(1, TaskUpdate(due_time="17:00"))
    assert later.due_time == time(17)
    assert (await tasks.update(1, TaskUpdate(due_time=None))).due_time is None


@pytest.mark.requirement("FR-TASK-009")
@pytest.mark.parametrize("value", ["25:00", "5pm", "17", "17:60", "17:00:00", "", 17, 17.0, True])
def test_another_time_is_refused(value: object) -> None:
    with pytest.raises(ValidationError):
        NewTask(title="one", due_on=MONDAY, due_time=value)


@pytest.mark.requirement("FR-TASK-009")
async def test_a_time_needs_a_date(tasks: UserTasks) -> None:
    with pytest.raises(DueTimeWithoutDate):
        await add(tasks, due_time="17:00")
    await add(tasks)
    with pytest.raises(DueTimeWithoutDate):
        await tasks.update(1, TaskUpdate(due_time="17:00"))
    with pytest.raises(DueTimeWithoutDate):
        await tasks.update(1, TaskUpdate(due_on=None, due_time="17:00"))


@pytest.mark.requirement("FR-TASK-009")
async def test_clearing_the_date_clears_time_and_repeat(tasks: UserTasks) -> None:
    before = await add(tasks, due_on=MONDAY, due_time="17:00", repeat="weekly")
    cleared = await tasks.update(1, TaskUpdate(due_on=None))
    assert schedule(cleared) == (None, None, None, None, 0, None)
    assert schedule((await tasks.undo()).task) == schedule(before)


@pytest.mark.requirement("FR-TASK-006")
async def test_the_order_of_due_dates_is_by_time_and_tasks_without_one_come_last_of_their_day(
    tasks: UserTasks,
) -> None:
    for due_on, due_time in [
        (None, None),
        (MONDAY, None),
        (MONDAY, "17:00"),
        (MONDAY, "09:00"),
        (MONDAY + WEEK, "00:00"),
        (date.max, None),
    ]:
        await add(tasks, due_on=due_on, due_time=due_time)
    cursor: str | None = None
    seen: list[int] = []
    while cursor or not seen:
        page = await tasks.page(TaskFilter(sort="due"), limit=1, cursor=cursor)
        seen += [task.id for task in page.tasks]
        cursor = page.next_cursor
    assert seen == [4, 3, 2, 5, 6, 1]


@pytest.mark.requirement("FR-TASK-005")
async def test_bounds_of_due_dates_hold_whole_days(tasks: UserTasks) -> None:
    for due_time in ("00:00", "23:59", None):
        await add(tasks, due_on=MONDAY, due_time=due_time)
    for bounds in (
        {"due_before": MONDAY, "due_after": MONDAY},
        {"due_before": date.max},
        {"due_after": date.min},
    ):
        assert len((await tasks.page(TaskFilter(**bounds))).tasks) == 3


@pytest.mark.requirement("FR-TASK-010")
async def test_a_repeat_is_stored_as_a_rule_and_shown_in_words(tasks: UserTasks) -> None:
    added = await add(tasks, due_on=MONDAY, repeat="every 2 weeks")
    assert (added.repeat, added.repeat_from) == ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", "due")
    assert added.repeat_text == "every 2 weeks on Monday"
    assert added.next_due_on == MONDAY + 2 * WEEK

    same = await tasks.update(1, TaskUpdate(repeat=added.repeat_text))
    assert same == added
    other = await tasks.update(1, TaskUpdate(repeat="daily", repeat_from="completion"))
    assert other.repeat_text == "daily after completion"
    from_due = await tasks.update(1, TaskUpdate(repeat_from="due"))
    assert from_due.repeat_text == "daily"


@pytest.mark.requirement("FR-TASK-010")
async def test_a_repeat_without_a_date_begins_on_its_first_one(tasks: UserTasks) -> None:
    assert (await add(tasks, repeat="daily", due_time="08:00")).due_on == today()
    monday = (await add(tasks, repeat="every monday")).due_on
    assert monday is not None
    assert monday.weekday() == 0
    assert today() <= monday < today() + WEEK


@pytest.mark.requirement("FR-TASK-010")
async def test_a_repeat_moves_the_date_that_does_not_fit_it(tasks: UserTasks) -> None:
    await add(tasks, due_on=MONDAY)
    assert (await tasks.update(1, TaskUpdate(repeat="every friday"))).due_on == MONDAY + timedelta(
        days=4
    )
    assert (await add(tasks, due_on=MONDAY, repeat="every friday")).due_on == MONDAY


@pytest.mark.requirement("FR-TASK-010")
async def test_a_repeat_that_is_over_or_counted_from_nothing_is_refused(tasks: UserTasks) -> None:
    with pytest.raises(ImpossibleRepeat):
        await add(tasks, due_on=MONDAY, repeat="daily until 2001-01-01")
    with pytest.raises(ImpossibleRepeat):
        await add(tasks, repeat="daily until 2001-01-01")
    with pytest.raises(ImpossibleRepeat):
        await add(tasks, due_on=date(2027, 1, 4), repeat="FREQ=MONTHLY;INTERVAL=12;BYMONTH=3")
    with pytest.raises(RepeatFromWithoutRepeat):
        await add(tasks, due_on=MONDAY, repeat_from="due")
    with pytest.raises(ValidationError, match="blue moon"):
        NewTask(title="one", repeat="every blue moon")


@pytest.mark.requirement("FR-TASK-011")
async def test_completing_a_repeating_task_moves_it_on_and_undo_brings_it_back(
    tasks: UserTasks,
) -> None:
    before = await add(tasks, due_on=MONDAY, due_time="17:00", repeat="weekly 3 times")

    done = await tasks.complete(1)
    assert schedule(done) == (MONDAY + WEEK, time(17), before.repeat, "due", 1, None)
    assert (done.id, done.completed, done.completed_at) == (1, False, None)
    (change,) = await tasks.changes(1, limit=9)
    assert (change.action, change.task) == ("completed", done)

    undone = await tasks.undo()
    assert undone.action == "completed"
    assert schedule(undone.task) == schedule(before)


@pytest.mark.requirement("FR-TASK-011")
async def test_after_the_last_occurrence_it_is_completed_for_good(tasks: UserTasks) -> None:
    await add(tasks, due_on=MONDAY, repeat="weekly 2 times")
    assert not (await tasks.complete(1)).completed
    last = await tasks.update(1, TaskUpdate(completed=True))
    assert (last.completed, last.series, last.due_on) == (True, 2, MONDAY + WEEK)
    assert last.next_due_on is None
    assert not (await tasks.undo()).task.completed

    await add(tasks, due_on=MONDAY, repeat=f"weekly until {MONDAY}")
    assert (await tasks.complete(2)).completed

    await add(tasks, due_on=MONDAY)
    once = await tasks.update(3, TaskUpdate(repeat="weekly 1 times"))
    assert (once.series, once.next_due_on) == (0, None)
    assert (await tasks.complete(3)).completed


@pytest.mark.requirement("FR-TASK-011")
async def test_missed_occurrences_are_skipped(tasks: UserTasks) -> None:
    await add(tasks, due_on=today() - timedelta(days=40), repeat="daily")
    assert (await tasks.complete(1)).due_on == today() + timedelta(days=1)
    await add(tasks, due_on=today() - timedelta(days=40), repeat="every 3 days after completion")
    assert (await tasks.complete(2)).due_on == today() + timedelta(days=3)


@pytest.mark.requirement("FR-TASK-011")
async def test_another_date_moves_one_occurrence(tasks: UserTasks) -> None:
    await add(tasks, due_on=MONDAY, repeat="every 2 weeks")
    earlier = await tasks.update(1, TaskUpdate(due_on=MONDAY - timedelta(days=2)))
    assert (earlier.moved_from, earlier.repeat_text) == (MONDAY, "every 2 weeks on Monday")
    later = await tasks.update(1, TaskUpdate(due_on=MONDAY + timedelta(days=9)))
    assert later.moved_from == MONDAY
    assert later.next_due_on == MONDAY + 2 * WEEK
    done = await tasks.complete(1)
    assert (done.due_on, done.moved_from) == (MONDAY + 2 * WEEK, None)
    assert (await tasks.undo()).task.moved_from == MONDAY
    back = await tasks.update(1, TaskUpdate(due_on=MONDAY))
    assert back.moved_from is None


@pytest.mark.requirement("FR-TASK-011")
async def test_undo_of_a_change_that_an_older_version_made_leaves_what_it_did_not_know(
    writer: TaskWriter,
) -> None:
    new = NewTask(title="Water", due_on=MONDAY, due_time="17:00", repeat="daily")
    await (await writer.add(new)).store()
    await (await writer.update(1, TaskUpdate(title="Water all"))).store()
    await writer.connection.fetch(_FORGET)
    undone = (await writer.undo()).task
    assert (undone.title, undone.due_time, undone.repeat) == ("Water", time(17), "FREQ=DAILY")


@pytest.mark.requirement("FR-TASK-011")
async def test_another_repeat_begins_anew(tasks: UserTasks) -> None:
    await add(tasks, due_on=MONDAY, repeat="daily 3 times")
    await tasks.complete(1)
    again = await tasks.update(1, TaskUpdate(repeat="daily 5 times"))
    assert (again.series, again.due_on) == (0, MONDAY + timedelta(days=1))
    stopped = await tasks.update(1, TaskUpdate(repeat=None))
    assert schedule(stopped) == (MONDAY + timedelta(days=1), None, None, None, 0, None)
    assert (await tasks.complete(1)).completed


@pytest.mark.requirement("FR-TASK-002")
async def test_tags_are_added_to_and_taken_from_those_that_there_are(tasks: UserTasks) -> None:
    await add(tasks, tags=["home", "plants"])
    changed = await tasks.update(1, TaskUpdate(add_tags=["Water", "home"], remove_tags=["plants"]))
    assert changed.tags == ["home", "water"]
    with pytest.raises(TooManyTags):
        await tasks.update(1, TaskUpdate(add_tags=[f"t{number}" for number in range(9)]))
