"""What is done for all users beside requests: reminders fire and are sent, what is old is deleted.

It runs in each process of the API, or in `todochat worker` alone. However many run, each reminder
fires once (`db.reminder_firing`).
"""

import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

from chat_api.turns.background import background_task
from chat_api.worker.channels import Channel
from chat_api.worker.delivering import Delivering
from chat_api.worker.retention import deleting
from db.engine import Sessions
from db.errors import DatabaseUnavailable
from db.notifier import REMINDERS_TOPIC, Notifier, Subscription
from db.reminder_firing import fire_due
from db.retention import Retention
from db.task_reminders import LOOK_AGAIN
from db.telemetry.metrics import metrics
from db.waiting import set_within

# Where no notification can arrive, new reminders are looked for this often.
_POLL_SECONDS = 1.0
# What another process has locked is looked at again after this time.
_LOCKED_SECONDS = 0.1

logger = logging.getLogger(__name__)


@asynccontextmanager
async def working(
    sessions: Sessions, notifier: Notifier, channels: Sequence[Channel], retention: Retention
) -> AsyncIterator[None]:
    """Work while the block runs; the notifier must be started."""
    # A channel whose service hangs keeps no other waiting.
    deliverings = [Delivering(sessions, channel) for channel in channels]

    def wake() -> None:
        for delivering in deliverings:
            delivering.wake()

    async with AsyncExitStack() as background:
        work = [_fire(sessions, notifier, wake), deleting(sessions, retention)]
        for one in (*work, *(delivering.run() for delivering in deliverings)):
            await background.enter_async_context(background_task(one))
        yield


async def _fire(sessions: Sessions, notifier: Notifier, fired: Callable[[], None]) -> None:
    """Fire what is due, and wait until the next reminder is, or a nearer one is set."""
    async with notifier.listening(REMINDERS_TOPIC) as subscription:
        while True:
            seconds = await _fire_once(sessions, fired)
            longest = LOOK_AGAIN.total_seconds() if notifier.live else _POLL_SECONDS
            await _pause(subscription, min(max(seconds, _LOCKED_SECONDS), longest))


async def _fire_once(sessions: Sessions, on_fired: Callable[[], None]) -> float:
    """Fire what is due, and return the seconds until the next reminder."""
    try:
        while (fired := await fire_due(sessions)).notified:
            on_fired()
    except DatabaseUnavailable:
        return _POLL_SECONDS
    except Exception:
        metrics().service.background_failures.labels("reminders").inc()
        logger.exception("Reminders could not be fired; they are tried again")
        return _POLL_SECONDS
    return fired.seconds


async def _pause(subscription: Subscription, seconds: float) -> None:
    await set_within(subscription.notified, seconds)
    subscription.notified.clear()
