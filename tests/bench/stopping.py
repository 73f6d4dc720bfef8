"""How long a turn goes on after a stop asked for at another replica: `make bench`.

Measured from the request to stop until its listener has the end and the model was hung up on. The
goal is a second at most; the time of a turn's first event in the same run tells the machine's pace.
"""

import asyncio
import statistics
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.faults.world import World, running_world

_TURNS = 20
_MESSAGES = ("[slow 500]\nadd milk", "[stall-before]")
_GOAL = 1.0


async def stopped(world: World, message: str) -> tuple[float, float]:
    """Return how long the first event and the stop of a turn took, in seconds."""
    person = world.person()
    began = time.perf_counter()
    async with person.chatting(world.one, message) as stream:
        started = await stream.until(1)
        first = time.perf_counter() - began
        asked = time.perf_counter()
        await person.request(world.two, "POST", f"turns/{started.data['turn_id']}/cancel")
        await stream.rest()
        await world.model.idle()
        return first, time.perf_counter() - asked


async def _main() -> int:
    with TemporaryDirectory() as folder:
        async with running_world(Path(folder)) as world:
            turns = [await stopped(world, _MESSAGES[n % 2]) for n in range(_TURNS)]
    firsts, stops = zip(*turns, strict=True)
    sys.stdout.write(
        f"stop of a turn at another replica: median {statistics.median(stops):.3f} s,"
        f" longest {max(stops):.3f} s, goal {_GOAL} s;"
        f" first event of a turn: median {statistics.median(firsts):.3f} s\n"
    )
    return 0 if max(stops) <= _GOAL else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(_main()))
