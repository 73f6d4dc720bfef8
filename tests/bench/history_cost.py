"""What a turn costs the API in a conversation of 10,000 messages, over one of 20: `make bench`.

Both costs are measured in turn and turn about, on one API process that answers nothing else: the
CPU time of the process, and the time until the answer. The goal is a ratio of 1.2 at most.
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
_ROUNDS = 60
_WARM_UP = 5
_GOAL = 1.2


@dataclass
class Costs:
    """What the turns in conversations of one length cost, in milliseconds each."""

    cpu: list[float] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)

    async def turn(self, world: World, person: Person, conversation: UUID) -> None:
        process = psutil.Process(world.one.pid)
        cpu, began = _cpu(process), time.perf_counter()
        answer = await person.say(world.one, "hello", conversation_id=str(conversation))
        self.wall.append((time.perf_counter() - began) * 1000)
        self.cpu.append((_cpu(process) - cpu) * 1000)
        answer.raise_for_status()

    def usual_cpu(self) -> float:
        return statistics.mean(self.cpu[_WARM_UP:])

    def usual_wall(self) -> float:
        return statistics.median(self.wall[_WARM_UP:])


async def measure(world: World) -> dict[int, Costs]:
    """Run turns in new conversations of either length, one after the other."""
    person, costs = world.person(), {SHORT: Costs(), LONG: Costs()}
    async with world.database() as connection:
        long = await seed_conversation(connection, person.user, LONG)
        short = [await seed_conversation(connection, person.user, SHORT) for _ in range(_ROUNDS)]
        await connection.execute("analyze")
    for conversation in short:
        await costs[SHORT].turn(world, person, conversation)
        await costs[LONG].turn(world, person, long)
    return costs


def _cpu(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def _report(costs: dict[int, Costs]) -> bool:
    ratios = []
    for name, cost in (("CPU", Costs.usual_cpu), ("time", Costs.usual_wall)):
        short, long = cost(costs[SHORT]), cost(costs[LONG])
        ratios.append(long / short)
        sys.stdout.write(
            f"{name:4}: {short:5.1f} ms with {SHORT} messages, {long:5.1f} ms with {LONG},"
            f" ratio {long / short:.2f}, goal {_GOAL}\n"
        )
    return max(ratios) <= _GOAL


async def _main() -> int:
    with TemporaryDirectory() as folder:
        async with running_world(Path(folder)) as world:
            return 0 if _report(await measure(world)) else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(_main()))
