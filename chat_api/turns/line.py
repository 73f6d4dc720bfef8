"""The places for turns of a process, and the line of those who wait for one."""

import asyncio
import time
from collections import OrderedDict, deque

from db.errors import TodoError
from db.ledger import TooManyTurns
from db.telemetry.metrics import metrics

_Place = asyncio.Future[None]


class ServiceBusy(TodoError):
    """No turn could begin within the time that one may wait in line."""

    code = "service_busy"
    retry_after = 5

    def __init__(self) -> None:
        super().__init__("Very many messages are being answered just now; try again in a moment.")


class TurnLine:
    """As many places as turns may run at once; who finds none waits in line.

    A place goes to the user who has waited longest, and a user who gets one while others of theirs
    wait goes to the end of the line: who sends thirty messages does not keep those who send one
    waiting thirty times as long.
    """

    def __init__(self, places: int, *, seconds: float, per_user: int) -> None:
        self._free = places
        self._seconds = seconds
        self._per_user = per_user
        self._users: dict[str, int] = {}
        self._waiting: OrderedDict[str, deque[_Place]] = OrderedDict()

    async def enter(self, user_id: str, *, repeats: bool = False) -> None:
        """Take a place, which `leave` gives back.

        A request that may be a repeated one (`repeats`) needs one too until it is recognised, so
        a user has twice as many places for these.

        Raises:
            TooManyTurns: The user has as many places and waits for as many as they may.
            ServiceBusy: None was free within the time that one may wait.
        """
        if self._users.get(user_id, 0) >= self._per_user * (2 if repeats else 1):
            raise TooManyTurns
        self._users[user_id] = self._users.get(user_id, 0) + 1
        began = time.perf_counter()
        try:
            await self._wait(user_id)
        except BaseException:
            self._forget(user_id)
            raise
        finally:
            metrics().service.wait_seconds.labels("turn").observe(time.perf_counter() - began)

    def leave(self, user_id: str) -> None:
        """Give a place back."""
        self._forget(user_id)
        self._pass_on()

    async def _wait(self, user_id: str) -> None:
        if self._free:
            self._free -= 1
            return
        place: _Place = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(user_id, deque()).append(place)
        try:
            with metrics().turns.waiting.track_inprogress():
                async with asyncio.timeout(self._seconds):
                    await place
        except BaseException as error:
            if place.done() and not place.cancelled():
                # It came at the moment at which this one gave up.
                self._pass_on()
            if isinstance(error, TimeoutError):
                raise ServiceBusy from error
            raise

    def _pass_on(self) -> None:
        while self._waiting:
            user_id, places = self._waiting.popitem(last=False)
            place = places.popleft()
            if places:
                self._waiting[user_id] = places
            if not place.done():
                place.set_result(None)
                return
        self._free += 1

    def _forget(self, user_id: str) -> None:
        self._users[user_id] -= 1
        if not self._users[user_id]:
            del self._users[user_id]
