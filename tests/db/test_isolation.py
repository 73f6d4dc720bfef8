"""Row-level security: Postgres holds every row to its owner, whatever the query says."""

import asyncio

import pytest
from sqlalchemy import CursorResult, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from db.access_tokens import UserAccessTokens
from db.calendar_feeds import UserCalendarFeed
from db.engine import Sessions, transaction
from db.models import TABLES
from db.revocation import revoke_signed_tokens
from db.turn_events import EventBatch
from db.turn_values import Outcome
from db.user_connection import connection_of
from db.user_data import UserSettings
from db.values import NewAccessToken, NewTask
from tests.db.conftest import tasks_beside, user_tasks
from tests.db.turns import close_turn, open_turn


async def fill(sessions: Sessions, user: str) -> None:
    """Leave a row of this user in every table."""
    async with transaction(sessions, user) as session:
        tasks = await tasks_beside(session, user)
        await tasks.add(NewTask(title=f"of {user}", list="Home", reminders=["in 1d"]))
        await session.execute(
            text(
                "insert into notifications (user_id, id, task_id, reminder_id, title, fires_at) "
                "select user_id, id, task_id, id, 'fired', fires_at from reminders"
            )
        )
        for statement in (
            "insert into push_subscriptions (user_id, id, endpoint, p256dh, auth, user_agent) "
            "select user_id, id, 'https://push.test', '', '', '' from notifications",
            "insert into push_deliveries (user_id, notification_id, subscription_id) "
            "select user_id, id, id from notifications",
        ):
            await session.execute(text(statement))
        opened = await open_turn(session, user)
        batch = EventBatch(1, [{"type": "turn.started"}])
        await close_turn(session, user, opened, Outcome("finished", "hi"), batch=batch)
        await session.execute(
            text("insert into turn_events values (:user, :turn, 1, 'text.delta', '{}')"),
            {"user": user, "turn": opened.turn_id},
        )
        await session.execute(
            text(
                "insert into idempotency (user_id, key, request_hash, request, response) "
                "values (:user, 'key', '', '{}', '{}')"
            ),
            {"user": user},
        )
        await session.execute(text("select spend('writes', '', 1, 60)"))
        await UserCalendarFeed(await connection_of(session, user)).create()
        await UserAccessTokens(session, user).create(NewAccessToken(name=f"of {user}"))
        await UserSettings(session, user).set_timezone("Europe/Berlin")
        connection = await connection_of(session, user, writes=True)
        await revoke_signed_tokens(connection, 0, "an assistant")


@pytest.mark.requirement("FR-TASK-008")
@pytest.mark.parametrize("table", TABLES)
async def test_without_the_owner_in_the_query_only_the_users_rows_are_seen_and_changed(
    sessions: Sessions, table: str
) -> None:
    for user in ("ann", "bob"):
        await fill(sessions, user)
    async with transaction(sessions, "ann") as session:
        owners = (await session.scalars(text(f"select user_id from {table}"))).all()
        assert set(owners) == {"ann"}
        changed = await session.execute(text(f"update {table} set user_id = user_id"))
        assert isinstance(changed, CursorResult)
        assert changed.rowcount == len(owners)
    async with transaction(sessions, "bob") as session:
        assert (await session.scalars(text(f"select user_id from {table}"))).all()
        await session.execute(text(f"delete from {table} where user_id = 'ann'"))
    async with transaction(sessions, "ann") as session:
        assert (await session.scalars(text(f"select user_id from {table}"))).all() == owners


@pytest.mark.requirement("FR-TASK-008")
@pytest.mark.parametrize("table", TABLES)
async def test_a_row_cant_be_given_to_another_user(sessions: Sessions, table: str) -> None:
    await fill(sessions, "ann")
    with pytest.raises(DBAPIError, match="row-level security"):
        async with transaction(sessions, "ann") as session:
            await session.execute(text(f"update {table} set user_id = 'bob'"))


@pytest.mark.requirement("FR-TASK-008")
async def test_every_table_forces_row_level_security(connection: AsyncConnection) -> None:
    query = text(
        "select relname from pg_class where relrowsecurity and relforcerowsecurity "
        "and relkind = 'r' and relnamespace = 'public'::regnamespace"
    )
    assert set((await connection.scalars(query)).all()) == set(TABLES)


@pytest.mark.requirement("FR-TASK-008")
async def test_the_next_transaction_of_a_connection_starts_without_a_user(
    committed: Sessions, user: str
) -> None:
    async with user_tasks(committed, user) as tasks:
        await tasks.add(NewTask(title="mine"))

    async def count_as(other: str) -> int:
        async with transaction(committed, other) as session:
            return len((await session.scalars(text("select id from tasks"))).all())

    assert await asyncio.gather(*(count_as(f"{user}-{n}") for n in range(30))) == [0] * 30
