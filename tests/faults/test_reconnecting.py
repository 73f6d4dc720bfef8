"""Streams that are cut again and again and go on at the other replica."""

import asyncio
import random

import pytest

from tests.faults.person import LAST, Event, Person
from tests.faults.size import Size
from tests.faults.world import World

MESSAGE = "[slow {pace}]\nadd milk\nthen add bread"
_AT_ONCE = 10
_MOST_CUTS = 4


async def read_in_pieces(world: World, person: Person, chance: random.Random) -> list[Event]:
    """Read a turn as a client on a bad line does, and return all that it got."""
    message = MESSAGE.format(pace=chance.choice([5, 15, 40]))
    started = chance.randrange(2)
    async with person.chatting(world.replicas[started], message) as stream:
        await stream.until(chance.randint(1, 12))
    seen = stream.seen
    turn = seen[0].data["turn_id"]
    for cut in range(chance.randint(0, _MOST_CUTS)):
        if seen[-1].type in LAST:
            break
        replica = world.replicas[(started + cut + 1) % 2]
        async with person.following(replica, turn, after=seen[-1].id) as stream:
            await stream.until(chance.randint(1, 5))
        seen += stream.seen
    if seen[-1].type not in LAST:
        seen += await person.followed(world.replicas[chance.randrange(2)], turn, after=seen[-1].id)
    return seen


@pytest.mark.requirement("FR-CHAT-405")
@pytest.mark.timeout(300)
async def test_the_pieces_are_the_uncut_stream(steady_world: World, size: Size) -> None:
    world = steady_world
    some_at_once = asyncio.Semaphore(_AT_ONCE)

    async def one(seed: int) -> None:
        person = world.person()
        async with some_at_once:
            seen = await read_in_pieces(world, person, random.Random(seed))
            turn = seen[0].data["turn_id"]
            for replica in world.replicas:
                assert await person.followed(replica, turn) == seen, f"seed {seed}"
        assert [event.id for event in seen] == list(range(1, len(seen) + 1))
        assert seen[-1].type == "turn.finished"

    await asyncio.gather(*(one(seed) for seed in range(size.streams)))
