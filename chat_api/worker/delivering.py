"""Sending what is to be sent, with growing pauses; a service that hangs keeps no other waiting."""

import asyncio
import logging
from contextlib import suppress

from chat_api.worker.web_push import PushMessage, PushResult, PushTarget, WebPushSender
from db.engine import Sessions
from db.errors import DatabaseUnavailable
from db.push_deliveries import (
    PushDelivery,
    delivery_failed,
    delivery_sent,
    delivery_unwanted,
    subscription_gone,
    take_deliveries,
)

# How many are sent at the same time; each takes ten seconds at most.
_AT_ONCE = 50
_LOOK_AGAIN_SECONDS = 30.0
_OUTAGE_SECONDS = 1.0
# What another process takes at this moment is looked at again after this time.
_LOCKED_SECONDS = 0.1

logger = logging.getLogger(__name__)


class Delivering:
    """Sends the deliveries of all users that are due, until it is cancelled.

    `due` is set when there are new ones.
    """

    def __init__(self, sessions: Sessions, sender: WebPushSender, due: asyncio.Event) -> None:
        self._sessions = sessions
        self._sender = sender
        self._due = due
        self._sending: set[asyncio.Task[None]] = set()

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
        room = _AT_ONCE - len(self._sending)
        if room <= 0:
            return _LOOK_AGAIN_SECONDS
        try:
            taken = await take_deliveries(self._sessions, room)
        except DatabaseUnavailable:
            return _OUTAGE_SECONDS
        except Exception:
            logger.exception("Deliveries could not be taken; they are tried again")
            return _OUTAGE_SECONDS
        for delivery in taken.deliveries:
            task = asyncio.create_task(self._deliver(delivery))
            self._sending.add(task)
            task.add_done_callback(self._ended)
        return 0 if taken.deliveries else max(taken.seconds, _LOCKED_SECONDS)

    def _ended(self, task: asyncio.Task[None]) -> None:
        was_full = len(self._sending) >= _AT_ONCE
        self._sending.discard(task)
        if was_full:
            self._due.set()
        if not task.cancelled() and (error := task.exception()):
            logger.error("A delivery failed; it is tried again", exc_info=error)

    async def _deliver(self, delivery: PushDelivery) -> None:
        try:
            if delivery.is_read:
                await delivery_unwanted(self._sessions, delivery)
                return
            await self._note(delivery, await self._send(delivery))
        except DatabaseUnavailable:
            logger.warning("A delivery is not noted, and will be made again")

    async def _send(self, delivery: PushDelivery) -> PushResult:
        message = PushMessage(
            type="reminder",
            tag=delivery.notification_id.hex,
            title=delivery.title,
            task_id=delivery.task_id,
            notification_id=str(delivery.notification_id),
            fires_at=delivery.fires_at.isoformat(),
            late=delivery.late,
        )
        target = PushTarget(delivery.endpoint, delivery.p256dh, delivery.auth)
        return await self._sender.send(target, message)

    async def _note(self, delivery: PushDelivery, result: PushResult) -> None:
        match result.status:
            case "sent":
                await delivery_sent(self._sessions, delivery)
            case "gone":
                await subscription_gone(self._sessions, delivery)
            case "failed":
                await delivery_failed(self._sessions, delivery, result.error)

    async def _pause(self, seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(min(seconds, _LOOK_AGAIN_SECONDS)):
                await self._due.wait()
