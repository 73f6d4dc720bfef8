"""Signals that ask to stop, and which processes Ctrl-C reaches."""

import asyncio
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import NoReturn, Self

# The exit code of a command that Ctrl-C ended.
INTERRUPTED = 130

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(Exception):
    """A signal asked to stop, which is no error."""


class StopSignals:
    """Sets events on the signals that ask to stop, in a running event loop.

    Only a second Ctrl-C forces the stop: a terminal that is closed may send SIGHUP twice.
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


@contextmanager
def own_foreground() -> Iterator[None]:
    """Run the block in a process group of its own, if `make` shares the foreground with us.

    Ctrl-C goes to all processes of the terminal's foreground group, and make would report a clean
    stop as an error. Ctrl-Z is ignored then: no shell would notice that we are suspended.
    """
    if "MAKELEVEL" not in os.environ or not _in_shared_foreground():
        yield
        return
    group = os.getpgrp()
    signal.signal(signal.SIGTSTP, signal.SIG_IGN)
    # Giving the terminal back from the background would suspend us.
    signal.signal(signal.SIGTTOU, signal.SIG_IGN)
    os.setpgid(0, 0)
    os.tcsetpgrp(sys.stdin.fileno(), os.getpgrp())
    try:
        yield
    finally:
        with suppress(OSError):
            os.tcsetpgrp(sys.stdin.fileno(), group)


def _in_shared_foreground() -> bool:
    try:
        foreground = os.tcgetpgrp(sys.stdin.fileno())
    except (OSError, ValueError, AttributeError):
        return False
    return foreground == os.getpgrp() != os.getpid()
