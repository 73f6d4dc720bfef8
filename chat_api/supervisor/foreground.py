"""Keeping Ctrl-C from the `make` that runs us."""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress


@contextmanager
def own_foreground() -> Iterator[None]:
    """Take the terminal while the block runs, if `make` shares it with us.

    Ctrl-C goes to all processes in the terminal's foreground group, and make would call a clean
    stop an error. Ctrl-Z has to be ignored then: nobody would be told that we are suspended.
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
