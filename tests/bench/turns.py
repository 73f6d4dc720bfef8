"""What a turn costs each process, and how long its first token takes: goals 1, 2 and 5.

Ours and the peers are measured in blocks of turns, one after the other in each round; the figure is
that of the cheapest round, which the rest of the machine disturbed least.
"""

import statistics
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, field

import orjson

from tests.bench.client import Request, Target, load
from tests.bench.figures import Component, Goal, Row, at_most
from tests.bench.model import LAST_WORD
from tests.bench.peer_processes import AI_SDK, AI_SDK_CHAT, OBVIOUS, start_peers
from tests.bench.run import Options
from tests.bench.seeding import User, chat, seed_users
from tests.bench.services import MODEL, Installation, Process, installation
from tests.bench.usage import used

OPENAI, CHAT, OFFLINE = "openai", "openai-chat", "offline"
COMPONENTS: tuple[Component, ...] = ("API", "MCP server", "Postgres")
CPU = "CPU of a turn"
MESSAGES = {"plain": "hello there", "one tool": "add oat milk"}

_USERS = 400
_RIVALS = {f"ours, {OPENAI}": AI_SDK, f"ours, {CHAT}": AI_SDK_CHAT}
_FIRST_TOKEN = {"plain": 5.0, "one tool": 12.0}
_OFFLINE_API = {"plain": 5.0, "one tool": 8.0}


@dataclass(frozen=True)
class Subject:
    """Something that answers a message, and the processes that take part."""

    name: str
    processes: Mapping[str, int]
    targets: Mapping[str, Target]


@dataclass
class Costs:
    """The blocks of one subject and case: CPU in milliseconds a turn, times in milliseconds."""

    cpu: list[dict[str, float]] = field(default_factory=list)
    first: list[float] = field(default_factory=list)
    foreign: list[float] = field(default_factory=list)

    def cheapest(self) -> tuple[dict[str, float], float]:
        """Return the CPU of the cheapest block, and the foreign cores during it."""
        pairs = zip(self.cpu, self.foreign, strict=True)
        return min(pairs, key=lambda pair: sum(pair[0].values()))


Measured = dict[tuple[str, str], Costs]


async def turns(options: Options) -> AsyncIterator[Row]:
    """Measure ours with each provider, and the peers if they are asked for."""
    async with installation() as made:
        subjects = await _subjects(made, options)
        own = {case: await _models_own(made, case) for case in MESSAGES}
        measured = await _measure(subjects, options)
    for row in (*_costs(measured), *_ratios(measured), *_first_tokens(measured, own)):
        yield row


async def _subjects(made: Installation, options: Options) -> list[Subject]:
    users = await seed_users(made.database_url, _USERS)
    apis = {
        OPENAI: await made.api(OPENAI),
        CHAT: await made.api(CHAT),
        OFFLINE: made.offline,
    }
    peers = await start_peers(made) if options.peers else []
    return [
        *(our_subject(made, name, api, users) for name, api in apis.items()),
        *(
            Subject(peer.name, peer.processes, {c: peer.chat(m) for c, m in MESSAGES.items()})
            for peer in peers
        ),
    ]


def our_subject(made: Installation, provider: str, api: Process, users: list[User]) -> Subject:
    """Return one of our APIs, with the processes behind it."""
    whole = b"text.delta" if provider == OFFLINE else LAST_WORD.encode()
    processes = {"API": api.pid, "MCP server": made.mcp.pid, "Postgres": made.postgres}
    targets = {
        case: chat(api.url, users, message, at_once=1, whole=whole)
        for case, message in MESSAGES.items()
    }
    return Subject(ours(provider), processes, targets)


def ours(provider: str) -> str:
    """Return the subject that is our API with a provider."""
    return f"ours, {provider}"


async def _measure(subjects: list[Subject], options: Options) -> Measured:
    measured: Measured = {}
    requests = options.choose(100, 30)
    for subject in subjects:
        for case, target in subject.targets.items():
            measured[subject.name, case] = Costs()
            await load(target, requests=options.choose(30, 10))
    for _ in range(options.choose(3, 2)):
        for case in MESSAGES:
            for subject in subjects:
                await _block(subject, case, measured[subject.name, case], requests)
    return measured


