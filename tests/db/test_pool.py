"""Transactions that wait for a connection."""

import asyncio

import pytest
from sqlalchemy import text

from db.access import Access
from db.engine import create_engine, create_sessions, transaction
from db.user_connection import user_connection


@pytest.mark.requirement("FR-RUN-110")
async def test_transactions_that_wait_get_connections_in_their_order(
    database_url: str, user: str
) -> None:
    engine = create_engine(database_url, pool_size=1)
    sessions = create_sessions(engine)
    came: list[tuple[int, int]] = []
    served: list[tuple[int, int]] = []

    async def take_turns(number: int) -> None:
        for turn in range(20):
            # Newcomers arrive at any step of the loop, also when a connection is being returned.
            for _ in range((number * 7 + turn) % 11):
                await asyncio.sleep(0)
            came.append((number, turn))
            async with transaction(sessions, user) as session:
                served.append((number, turn))
                await session.execute(text("select 1"))

    await asyncio.gather(*map(take_turns, range(8)))
    await engine.dispose()
    assert served == came


@pytest.mark.requirement("FR-RUN-110")
async def test_a_connection_handed_to_one_who_gave_up_goes_to_the_next(
    database_url: str, user: str
) -> None:
    engine = create_engine(database_url, pool_size=1)
    sessions = create_sessions(engine)

    async def one() -> None:
        async with transaction(sessions, user) as session:
            await session.execute(text("select 1"))

    for ticks in range(40):
        async with transaction(sessions, user):
            waiting = [asyncio.create_task(one()) for _ in range(3)]
            await asyncio.sleep(0)
        for _ in range(ticks % 8):
            await asyncio.sleep(0)
        waiting[0].cancel()
        async with asyncio.timeout(10):
            results = await asyncio.gather(*waiting, return_exceptions=True)
        assert results[1:] == [None, None]
    await engine.dispose()


@pytest.mark.requirement("FR-CHAT-065")
async def test_who_writes_much_at_once_leaves_connections_to_the_others(
    database_url: str, user: str
) -> None:
    engine = create_engine(database_url, pool_size=4)
    sessions = create_sessions(engine)

    async def write() -> None:
        async with user_connection(sessions, user, Access.WRITE):
            pass

    async with user_connection(sessions, user, Access.WRITE):
        waiting = [asyncio.create_task(write()) for _ in range(20)]
        await asyncio.sleep(0.05)
        async with asyncio.timeout(5), transaction(sessions, f"{user}-2") as session:
            await session.execute(text("select 1"))
        assert not any(task.done() for task in waiting)
    await asyncio.gather(*waiting)
    await engine.dispose()
