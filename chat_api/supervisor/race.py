"""Waiting for whatever happens first."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


async def race(*awaited: Coroutine[Any, Any, T], seconds: float | None = None) -> T | None:
    """Return or raise what the first one to end does, and cancel the others.

    None comes back when `seconds` pass before.
    """
    tasks = [asyncio.ensure_future(one) for one in awaited]
    try:
        done, _ = await asyncio.wait(tasks, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    return next((task.result() for task in tasks if task in done), None)
