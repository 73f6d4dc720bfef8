"""Deleting what is old, by one of all processes at a time."""

import asyncio
import logging
from datetime import timedelta

from chat_api.settings import ApiSettings
from db.engine import Sessions
from db.errors import DatabaseUnavailable
from db.retention import RUN_EVERY, Retention, claim_run, delete_old
from db.telemetry.metrics import metrics

# Whichever process looks first after an hour runs; the others find that it did.
_LOOK_SECONDS = RUN_EVERY.total_seconds() / 6

logger = logging.getLogger(__name__)


def retention_of(settings: ApiSettings) -> Retention:
    """Return how long the settings keep things."""
    return Retention(
        events=timedelta(hours=settings.event_hours),
        answers=timedelta(hours=settings.idempotency_hours),
        turn_keys=timedelta(days=settings.turn_key_days),
        history=timedelta(days=settings.history_days),
        notifications=timedelta(days=settings.notification_days),
    )


async def deleting(sessions: Sessions, retention: Retention) -> None:
    """Delete what is old, hourly and once for all processes, until this is cancelled."""
    while True:
        try:
            if await claim_run(sessions):
                await delete_old(sessions, retention)
        except DatabaseUnavailable:
            pass
        except Exception:
            metrics().service.background_failures.labels("retention").inc()
            logger.exception("What is old could not be deleted; the next run tries again")
        await asyncio.sleep(_LOOK_SECONDS)
