"""Many slow answers at once on one API process: errors, memory and lateness; goal 3."""

import asyncio
from collections.abc import AsyncIterator

from tests.bench.client import Load, load
from tests.bench.figures import Row, at_most, percentile
from tests.bench.model import LAST_WORD, TEXT
from tests.bench.run import Options
from tests.bench.seeding import chat, seed_users
from tests.bench.services import installation
from tests.bench.turns import OPENAI, ours
from tests.bench.usage import resident_bytes, tree_of, used

_STREAMS = 300
_FIRST, _NEXT = 200, 60
_MESSAGE = f"[paced {_FIRST} {_NEXT}] hello there"
_MODEL_SECONDS = (_FIRST + _NEXT * (len(TEXT.split()) - 1)) / 1000
_LOOK_SECONDS = 0.2
_CASE = f"model of {_FIRST} ms, then {_NEXT} ms a token"


async def streams(options: Options) -> AsyncIterator[Row]:
    """Hold so many answers open, each client several in a row."""
    rounds = options.choose(4, 2)
    async with installation() as made:
        users = await seed_users(made.database_url, _STREAMS)
        api = await made.api(OPENAI)
        target = chat(api.url, users, _MESSAGE, at_once=_STREAMS, whole=LAST_WORD.encode())
        # A process at work holds more than an idle one, with one stream as with many.
        await load(chat(api.url, users, "hello", at_once=1, whole=b""), requests=50)
        idle = _memory(api.pid)
        with used({"API": api.pid}) as usage:
            loading = asyncio.create_task(
                load(target, at_once=_STREAMS, requests=rounds * _STREAMS)
            )
            most = await _most_memory(api.pid, loading)
        loaded = loading.result()
    per_stream = (most - idle) / 1024 / _STREAMS
    late = [each.total - _MODEL_SECONDS for each in loaded.responses]
    for measure, value, unit, goal in (
        ("errors", loaded.errors.total(), "", at_most(0)),
        ("memory a stream", per_stream, "KB", at_most(100)),
        ("CPU of the API process", usage.cpu["API"] / usage.wall, "cores", None),
        ("end after the model's, 95th percentile", percentile(late, 0.95) * 1000, "ms", None),
    ):
        yield Row(
            bench="streams",
            subject=ours(OPENAI),
            case=_CASE,
            measure=measure,
            at_once=_STREAMS,
            value=value,
            unit=unit,
            goal=goal,
            foreign_cores=usage.foreign_cores,
            note=", ".join(f"{n} x {name}" for name, n in loaded.errors.items()),
        )


async def _most_memory(pid: int, loading: asyncio.Task[Load]) -> int:
    most = _memory(pid)
    while not loading.done():
        await asyncio.wait({loading}, timeout=_LOOK_SECONDS)
        most = max(most, _memory(pid))
    return most


def _memory(pid: int) -> int:
    return sum(resident_bytes(process.pid) for process in tree_of(pid))
