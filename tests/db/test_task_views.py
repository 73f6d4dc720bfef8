"""Views around today, and tasks by when they were done, in the user's time zone."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from db.engine import Sessions, transaction
from db.task_values import Origin
from db.tasks import UserTasks
from db.timezones import RequestedTimezone, start_of
from db.user_connection import UserConnection, connection_of
from db.user_data import UserSettings
from db.values import NewTask, TaskFilter

KIRITIMATI, NIUE = "Pacific/Kiritimati", "Pacific/Niue"  # 25 hours apart
DAY = timedelta(days=1)


@pytest.fixture
async def abroad(sessions: Sessions, user: str) -> AsyncIterator[UserConnection]:
    """A transaction of a user whose settings name a zone that is far ahead."""
    async with transaction(sessions, user) as session:
        await UserSettings(session, user).set_timezone(KIRITIMATI)
        yield await connection_of(session, user, writes=True)


def tasks_in(abroad: UserConnection, zone: str | None = None) -> UserTasks:
    return UserTasks(abroad, Origin("test"), RequestedTimezone(requested=zone))


def today_in(zone: str) -> date:
    return datetime.now(ZoneInfo(zone)).date()


async def titles(tasks: UserTasks, **wanted: Any) -> list[str]:
    return [task.title for task in (await tasks.page(TaskFilter(**wanted))).tasks]


async def completed_at(connection: UserConnection, task_id: int, moment: datetime) -> None:
    await connection.fetch(
        "update tasks set completed = true, completed_at = $3 where user_id = $1 and id = $2",
        task_id,
        moment,
    )


@pytest.mark.requirement("FR-TASK-023")
@pytest.mark.parametrize("zone", [None, NIUE])
async def test_views_are_around_today_in_the_users_zone(
    abroad: UserConnection, zone: str | None
) -> None:
    tasks, today = tasks_in(abroad, zone), today_in(zone or KIRITIMATI)
    for title, due_on in (
        ("late", today - DAY),
        ("now", today),
        ("soon", today + DAY),
        ("some day", None),
    ):
        await tasks.add(NewTask(title=title, due_on=due_on))
    for title in ("late", "now", "soon"):
        done = await tasks.add(NewTask(title=f"{title}, done", due_on=today, list="Work"))
        await tasks.complete(done.id)

    assert await titles(tasks, view="overdue") == ["late"]
    assert await titles(tasks, view="today") == ["now"]
    assert await titles(tasks, view="upcoming") == ["soon"]
    assert await titles(tasks, view="inbox") == ["late", "now", "soon", "some day"]
    assert len(await titles(tasks, view="today", status="completed")) == 3
    assert await titles(tasks, view="upcoming", due_before=today) == []
    assert await titles(tasks, view="overdue", due_after=today - 9 * DAY) == ["late"]


@pytest.mark.requirement("FR-TASK-023")
async def test_tasks_are_filtered_by_the_day_when_they_were_done(
    abroad: UserConnection,
) -> None:
    tasks, day = tasks_in(abroad), date(2026, 3, 10)
    midnight = datetime(2026, 3, 10, tzinfo=ZoneInfo(KIRITIMATI)).astimezone(UTC)
    for title, moment in (
        ("the day before", midnight - timedelta(microseconds=1)),
        ("at midnight", midnight),
        ("late", midnight + DAY - timedelta(microseconds=1)),
        ("the day after", midnight + DAY),
    ):
        added = await tasks.add(NewTask(title=title, due_on="2026-01-01"))
        await completed_at(abroad, added.id, moment)
    await tasks.add(NewTask(title="open", due_on=day))

    async def done(after: date | None, before: date | None, **more: Any) -> list[str]:
        wanted = {"completed_after": after, "completed_before": before, **more}
        return await titles(tasks, **{name: value for name, value in wanted.items() if value})

    assert await done(day, day) == ["at midnight", "late"]
    assert await done(day, None) == ["at midnight", "late", "the day after"]
    assert await done(None, day) == ["the day before", "at midnight", "late"]
    assert await done(day, day, status="pending") == []
    assert await done(day + DAY, day) == []
    # In another zone the same moments are on other days.
    elsewhere = tasks_in(abroad, NIUE)
    wanted = {"completed_after": day - DAY, "completed_before": day - DAY}
    assert await titles(elsewhere, **wanted) == ["late", "the day after"]


@pytest.mark.requirement("FR-TASK-023")
async def test_the_first_and_the_last_day_that_there_are_bound_nothing(
    abroad: UserConnection,
) -> None:
    tasks = tasks_in(abroad)
    await tasks.add(NewTask(title="Milk"))
    await tasks.complete(1)
    for bounds in ({"completed_after": date.min}, {"completed_before": date.max}):
        assert await titles(tasks, **bounds) == ["Milk"]
    assert await titles(tasks, completed_after=date.max) == []
    assert await titles(tasks, completed_before=date.min) == []


@pytest.mark.requirement("FR-TASK-023")
def test_a_day_begins_after_the_hour_that_daylight_saving_skips() -> None:
    # In Santiago, the clock went from 24:00 to 01:00 on that night.
    assert start_of(date(2024, 9, 8), "America/Santiago") == datetime(2024, 9, 8, 4, tzinfo=UTC)
