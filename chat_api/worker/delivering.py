"""Sending what is to be sent, with growing pauses; a service that hangs keeps no other waiting."""

import asyncio
import logging

from chat_api.worker.channels import Channel
from chat_api.worker.result import SendResult
from db.deliveries import (
    Delivery,
    delivery_failed,
    delivery_outdated,
    delivery_sent,
    subscription_gone,
    take_deliveries,
)
from db.engine import Sessions
from db.errors import DatabaseUnavailable
from db.telemetry.metrics import metrics
from db.waiting import set_within

_LOOK_AGAIN_SECONDS = 30.0
_OUTAGE_SECONDS = 1.0
# What another process takes at this moment is looked at again after this time.
_LOCKED_SECONDS = 0.1

logger = logging.getLogger(__name__)


class Delivering:
    """Sends the deliveries of one channel that are due, of all users, until it is cancelled."""

    def __init__(self, sessions: Sessions, channel: Channel) -> None:
        self._sessions = sessions
        self._channel = channel
        self._due = asyncio.Event()
        self._sending: set[asyncio.Task[None]] = set()

    def wake(self) -> None:
        """Look for new deliveries now."""
        self._due.set()

    async def run(self) -> None:
        """Take what is due as long as there is room, and wait for more."""
        try:
            while True:
                self._due.clear()
                seconds = await self._take()
                await self._pause(seconds)
        finally:
            for task in self._sending:
                task.cancel()

    async def _take(self) -> float:
        """Begin to send what is due, and return the seconds until more is."""
        room = self._channel.at_once - len(self._sending)
        if room <= 0:
            return _LOOK_AGAIN_SECONDS
        try:
            taken = await take_deliveries(self._sessions, self._channel.name, room)
        except DatabaseUnavailable:
            return _OUTAGE_SECONDS
        except Exception:
            metrics().service.background_failures.labels("deliveries").inc()
            logger.exception("Deliveries could not be taken; they are tried again")
            return _OUTAGE_SECONDS
        for delivery in taken.deliveries:
            task = asyncio.create_task(self._deliver(delivery))
            self._sending.add(task)
            task.add_done_callback(self._ended)
        return 0 if taken.deliveries else max(taken.seconds, _LOCKED_SECONDS)

    def _ended(self, task: asyncio.Task[None]) -> None:
        was_full = len(self._sending) >= self._channel.at_once
        self._sending.discard(task)
        if was_full:
            self._due.set()
        if not task.cancelled() and (error := task.exception()):
            logger.error("A delivery failed; it is tried again", exc_info=error)

    async def _deliver(self, delivery: Delivery) -> None:
        try:
            if delivery.is_outdated:
                self._count("outdated")
                await delivery_outdated(self._sessions, delivery)
                return
            await self._note(delivery, await self._channel.deliver(delivery))
        except DatabaseUnavailable:
            logger.warning("A delivery is not noted, and will be made again")

    async def _note(self, delivery: Delivery, result: SendResult) -> None:
        self._count(result.status)
        match result.status:
            case "sent":
                await delivery_sent(self._sessions, delivery)
            case "gone":
                await subscription_gone(self._sessions, delivery)
            case "refused":
                await delivery_failed(self._sessions, delivery, result.error, attempts=1)
            case "failed":
                await delivery_failed(self._sessions, delivery, result.error)

    def _count(self, result: str) -> None:
        metrics().reminders.deliveries.labels(self._channel.name, result).inc()

    async def _pause(self, seconds: float) -> None:
        await set_within(self._due, min(seconds, _LOOK_AGAIN_SECONDS))
