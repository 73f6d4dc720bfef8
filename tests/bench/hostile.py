"""One user who asks for all there is, beside fifty who use the service: their waits, as a ratio.

Both send to two replicas that have their default limits.
"""

import asyncio
import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field

import httpx2

from tests.bench.attacker import attacking
from tests.bench.figures import Row, at_most, percentile
from tests.bench.run import Options
from tests.bench.seeding import User, seed_users
from tests.bench.services import Process, installation
from tests.bench.turns import MESSAGES, OPENAI, ours
from tests.environment import UNLIMITED
from tests.serving import NO_AUTHORITIES

_NORMAL = 50
# A message of each in this time: far under the limit of 30 a minute.
_PAUSE_SECONDS = 5.0
_ROUND_SECONDS = 20
_LIMITS = {
    "MAX_TURNS_PER_USER": "4",
    "MESSAGES_PER_MINUTE": "30",
    "WRITES_PER_MINUTE": "120",
    "MAX_STREAMS_PER_USER": "10",
    "MAX_RUNNING_TURNS": "500",
    "MAX_CONNECTIONS": "1000",
    "REQUESTS_PER_SECOND": "50",
}
assert _LIMITS.keys() == UNLIMITED.keys()


@dataclass
class Waits:
    """How long the turns of normal users took, and what was answered to all requests."""

    seconds: list[float] = field(default_factory=list)
    answers: Counter[int] = field(default_factory=Counter)


async def hostile(options: Options) -> AsyncIterator[Row]:
    """Measure without the hostile user and with, over and over: the machine changes meanwhile."""
    rounds = options.choose(12, 2)
    async with installation() as made:
        normal = await seed_users(made.database_url, _NORMAL)
        (attacker,) = await seed_users(made.database_url, 1, prefix="hostile")
        replicas = [await made.api(OPENAI, **_LIMITS) for _ in range(2)]
        without, beside, attack = Waits(), Waits(), Counter[int]()
        urls = [each.url for each in replicas]
        await _use(replicas, normal, _ROUND_SECONDS, Waits())
        for number in range(rounds):
            # Now one goes first, now the other: what changes slowly is in both.
            for attacked in (False, True) if number % 2 else (True, False):
                async with attacking(urls, attacker, attack) if attacked else nullcontext():
                    await _use(replicas, normal, _ROUND_SECONDS, beside if attacked else without)
    for row in _rows(without, beside, attack):
        yield row


def _rows(without: Waits, beside: Waits, attack: Counter[int]) -> list[Row]:
    share = {
        name: [percentile(waits.seconds, part) for waits in (without, beside)]
        for name, part in (("99th percentile", 0.99), ("median", 0.5))
    }
    errors = sum((+waits.answers).total() - waits.answers[200] for waits in (without, beside))
    note = ", ".join(f"{count} x {status}" for status, count in sorted(attack.items()))
    figures = [
        (
            "99th percentile beside / without",
            share["99th percentile"][1] / share["99th percentile"][0],
            "x",
            at_most(1.1),
            "",
        ),
        ("median beside / without", share["median"][1] / share["median"][0], "x", None, ""),
        ("99th percentile without", share["99th percentile"][0], "s", None, ""),
        ("99th percentile beside", share["99th percentile"][1], "s", None, ""),
        ("errors of normal users", errors, "", at_most(0), ""),
        ("answers to the hostile user", attack.total(), "", None, note),
    ]
    return [
        Row(
            bench="hostile",
            subject=ours(OPENAI),
            case="plain",
            measure=measure,
            value=value,
            unit=unit,
            goal=goal,
            note=note,
        )
        for measure, value, unit, goal, note in figures
    ]


async def _use(
    replicas: Sequence[Process], users: Sequence[User], seconds: int, waits: Waits
) -> None:
    """Let each user send a message now and then, for so many seconds."""
    end = time.perf_counter() + seconds

    async def one(user: User, url: str) -> None:
        chooser = random.Random(user.name)
        await asyncio.sleep(chooser.random() * _PAUSE_SECONDS)
        while time.perf_counter() < end:
            began = time.perf_counter()
            answer = await client.post(
                f"{url}/api/{user.name}/chat",
                json={"message": MESSAGES["plain"], "conversation_id": str(user.conversation)},
                headers=user.headers,
            )
            waits.seconds.append(time.perf_counter() - began)
            waits.answers[answer.status_code] += 1
            await asyncio.sleep(_PAUSE_SECONDS)

    async with _client() as client:
        await asyncio.gather(
            *(one(user, replicas[n % len(replicas)].url) for n, user in enumerate(users))
        )


def _client() -> httpx2.AsyncClient:
    # Shorter than the pause: each turn has a connection of its own.
    limits = httpx2.Limits(max_connections=None, keepalive_expiry=2)
    return httpx2.AsyncClient(timeout=60, verify=NO_AUTHORITIES, limits=limits)
