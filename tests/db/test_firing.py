"""Firing reminders: one notification for each, whoever fires them at the same time."""

import asyncio
import math
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from db.access import Access
from db.engine import Sessions, reminders_transaction, transaction
from db.errors import InvalidCursor
from db.notifications import NotificationFeed, NotificationPage, UserNotifications
from db.reminder_errors import NotificationNotFound
from db.reminder_firing import delete_old_notifications, fire_due
from db.task_values import Task
from db.tasks import UserTasks
from db.user_connection import connection_of, user_connection
from db.user_scoped import next_id
from db.values import NewTask, TaskUpdate
from tests.db.conftest import tasks_beside, user_tasks

SECOND = timedelta(seconds=1)


async def add(tasks: UserTasks, title: str = "Call Sam", *reminders: str) -> Task:
    return await tasks.add(NewTask(title=title, reminders=list(reminders) or ["in 1h"]))


async def let_pass(session: AsyncSession, age: timedelta = SECOND) -> None:
    """Make the waiting reminders of a user due for so long."""
    await session.execute(
        text("update reminders set fires_at = now() - cast(:age as interval)"), {"age": age}
    )


async def due(sessions: Sessions, user: str, count: int = 1, age: timedelta = SECOND) -> None:
    """Add tasks whose reminders are due."""
    async with transaction(sessions, user) as session:
        tasks = await tasks_beside(session, user)
        for number in range(count):
            await add(tasks, f"Task {number}")
        await let_pass(session, age)


async def notified(sessions: Sessions, user: str, **options: Any) -> NotificationPage:
    async with transaction(sessions, user) as session:
        connection = await connection_of(session, user)
        return await UserNotifications(connection).page(**{"limit": 100, **options})


async def status(sessions: Sessions, user: str) -> list[str]:
    async with user_tasks(sessions, user) as tasks:
        return [one.status for one in (await tasks.get(1)).reminders]


@pytest.mark.requirement("FR-TASK-301")
async def test_a_reminder_becomes_one_notification(own_sessions: Sessions) -> None:
    await due(own_sessions, "ann")
    assert (await fire_due(own_sessions)).notified == 1
    fired = await fire_due(own_sessions)
    assert (fired.notified, fired.seconds) == (0, math.inf)
    page = await notified(own_sessions, "ann")
    (notification,) = page.notifications
    assert (notification.title, notification.task_id) == ("Task 0", 1)
    assert (notification.late, notification.read_at, page.unread) == (False, None, 1)
    assert await status(own_sessions, "ann") == ["delivered"]
    assert (await notified(own_sessions, "bob")).notifications == []


@pytest.mark.requirement("FR-TASK-301")
async def test_a_feed_tells_each_notification_once_and_when_it_was_read(
    own_sessions: Sessions,
) -> None:
    feed = NotificationFeed()

    async def next_page() -> tuple[list[str], int] | None:
        async with user_connection(own_sessions, "ann") as connection:
            page = await feed.next(connection)
        return ([one.title for one in page.notifications], page.unread) if page else None

    assert await next_page() is None
    await due(own_sessions, "ann", count=2)
    await fire_due(own_sessions)
    assert await next_page() == (["Task 0", "Task 1"], 2)
    assert await next_page() is None
    async with user_connection(own_sessions, "ann", Access.WRITE) as connection:
        await UserNotifications(connection).read()
    assert await next_page() == ([], 0)
    assert await next_page() is None


@pytest.mark.requirement("FR-TASK-301")
async def test_nothing_fires_before_its_time(own_sessions: Sessions) -> None:
    async with user_tasks(own_sessions, "ann") as tasks:
        await add(tasks, "Call Sam", "in 2m", "in 1h")
    fired = await fire_due(own_sessions)
    assert fired.notified == 0
    assert 60 < fired.seconds <= 180
    assert await status(own_sessions, "ann") == ["waiting", "waiting"]


@pytest.mark.requirement("FR-TASK-302")
async def test_what_is_late_says_so_and_after_a_day_it_is_missed(own_sessions: Sessions) -> None:
    ages = {"ann": timedelta(hours=23), "bob": timedelta(hours=25), "cat": 59 * SECOND}
    for user, age in ages.items():
        await due(own_sessions, user, age=age)
    assert (await fire_due(own_sessions)).notified == 2
    late = {user: (await notified(own_sessions, user)).notifications for user in ages}
    assert {user: [one.late for one in made] for user, made in late.items()} == {
        "ann": [True],
        "bob": [],
        "cat": [False],
    }
    assert await status(own_sessions, "bob") == ["missed"]
    assert (await fire_due(own_sessions)).notified == 0


@pytest.mark.requirement("FR-TASK-301")
@pytest.mark.parametrize("over", ["complete", "delete", "update", "by the version before"])
async def test_nothing_fires_once_the_task_is_done_deleted_or_moved(
    own_sessions: Sessions, over: str
) -> None:
    await due(own_sessions, "ann")
    async with transaction(own_sessions, "ann") as session:
        tasks = await tasks_beside(session, "ann")
        match over:
            case "complete":
                await tasks.complete(1)
            case "delete":
                await tasks.delete(1)
            case "update":
                await tasks.update(1, TaskUpdate(reminders=["in 2h"]))
            case _:
                await session.execute(
                    text("update tasks set completed = true, completed_at = now()")
                )
    fired = await fire_due(own_sessions)
    assert fired.notified == 0
    assert fired.seconds > 60 or over == "by the version before"
    assert (await notified(own_sessions, "ann")).notifications == []


