"""A run: users, a fault every so many seconds, and a check of everything at the end."""

import asyncio
import time
import traceback
from collections.abc import Awaitable, Sequence
from itertools import cycle

from tests.bench.usage import resident_bytes
from tests.faults.soak.faults import FAULTS, Strike, strike
from tests.faults.soak.installation import Installation
from tests.faults.soak.life import Life
from tests.faults.soak.report import Memory, Report

# By then every code path was taken, and what is cached is cached.
_WARM_SECONDS = 120.0
_LONGEST_PROBLEM = 2000
_CHECKED_AT_ONCE = 8


async def soak(
    made: Installation, *, faults: int, every: float, users: int, pause: float
) -> Report:
    """Run it for so many faults; `pause` is how many seconds a user thinks between two messages."""
    began = time.monotonic()
    lives = [Life(made, seed, pause) for seed in range(users)]
    warm = asyncio.create_task(_memory_after(made, min(_WARM_SECONDS, faults * every / 2)))
    over = asyncio.Event()
    async with asyncio.TaskGroup() as living:
        for life in lives:
            living.create_task(life.live(over))
        strikes = [
            await _strike_at(began + number * every, made, name, lives)
            for number, name in zip(range(1, faults + 1), cycle(FAULTS), strict=False)
        ]
        over.set()
    before, after = await warm, _memory(made)
    return Report(
        seconds=time.monotonic() - began,
        turns=[turn for life in lives for turn in life.turns],
        disturbances=[life.disturbances for life in lives],
        strikes=strikes,
        memory=[Memory(name, size, after[name]) for name, size in before.items()],
        problems=await _problems(lives),
    )


async def _strike_at(moment: float, made: Installation, name: str, lives: Sequence[Life]) -> Strike:
    """Let a fault happen at a moment, or as soon as the one before is over."""
    await asyncio.sleep(moment - time.monotonic())
    made.world.model.requests.clear()
    return await strike(made, name, lives)


async def _problems(lives: Sequence[Life]) -> list[str]:
    some_at_once = asyncio.Semaphore(_CHECKED_AT_ONCE)

    async def check(life: Life) -> str | None:
        async with some_at_once:
            return await _problem(life.check())

    found = await asyncio.gather(*(check(life) for life in lives))
    found += [await _problem(life.check_next()) for life in lives]
    return [problem for problem in found if problem]


async def _problem(check: Awaitable[None]) -> str | None:
    try:
        await check
    except (AssertionError, TimeoutError) as problem:
        # The statement that failed: an `assert` says nothing by itself.
        where = "".join(traceback.format_exception(problem, limit=-2))
        return where[:_LONGEST_PROBLEM]
    return None


async def _memory_after(made: Installation, seconds: float) -> dict[str, int]:
    await asyncio.sleep(seconds)
    return _memory(made)


def _memory(made: Installation) -> dict[str, int]:
    """The memory of the programs that nobody kills."""
    programs = {"API": made.second.api, "MCP server": made.second.mcp}
    return {name: resident_bytes(program.pid) for name, program in programs.items()}
