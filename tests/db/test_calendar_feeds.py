import hashlib
from collections.abc import AsyncIterator

import pytest
from asyncpg.exceptions import InsufficientPrivilegeError
from sqlalchemy import text

from db.access import Access
from db.calendar_feeds import UserCalendarFeed, find_calendar_user
from db.engine import Sessions, transaction
from db.errors import CalendarFeedNotFound
from db.user_connection import connection_of, token_connection, user_connection


@pytest.fixture
async def feed(sessions: Sessions, user: str) -> AsyncIterator[UserCalendarFeed]:
    """The calendar feed of one user in one transaction that is rolled back."""
    async with transaction(sessions, user) as session:
        yield UserCalendarFeed(await connection_of(session, user, writes=True))


async def create(committed: Sessions, user: str) -> str:
    async with user_connection(committed, user, Access.WRITE) as connection:
        return (await UserCalendarFeed(connection).create())[1]


@pytest.mark.requirement("FR-TASK-141")
async def test_only_the_hash_of_a_token_is_stored(committed: Sessions, user: str) -> None:
    token = await create(committed, user)
    async with transaction(committed, user) as session:
        (row,) = (
            await session.execute(
                text("select calendar_feeds::text, token_hash from calendar_feeds")
            )
        ).all()
    assert token not in row[0]
    assert row[1] == hashlib.sha256(token.encode()).hexdigest()
    assert await find_calendar_user(committed, token) == user


@pytest.mark.requirement("FR-TASK-141")
async def test_there_is_one_feed_at_a_time(feed: UserCalendarFeed) -> None:
    assert await feed.created_at() is None
    await feed.create()
    created_at, _ = await feed.create()
    assert await feed.created_at() == created_at
    await feed.revoke()
    assert await feed.created_at() is None
    with pytest.raises(CalendarFeedNotFound):
        await feed.revoke()


@pytest.mark.requirement("FR-TASK-141")
async def test_a_token_that_was_revoked_or_never_made_has_no_user(
    committed: Sessions, user: str
) -> None:
    first, second = await create(committed, user), await create(committed, user)
    for token in (first, second[:-1], second + "A", "", "x" * 43, "ä" * 43, "a'\\\0"):
        with pytest.raises(CalendarFeedNotFound):
            await find_calendar_user(committed, token)
    async with user_connection(committed, user, Access.WRITE) as connection:
        await UserCalendarFeed(connection).revoke()
    with pytest.raises(CalendarFeedNotFound):
        await find_calendar_user(committed, second)


@pytest.mark.requirement("FR-TASK-141")
async def test_who_looks_a_token_up_sees_no_other_row_and_changes_none(
    committed: Sessions, user: str
) -> None:
    hashed = hashlib.sha256((await create(committed, user)).encode()).hexdigest()
    await create(committed, f"{user}-other")
    async with token_connection(committed, hashed) as connection:
        rows = await connection.fetch("select user_id from calendar_feeds")
        assert [row["user_id"] for row in rows] == [user]
    for statement in ("update calendar_feeds set revoked_at = now()", "select from tasks"):
        with pytest.raises(InsufficientPrivilegeError):
            async with token_connection(committed, hashed) as connection:
                await connection.fetch(statement)


@pytest.mark.requirement("FR-TASK-141")
async def test_a_feed_that_was_revoked_long_ago_is_forgotten(sessions: Sessions, user: str) -> None:
    async with transaction(sessions, user) as session:
        feed = UserCalendarFeed(await connection_of(session, user, writes=True))
        for age in ("31 days", "29 days"):
            await feed.create()
            await feed.revoke()
            await session.execute(
                text(
                    f"update calendar_feeds set revoked_at = now() - interval '{age}' "
                    "where revoked_at = now()"
                )
            )
        await feed.create()
        count = await session.scalars(text("select count(*) from calendar_feeds"))
        assert count.one() == 2
