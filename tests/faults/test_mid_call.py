"""Faults while a tool call is under way: its write waits in Postgres until the test lets it go."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tests.faults.invariants import check_turn
from tests.faults.person import Person, Stream
from tests.faults.size import TWO_TOOLS
from tests.faults.world import LEASE, SLACK, World

_LOOK_SECONDS = 0.02
_LEFT = "select 1 from pg_locks where relation = 'user_states'::regclass and mode = 'RowShareLock'"
_WAITING = "select 1 from pg_locks where not granted"


@asynccontextmanager
async def held_up(world: World, person: Person) -> AsyncIterator[None]:
    """Let no write of this user through while the block runs."""
    async with world.database() as connection:
        await connection.execute(
            "insert into user_states (user_id) values ($1) on conflict do nothing", person.user
        )
        async with connection.transaction():
            await connection.execute(
                "select from user_states where user_id = $1 for share", person.user
            )
            yield


async def until_a_write_waits(world: World) -> None:
    async with asyncio.timeout(SLACK):
        waiting = await world.rows(_WAITING)
        while not waiting:
            await asyncio.sleep(_LOOK_SECONDS)
            waiting = await world.rows(_WAITING)


async def until_no_write_is_left(world: World) -> None:
    """Wait for the writes that were let go: their locks last as long as they do."""
    async with asyncio.timeout(SLACK):
        left = await world.rows(_LEFT)
        while left:
            await asyncio.sleep(_LOOK_SECONDS)
            left = await world.rows(_LEFT)


async def begin_writing(world: World, stream: Stream) -> None:
    """Read until the first tool was called and has come as far as its write."""
    await stream.until_type("tool.called")
    await until_a_write_waits(world)


@pytest.mark.requirement("FR-CHAT-404")
async def test_a_write_that_lands_after_its_api_died_is_told(world: World) -> None:
    person = world.person()
    async with held_up(world, person), person.chatting(world.one, TWO_TOOLS) as stream:
        await begin_writing(world, stream)
        world.one.kill()
    await until_no_write_is_left(world)
    world.one.start()
    state = await check_turn(world, person, world.two, stream.seen, within=LEASE + SLACK)
    (call,) = state["answer"]["tool_calls"]
    assert (call["arguments"], call["is_error"]) == ({"title": "milk"}, False)


@pytest.mark.requirement("FR-CHAT-404")
async def test_a_write_that_would_land_after_the_end_of_its_turn_is_refused(world: World) -> None:
    person = world.person()
    async with held_up(world, person), person.chatting(world.one, TWO_TOOLS) as stream:
        await begin_writing(world, stream)
        world.one.kill()
        world.one.start()
        turn = stream.seen[0].data["turn_id"]
        await person.ended(world.two, turn, within=LEASE + SLACK)
    await until_no_write_is_left(world)
    await check_turn(world, person, world.two, stream.seen, within=SLACK)
    assert await world.rows("select 1 from tasks where user_id = $1", person.user) == []


@pytest.mark.requirement("FR-CHAT-404")
async def test_a_write_that_would_land_after_the_stop_of_its_turn_is_refused(
    steady_world: World,
) -> None:
    world = steady_world
    person = world.person()
    async with held_up(world, person), person.chatting(world.one, TWO_TOOLS) as stream:
        await begin_writing(world, stream)
        turn = stream.seen[0].data["turn_id"]
        await person.request(world.two, "POST", f"turns/{turn}/cancel")
        seen = await stream.rest()
    assert seen[-1].type == "turn.cancelled"
    await until_no_write_is_left(world)
    await check_turn(world, person, world.two, seen, within=SLACK)
    assert await world.rows("select 1 from tasks where user_id = $1", person.user) == []


@pytest.mark.requirement("FR-CHAT-404")
async def test_an_mcp_server_that_dies_in_a_call_leaves_no_second_row(steady_world: World) -> None:
    world = steady_world
    person = world.person()
    async with person.chatting(world.one, TWO_TOOLS) as stream:
        async with held_up(world, person):
            await begin_writing(world, stream)
            world.mcp.kill()
            world.mcp.start()
        seen = await stream.rest()
    await world.mcp.ready()
    state = await check_turn(world, person, world.two, seen, within=SLACK)
    assert state["status"] in {"finished", "failed"}


@pytest.mark.requirement("FR-CHAT-404")
async def test_a_call_that_is_given_up_changes_nothing_later(steady_world: World) -> None:
    world = steady_world
    person = world.person()
    async with held_up(world, person), person.chatting(world.one, TWO_TOOLS) as stream:
        await begin_writing(world, stream)
        seen = await stream.rest()
    assert seen[-1].data["code"] == "tool_service_unavailable"
    await until_no_write_is_left(world)
    await check_turn(world, person, world.two, seen, within=SLACK)
