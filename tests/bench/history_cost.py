"""What a turn costs the API in a conversation of 10,000 messages, over one of 20: `make bench`.

Each cost is measured in blocks of turns, the two lengths in turn, on an API process that answers
nothing else: its CPU time, and the time until the answer. The goal is a ratio of 1.2 at most.
"""

import asyncio
import statistics
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

import psutil

from tests.faults.long_conversation import seed_conversation
from tests.faults.person import Person
from tests.faults.world import World, running_world

SHORT, LONG = 20, 10_000
_TURNS = 10
_BLOCKS = 8
_GOAL = 1.2


@dataclass
class Costs:
    """What turns in conversations of one length cost, in milliseconds each, by block."""

    cpu: list[float] = field(default_factory=list)
    time: list[float] = field(default_factory=list)


async def block(world: World, person: Person, conversation: UUID, costs: Costs) -> None:
    """Take turns in a conversation, each of which finds it as it was at first."""
    process = psutil.Process(world.one.pid)
    spent = elapsed = 0.0
    for _ in range(_TURNS):
        before, began = _cpu(process), time.perf_counter()
        answer = await person.say(world.one, "hello", conversation_id=str(conversation))
        elapsed += time.perf_counter() - began
        spent += _cpu(process) - before
        answer.raise_for_status()
        await world.rows("delete from turns where id = $1", UUID(answer.json()["turn_id"]))
    costs.cpu.append(spent * 1000 / _TURNS)
    costs.time.append(elapsed * 1000 / _TURNS)


async def measure(world: World) -> dict[int, Costs]:
    """Measure after a block that only warms up."""
    person, costs = world.person(), {SHORT: Costs(), LONG: Costs()}
    async with world.database() as connection:
        seeded = {
            length: await seed_conversation(connection, person.user, length) for length in costs
        }
        await connection.execute("analyze")
    for conversation in seeded.values():
        await block(world, person, conversation, Costs())
    for _ in range(_BLOCKS):
        for length, conversation in seeded.items():
            await block(world, person, conversation, costs[length])
    return costs


def _cpu(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def _report(short: Costs, long: Costs) -> bool:
    ratios = []
    for name, few, many in (("CPU", short.cpu, long.cpu), ("time", short.time, long.time)):
        low, high = statistics.median(few), statistics.median(many)
        ratios.append(high / low)
        sys.stdout.write(
            f"{name:4} of a turn: {low:5.1f} ms with {SHORT} messages,"
            f" {high:5.1f} ms with {LONG}: ratio {high / low:.2f}, goal {_GOAL}\n"
        )
    return max(ratios) <= _GOAL


async def _main() -> int:
    with TemporaryDirectory() as folder:
        async with running_world(Path(folder)) as world:
            costs = await measure(world)
    return 0 if _report(costs[SHORT], costs[LONG]) else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(_main()))
