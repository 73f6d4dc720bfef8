"""One request sent many times, to any replica, in any form and at any moment: one turn."""

import asyncio
from collections import Counter
from typing import Any

import pytest

from tests.faults.invariants import check_turn
from tests.faults.person import Event, Person
from tests.faults.programs import Program
from tests.faults.size import TWO_TOOLS
from tests.faults.world import LEASE, SLACK, World

ANSWER = ("conversation_id", "turn_id", "response", "tool_calls", "task_ids", "suggestions")


async def streamed(person: Person, replica: Program, key: str) -> list[Event]:
    async with person.chatting(replica, TWO_TOOLS, key=key) as stream:
        return await stream.rest()


async def answered(person: Person, replica: Program, key: str) -> dict[str, Any]:
    answer = await person.say(replica, TWO_TOOLS, key=key)
    assert answer.status_code == 200, answer.text
    said: dict[str, Any] = answer.json()
    return said


@pytest.mark.requirement("FR-CHAT-407")
async def test_ten_at_once_are_one_turn_with_one_effect(steady_world: World) -> None:
    world = steady_world
    person = world.person()
    streams = [streamed(person, world.replicas[n % 2], "k-1") for n in range(5)]
    answers = [answered(person, world.replicas[n % 2], "k-1") for n in range(5)]
    read, said = await asyncio.gather(asyncio.gather(*streams), asyncio.gather(*answers))
    assert read == [read[0]] * 5
    assert said == [{name: read[0][-1].data[name] for name in ANSWER}] * 5
    await check_turn(world, person, world.two, read[0], within=SLACK)
    # The turn, and the one that the check asked for.
    counted = await world.rows("select role from messages where user_id = $1", person.user)
    assert Counter(row["role"] for row in counted) == {"user": 2, "assistant": 2}


@pytest.mark.requirement("FR-CHAT-407")
async def test_after_its_end_a_turn_is_told_the_same(steady_world: World) -> None:
    world = steady_world
    person = world.person()
    said = await answered(person, world.one, "k-1")
    for replica in world.replicas:
        assert await answered(person, replica, "k-1") == said
        events = await streamed(person, replica, "k-1")
        assert {name: events[-1].data[name] for name in ANSWER} == said
    await check_turn(world, person, world.two, events, within=SLACK)


@pytest.mark.requirement("FR-CHAT-407")
async def test_another_request_under_the_key_is_refused_while_the_turn_runs_and_after(
    steady_world: World,
) -> None:
    world = steady_world
    person = world.person()
    async with person.chatting(world.one, TWO_TOOLS, key="k-1") as stream:
        await stream.until(2)
        during = await person.say(world.two, "add butter", key="k-1")
        await stream.rest()
    after = await person.say(world.two, TWO_TOOLS, key="k-1", timezone="Europe/Berlin")
    for refused in (during, after):
        assert (refused.status_code, refused.json()["code"]) == (409, "idempotency_mismatch")
    await check_turn(world, person, world.two, stream.seen, within=SLACK)


@pytest.mark.requirement("FR-CHAT-407")
async def test_another_users_key_is_another_key(steady_world: World) -> None:
    world = steady_world
    people = world.person(), world.person()
    one, two = await asyncio.gather(*(answered(each, world.one, "k-1") for each in people))
    assert one["turn_id"] != two["turn_id"]


@pytest.mark.requirement("FR-CHAT-407")
async def test_the_key_of_a_turn_whose_api_died_gives_the_interrupted_turn(world: World) -> None:
    person = world.person()
    async with person.chatting(world.one, TWO_TOOLS, key="k-1") as stream:
        await stream.until_type("tool.finished")
        world.one.kill()
    world.one.start()
    turn = stream.seen[0].data["turn_id"]
    async with asyncio.timeout(LEASE + SLACK):
        events, answer = await asyncio.gather(
            streamed(person, world.two, "k-1"), person.say(world.two, TWO_TOOLS, key="k-1")
        )
    told = answer.json()
    assert (answer.status_code, told["code"], told["turn_id"]) == (503, "interrupted", turn)
    assert (events[-1].data["code"], events[-1].data["turn_id"]) == ("interrupted", turn)
    await check_turn(world, person, world.two, stream.seen, within=SLACK)
