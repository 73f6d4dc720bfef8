"""Many turns at once: turns a second, errors, waits and fairness; goal 3."""

import os
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field

from chat_api.settings import ApiSettings
from tests.bench.client import Load, Target, load
from tests.bench.figures import Row, at_least, at_most, fairness, percentile
from tests.bench.model import LAST_WORD
from tests.bench.peer_processes import AI_SDK, start_peers
from tests.bench.run import Options
from tests.bench.seeding import User, chat, seed_users
from tests.bench.services import Installation, Process, installation
from tests.bench.turns import MESSAGES, OPENAI, ours
from tests.bench.usage import used

RATE = "turns a second"
LEVELS = (1, 10, 50, 200, 500)
_QUICK_LEVELS = (10, 200)
_BASE = 10
_CROWDS = (200, 500)
_TURNS_EACH = 5  # which make a user's median
_WORKERS_AT_ONCE = 100
# The services, Postgres, the model and the load take as much again as two workers.
_CORES_FOR_TWO_WORKERS = 5


@dataclass
class Crowd:
    """All that was measured with so many turns at once, in one or more rounds."""

    loads: list[Load] = field(default_factory=list)
    foreign: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """The best round's turns a second: the one least disturbed."""
        return max(each.rate for each in self.loads)

    @property
    def errors(self) -> Counter[str]:
        """All errors, by what was answered."""
        return sum((each.errors for each in self.loads), Counter[str]())

    @property
    def best(self) -> Load:
        """The round with the most turns a second."""
        return max(self.loads, key=lambda each: each.rate)


async def throughput(options: Options) -> AsyncIterator[Row]:
    """Measure one API process with ever more turns at once."""
    levels = _QUICK_LEVELS if options.quick else LEVELS
    async with installation() as made:
        users = await seed_users(made.database_url, max(levels))
        api = await made.api(OPENAI)
        for case in MESSAGES:
            crowds = {at_once: Crowd() for at_once in levels}
            for _ in range(options.choose(2, 1) if case == "plain" else 1):
                for at_once, crowd in crowds.items():
                    target = _ours(api, users, case, at_once)
                    await _measure(made, api.pid, target, at_once, crowd)
            for row in _rows(ours(OPENAI), case, crowds):
                yield row
        if options.peers:
            async for row in _of_the_ai_sdk(made, levels):
                yield row


def _ours(api: Process, users: list[User], case: str, at_once: int) -> Target:
    whole = LAST_WORD.encode()
    return chat(api.url, users, MESSAGES[case], at_once=at_once, whole=whole)


async def _measure(
    made: Installation, pid: int, target: Target, at_once: int, crowd: Crowd
) -> None:
    await load(target, at_once=at_once, requests=at_once)
    with used({"API": pid, "Postgres": made.postgres}) as usage:
        loaded = await load(target, at_once=at_once, requests=max(200, _TURNS_EACH * at_once))
    crowd.loads.append(loaded)
    crowd.foreign.append(usage.foreign_cores)


async def _of_the_ai_sdk(made: Installation, levels: Sequence[int]) -> AsyncIterator[Row]:
    peer = next(peer for peer in await start_peers(made) if peer.name == AI_SDK)
    for case, message in MESSAGES.items():
        crowds = {at_once: Crowd() for at_once in levels}
        for at_once, crowd in crowds.items():
            target = peer.chat(message)
            await _measure(made, peer.processes["API"], target, at_once, crowd)
        for row in _rows(AI_SDK, case, crowds):
            yield row


def _rows(subject: str, case: str, crowds: dict[int, Crowd]) -> Iterator[Row]:
    is_ours = subject == ours(OPENAI)
    for at_once, crowd in crowds.items():
        crowded = is_ours and at_once in _CROWDS
        errors = crowd.errors
        times = [(each.client, each.total) for each in crowd.best.responses]
        p95 = percentile([time for _, time in times], 0.95)
        for measure, value, unit, goal, note in (
            (RATE, crowd.rate, "", None, ""),
            ("errors", errors.total(), "", at_most(0) if crowded else None, _named(errors)),
            ("95th percentile of a turn", p95, "s", None, ""),
            (
                "slowest user's median / fastest's",
                fairness(times),
                "x",
                at_most(2) if crowded else None,
                "",
            ),
            (
                "throughput / that of 10 at once",
                crowd.rate / crowds[_BASE].rate,
                "x",
                at_least(0.9) if crowded else None,
                "",
            ),
        ):
            yield Row(
                bench="throughput",
                subject=subject,
                case=case,
                measure=measure,
                at_once=at_once,
                value=value,
                unit=unit,
                goal=goal,
                foreign_cores=min(crowd.foreign),
                note=note,
            )


def _named(errors: Counter[str]) -> str:
    return ", ".join(f"{count} x {name}" for name, count in errors.items())


async def workers(options: Options) -> AsyncIterator[Row]:
    """Measure two API processes behind one port against one, where the API has such a setting."""
    if "api_workers" not in ApiSettings.model_fields:
        return
    async with installation() as made:
        users = await seed_users(made.database_url, _WORKERS_AT_ONCE)
        crowds = {count: Crowd() for count in (1, 2)}
        apis = {count: await made.api(OPENAI, API_WORKERS=str(count)) for count in crowds}
        for _ in range(options.choose(3, 1)):
            for count, crowd in crowds.items():
                target = _ours(apis[count], users, "plain", _WORKERS_AT_ONCE)
                await _measure(made, apis[count].pid, target, _WORKERS_AT_ONCE, crowd)
    cores = os.cpu_count() or 1
    few = f"{cores} cores for all: the services, Postgres, the model and the load share them"
    yield Row(
        bench="workers",
        subject=ours(OPENAI),
        case="plain",
        measure="turns a second, API_WORKERS=2 / 1",
        at_once=_WORKERS_AT_ONCE,
        value=crowds[2].rate / crowds[1].rate,
        unit="x",
        goal=at_least(1.7),
        foreign_cores=min(crowds[2].foreign),
        note=few if cores < _CORES_FOR_TWO_WORKERS else "",
    )
