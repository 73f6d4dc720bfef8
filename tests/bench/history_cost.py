"""What a turn costs in a conversation of 10,000 messages, over one of 20: goal 6."""

import statistics
from collections.abc import AsyncIterator

from tests.bench.client import Target, load
from tests.bench.figures import Row, at_most
from tests.bench.model import LAST_WORD
from tests.bench.run import Options
from tests.bench.seeding import chat, seed_users
from tests.bench.services import installation
from tests.bench.turns import OPENAI, ours
from tests.bench.usage import used

_SHORT, _LONG = 20, 10_000
# The short ones are many, so that they stay short.
_SHORT_CONVERSATIONS = 60
_MESSAGE = "hello there"
_CASE = f"{_LONG:,} messages / {_SHORT}"


async def history_cost(options: Options) -> AsyncIterator[Row]:
    """Measure turns in both, block by block."""
    requests = options.choose(60, 30)
    cpu: dict[int, list[float]] = {_SHORT: [], _LONG: []}
    time: dict[int, list[float]] = {_SHORT: [], _LONG: []}
    foreign: list[float] = []
    async with installation() as made:
        url = made.database_url
        api = await made.api(OPENAI)
        short = await seed_users(url, _SHORT_CONVERSATIONS, "short", _SHORT)
        long = await seed_users(url, 1, "long", _LONG)
        targets: dict[int, Target] = {
            length: chat(api.url, users, _MESSAGE, at_once=1, whole=LAST_WORD.encode())
            for length, users in ((_SHORT, short), (_LONG, long))
        }
        for target in targets.values():
            await load(target, requests=20)
        for _ in range(options.choose(5, 3)):
            for length, target in targets.items():
                with used({"API": api.pid, "Postgres": made.postgres}) as usage:
                    loaded = await load(target, requests=requests)
                cpu[length].append(sum(usage.cpu.values()))
                time[length].append(statistics.median(each.total for each in loaded.responses))
                foreign.append(usage.foreign_cores)
    for measure, found in (("CPU of a turn", cpu), ("time of a turn", time)):
        yield Row(
            bench="history",
            subject=ours(OPENAI),
            case=_CASE,
            measure=measure,
            value=min(found[_LONG]) / min(found[_SHORT]),
            unit="x",
            goal=at_most(1.2),
            foreign_cores=min(foreign),
        )