async def _block(subject: Subject, case: str, costs: Costs, requests: int) -> None:
    with used(subject.processes) as usage:
        loaded = await load(subject.targets[case], requests=requests)
    if loaded.errors:
        raise RuntimeError(f"{subject.name}, {case}: {dict(loaded.errors)}")
    costs.cpu.append({name: spent * 1000 / requests for name, spent in usage.cpu.items()})
    costs.first.append(statistics.median(each.first for each in loaded.responses) * 1000)
    costs.foreign.append(usage.foreign_cores)


async def _models_own(made: Installation, case: str) -> float:
    """Return how long the model itself takes to the first token of its last answer."""
    said: list[dict[str, object]] = [{"role": "user", "content": MESSAGES[case]}]
    call = {"type": "function_call", "call_id": "c", "name": "add_task", "arguments": "{}"}
    output = {"type": "function_call_output", "call_id": "c", "output": "done"}
    after: list[dict[str, object]] = [*said, dict(call), dict(output)]

    async def first_and_total(items: list[dict[str, object]]) -> tuple[float, float]:
        body = orjson.dumps({"model": MODEL, "stream": True, "input": items})
        request = Request(f"{made.model_url}/responses", {"content-type": "application/json"}, body)
        mark = b"response.output_text.delta" if items is after or case == "plain" else b""
        loaded = await load(Target(lambda *_: request, first=mark), requests=50)
        medians = zip(*((each.first, each.total) for each in loaded.responses), strict=True)
        first, total = (statistics.median(times) * 1000 for times in medians)
        return first, total

    first, total = await first_and_total(said)
    return first if case == "plain" else total + (await first_and_total(after))[0]


def _costs(measured: Measured) -> Iterator[Row]:
    for (subject, case), costs in measured.items():
        cpu, foreign = costs.cheapest()
        for component in COMPONENTS:
            if component in cpu:
                yield Row(
                    bench="turns",
                    subject=subject,
                    case=case,
                    measure=CPU,
                    component=component,
                    value=cpu[component],
                    unit="ms",
                    goal=_offline_goal(subject, case, component),
                    foreign_cores=foreign,
                )


def _offline_goal(subject: str, case: str, component: str) -> Goal | None:
    offline = subject == ours(OFFLINE) and component == "API"
    return at_most(_OFFLINE_API[case]) if offline else None


def _ratios(measured: Measured) -> Iterator[Row]:
    for subject, rival in _RIVALS.items():
        for case in MESSAGES:
            if (rival, case) not in measured:
                continue
            own, _ = measured[subject, case].cheapest()
            theirs, foreign = measured[rival, case].cheapest()
            obvious, _ = measured[OBVIOUS, case].cheapest()
            everything = sum(own.values())
            for measure, value, bound in (
                ("API process / AI SDK server", own["API"] / theirs["API"], 1.0),
                ("all processes / AI SDK server", everything / theirs["API"], 1.6),
                ("API process / that of the obvious stack", own["API"] / obvious["API"], 0.2),
            ):
                yield Row(
                    bench="turns",
                    subject=subject,
                    case=case,
                    measure=f"CPU of a turn: {measure}",
                    value=value,
                    unit="x",
                    goal=at_most(bound),
                    foreign_cores=foreign,
                )


def _first_tokens(measured: Measured, own: Mapping[str, float]) -> Iterator[Row]:
    for (subject, case), costs in measured.items():
        # The built-in assistant asks no model.
        goal = at_most(_FIRST_TOKEN[case]) if subject in _RIVALS else None
        best = min(costs.first)
        yield Row(
            bench="turns",
            subject=subject,
            case=case,
            measure="first token, over the model's own",
            value=best - (0 if subject == ours(OFFLINE) else own[case]),
            unit="ms",
            goal=goal,
            foreign_cores=costs.foreign[costs.first.index(best)],
        )
