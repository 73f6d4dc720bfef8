"""Ctrl-C and its relatives as events."""

import asyncio
import signal
from typing import NoReturn, Self

from chat_api.supervisor.errors import Stopped

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class StopSignals:
    """Turns the signals that ask to stop into events, inside a running event loop.

    A second Ctrl-C means: hurry. A closed terminal may send SIGHUP twice and means no such thing.
    """

    def __init__(self) -> None:
        self.requested = asyncio.Event()
        self.force_stop = asyncio.Event()

    def __enter__(self) -> Self:
        loop = asyncio.get_running_loop()
        for number in _SIGNALS:
            loop.add_signal_handler(number, self._on_signal, number)
        return self

    def __exit__(self, *_: object) -> None:
        loop = asyncio.get_running_loop()
        for number in _SIGNALS:
            loop.remove_signal_handler(number)

    async def stopped(self) -> NoReturn:
        """Wait until a signal asks to stop, then raise `Stopped`."""
        await self.requested.wait()
        raise Stopped

    def _on_signal(self, number: signal.Signals) -> None:
        if self.requested.is_set() and number == signal.SIGINT:
            self.force_stop.set()
        self.requested.set()