@pytest.mark.requirement("FR-TASK-301")
async def test_many_processes_fire_each_reminder_once(own_sessions: Sessions) -> None:
    for user in ("ann", "bob"):
        await due(own_sessions, user, count=30)
    counts = await asyncio.gather(*(fire_due(own_sessions) for _ in range(5)))
    assert sum(fired.notified for fired in counts) == 60
    for user in ("ann", "bob"):
        page = await notified(own_sessions, user)
        assert sorted(one.task_id for one in page.notifications) == list(range(1, 31))


@pytest.mark.requirement("FR-TASK-301")
async def test_one_that_a_write_has_locked_fires_after_it(own_sessions: Sessions) -> None:
    await due(own_sessions, "ann")
    async with transaction(own_sessions, "ann") as session:
        await session.execute(text("select from reminders for update"))
        fired = await fire_due(own_sessions)
        assert fired.notified == 0
        assert fired.seconds < 0
    assert (await fire_due(own_sessions)).notified == 1


@pytest.mark.requirement("FR-TASK-304")
async def test_another_firing_of_the_same_reminder_is_another_notification(
    own_sessions: Sessions,
) -> None:
    async with user_tasks(own_sessions, "ann") as tasks:
        day = datetime.now(UTC).date() + timedelta(days=3)
        await tasks.add(NewTask(title="Water", due_on=day, due_time="12:00", repeat="daily"))
    for number in (1, 2):
        async with transaction(own_sessions, "ann") as session:
            await let_pass(session)
        assert (await fire_due(own_sessions)).notified == 1
        async with user_tasks(own_sessions, "ann") as tasks:
            await tasks.complete(1)
        assert len((await notified(own_sessions, "ann")).notifications) == number
    assert await status(own_sessions, "ann") == ["waiting"]


@pytest.mark.requirement("FR-TASK-305")
async def test_notifications_are_paged_newest_first_and_read(own_sessions: Sessions) -> None:
    await due(own_sessions, "ann", count=5)
    await fire_due(own_sessions)
    pages = [await notified(own_sessions, "ann", limit=2)]
    while pages[-1].next_cursor:
        pages.append(await notified(own_sessions, "ann", limit=2, cursor=pages[-1].next_cursor))
    ids = [one.id for page in pages for one in page.notifications]
    assert ids == sorted(set(ids), reverse=True)
    assert [page.unread for page in pages] == [5, 5, 5]
    async with transaction(own_sessions, "ann") as session:
        mine = UserNotifications(await connection_of(session, "ann"))
        assert await mine.read(ids[:2]) == 3
        assert await mine.read(ids[:1]) == 3
        assert (await mine.get(ids[0])).read_at is not None
        assert await mine.read() == 0
        with pytest.raises(NotificationNotFound):
            await mine.get(next_id())
        with pytest.raises(InvalidCursor):
            await mine.page(limit=1, cursor="eA")


@pytest.mark.requirement("FR-TASK-305")
async def test_notifications_are_kept_for_thirty_days(own_sessions: Sessions) -> None:
    await due(own_sessions, "ann", count=2)
    await fire_due(own_sessions)
    async with transaction(own_sessions, "ann") as session:
        for task_id, days in ((1, 29), (2, 31)):
            await session.execute(
                text(
                    "update notifications set created_at = now() - cast(:age as interval) "
                    "where task_id = :task_id"
                ),
                {"age": timedelta(days=days), "task_id": task_id},
            )
    await delete_old_notifications(own_sessions, timedelta(days=30))
    (left,) = (await notified(own_sessions, "ann")).notifications
    assert left.task_id == 1


@pytest.mark.requirement("FR-TASK-306")
@pytest.mark.parametrize(
    "statement",
    [
        "select spec from reminders",
        "delete from reminders",
        "update reminders set fires_at = now()",
        "select description from tasks",
        "update tasks set title = 'x'",
        "update notifications set title = 'x'",
        "update push_subscriptions set endpoint = 'x'",
        "select from messages",
        "select from user_settings",
    ],
)
async def test_the_role_that_fires_may_do_nothing_else(
    own_sessions: Sessions, statement: str
) -> None:
    with pytest.raises(DBAPIError, match="permission denied"):
        async with reminders_transaction(own_sessions) as session:
            await session.execute(text(statement))


@pytest.mark.requirement("FR-TASK-306")
async def test_the_role_that_fires_sees_the_titles_of_tasks_with_a_due_reminder_only(
    own_sessions: Sessions,
) -> None:
    await due(own_sessions, "ann")
    async with user_tasks(own_sessions, "bob") as tasks:
        await add(tasks, "private")
    async with reminders_transaction(own_sessions) as session:
        titles = (await session.scalars(text("select title from tasks"))).all()
        assert titles == ["Task 0"]
        assert (await session.scalars(text("select title from notifications"))).all() == []
        deleted = await session.execute(text("delete from notifications returning created_at"))
        assert deleted.all() == []
