"""Work that nobody asks for: ending abandoned turns, forgetting old events."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from chat_api.turn_recovery import recover
from db.engine import Sessions
from db.errors import DatabaseUnavailable
from db.sweep import abandoned_turns, forget_old_events

_FORGET_SECONDS = 3600
_SWEEPS_PER_LEASE = 5

logger = logging.getLogger(__name__)


@asynccontextmanager
async def sweeping(sessions: Sessions, lease: float) -> AsyncIterator[None]:
    """Sweep while the block runs; `lease` is a turn's, in seconds.

    Every replica sweeps: who comes second finds nothing left to do.
    """
    task = asyncio.create_task(_sweep(sessions, lease / _SWEEPS_PER_LEASE))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _sweep(sessions: Sessions, pause: float) -> None:
    since_forgetting = float("inf")
    while True:
        try:
            for turn in await abandoned_turns(sessions):
                await recover(sessions, turn.user_id, turn.turn_id)
            if since_forgetting >= _FORGET_SECONDS:
                await forget_old_events(sessions)
                since_forgetting = 0
        except DatabaseUnavailable:
            pass
        except Exception:
            logger.exception("Sweeping failed; it goes on")
        await asyncio.sleep(pause)
        since_forgetting += pause
