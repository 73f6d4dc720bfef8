"""Accounts erased while something is written in their name, stopped before each of its messages."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from itertools import count
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from db.access import Access
from db.access_tokens import UserAccessTokens
from db.calendar_feeds import UserCalendarFeed
from db.engine import Sessions, create_engine, create_sessions, transaction
from db.errors import AccountDeleted, NotFound
from db.models import TABLES
from db.reminder_firing import fire_due
from db.running_turns import RunningTurn, save_events
from db.task_values import Origin
from db.task_writes import TaskWriter
from db.turn_events import EventBatch
from db.turn_values import NewTurn, OpenTurn, Outcome
from db.turn_writes import close_turn, open_turn
from db.turns import UserTurns
from db.user_connection import user_connection
from db.user_data import UserData, UserSettings
from db.user_scoped import next_id
from db.values import NewAccessToken, NewTask
from tests.db.paused import PausableConnection, pausable_connection
from tests.db.turns import new_turn

SECONDS = 10


@dataclass(frozen=True)
class Account:
    """A user with a task whose reminder is due, an ended turn, and a running one."""

    user: str
    message_id: UUID
    ended: OpenTurn
    running: OpenTurn


Writer = Callable[[Sessions, Account], Awaitable[object]]


async def _open(sessions: Sessions, user: str, new: NewTurn) -> OpenTurn:
    async with user_connection(sessions, user, Access.ADD) as connection:
        opened = await open_turn(connection, new)
    assert isinstance(opened, OpenTurn)
    return opened


async def _close(sessions: Sessions, user: str, opened: OpenTurn) -> None:
    batch = EventBatch(1, [{"type": "turn.started"}])
    outcome, reply = Outcome("finished", "hi"), next_id(opened.message_id)
    async with user_connection(sessions, user, Access.ADD) as connection:
        await close_turn(connection, opened.turn_id, outcome, reply, batch)


async def new_account(sessions: Sessions) -> Account:
    user = f"user-{uuid4().hex[:12]}"
    async with user_connection(sessions, user, Access.WRITE) as connection:
        new = NewTask(title="Milk", list="Shop", reminders=["in 1h"])
        await (await TaskWriter(connection, Origin("test")).add(new)).store()
        await connection.fetch(
            "insert into push_subscriptions (user_id, id, endpoint, p256dh, auth, user_agent) "
            f"values ($1, '{uuid4()}', 'https://push.test', '', '', '')"
        )
        await connection.fetch("update reminders set fires_at = now() where user_id = $1")
    ended = await _open(sessions, user, new_turn())
    await _close(sessions, user, ended)
    return Account(user, ended.message_id, ended, await _open(sessions, user, new_turn()))


async def adds_a_task(sessions: Sessions, account: Account) -> None:
    async with user_connection(sessions, account.user, Access.WRITE) as connection:
        added = await TaskWriter(connection, Origin("test")).add(NewTask(title="Bread", list="B"))
        await added.store()


async def takes_a_turn(sessions: Sessions, account: Account) -> None:
    await _close(sessions, account.user, await _open(sessions, account.user, new_turn()))


async def retries_a_turn(sessions: Sessions, account: Account) -> None:
    new = new_turn("", account.ended.conversation_id)
    async with transaction(sessions, account.user) as session:
        await UserTurns(session, account.user).open_again(new, account.message_id)


async def saves_events(sessions: Sessions, account: Account) -> None:
    batch = EventBatch(1, [{"type": "turn.started"}])
    await save_events(sessions, {RunningTurn(account.user, account.running.turn_id): batch})


async def creates_an_access_token(sessions: Sessions, account: Account) -> None:
    async with transaction(sessions, account.user) as session:
        await UserAccessTokens(session, account.user).create(NewAccessToken(name="laptop"))


async def creates_a_calendar_feed(sessions: Sessions, account: Account) -> None:
    async with user_connection(sessions, account.user, Access.WRITE) as connection:
        await UserCalendarFeed(connection).create()


async def changes_settings(sessions: Sessions, account: Account) -> None:
    async with transaction(sessions, account.user) as session:
        await UserSettings(session, account.user).set_default_reminder("1h")


async def fires_reminders(sessions: Sessions, _: Account) -> None:
    await fire_due(sessions)


WRITERS: tuple[Writer, ...] = (
    adds_a_task,
    takes_a_turn,
    retries_a_turn,
    saves_events,
    creates_an_access_token,
    creates_a_calendar_feed,
    changes_settings,
    fires_reminders,
)


@pytest.fixture
async def pausable(database_url: str) -> AsyncIterator[PausableConnection]:
    async with pausable_connection(database_url) as pausable:
        yield pausable


@pytest.fixture
async def pausable_sessions(pausable: PausableConnection) -> AsyncIterator[Sessions]:
    engine = create_engine(pausable.url, pool_size=1)
    yield create_sessions(engine)
    await engine.dispose()


async def erase(sessions: Sessions, user: str) -> None:
    async with transaction(sessions, user, Access.ERASE) as session:
        await UserData(session, user).erase()


async def ended_or_waiting(engine: AsyncEngine, task: asyncio.Task[None]) -> None:
    """Return when a task has ended, or waits for a lock."""
    waiting = text(
        "select count(*) from pg_stat_activity "
        "where wait_event_type = 'Lock' and datname = current_database()"
    )
    async with asyncio.timeout(SECONDS), engine.connect() as connection:
        while not task.done():
            if (await connection.scalars(waiting)).one():
                return
            await connection.rollback()
            await asyncio.wait({task}, timeout=0.002)


async def rows(engine: AsyncEngine, user: str) -> dict[str, int]:
    async with engine.connect() as connection:
        counted = {
            table: await connection.scalar(
                text(f"select count(*) from {table} where user_id = :user"), {"user": user}
            )
            for table in TABLES
        }
    return {table: number for table, number in counted.items() if number}


@pytest.mark.requirement("FR-AUTH-230")
@pytest.mark.parametrize("writer", WRITERS)
async def test_whatever_writes_meanwhile_leaves_no_row_behind(
    committed: Sessions,
    engine: AsyncEngine,
    pausable: PausableConnection,
    pausable_sessions: Sessions,
    writer: Writer,
) -> None:
    # The statements are prepared: from now on their number is the same.
    await writer(pausable_sessions, await new_account(committed))
    stops = 0
    for messages in count():
        account = await new_account(committed)
        pausable.pause_after(messages)
        writing = asyncio.ensure_future(writer(pausable_sessions, account))
        paused = asyncio.create_task(pausable.paused.wait())
        await asyncio.wait({writing, paused}, timeout=SECONDS, return_when="FIRST_COMPLETED")
        if writing.done():
            paused.cancel()
            pausable.resume()
            break
        stops += 1
        erasing = asyncio.create_task(erase(committed, account.user))
        await ended_or_waiting(engine, erasing)
        pausable.resume()
        async with asyncio.timeout(SECONDS):
            outcomes = await asyncio.gather(writing, erasing, return_exceptions=True)
        assert isinstance(outcomes[0], AccountDeleted | NotFound | None), (messages, outcomes)
        assert outcomes[1] is None, (messages, outcomes)
        assert await rows(engine, account.user) == {"user_states": 1}, messages
    assert stops >= 3
