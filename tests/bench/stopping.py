"""How long a turn goes on after a stop asked for at another replica.

Measured from the request to stop until its listener has the end and the model was hung up on; the
time of a turn's first event in the same run tells the machine's pace.
"""

import statistics
import time
from collections.abc import AsyncIterator
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench.figures import Row, at_most
from tests.bench.run import Options
from tests.faults.world import World, running_world

_MESSAGES = ("[slow 500]\nadd milk", "[stall-before]")


async def stopping(options: Options) -> AsyncIterator[Row]:
    """Stop turns that stream and turns whose model is silent."""
    with TemporaryDirectory() as folder:
        async with running_world(Path(folder)) as world:
            turns = [await _stopped(world, _MESSAGES[n % 2]) for n in range(options.choose(20, 6))]
    firsts, stops = zip(*turns, strict=True)
    for measure, value, goal in (
        ("first event of a turn, median", statistics.median(firsts), None),
        ("stop at another replica, median", statistics.median(stops), None),
        ("stop at another replica, longest", max(stops), at_most(1)),
    ):
        yield Row(
            bench="stopping",
            subject="ours",
            case="a turn",
            measure=measure,
            value=value,
            unit="s",
            goal=goal,
        )


async def _stopped(world: World, message: str) -> tuple[float, float]:
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
