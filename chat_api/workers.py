"""Several processes of the API that share one listening socket.

The first process only watches the others. They are forked from it, and so share the memory of what
it has imported.
"""

import logging
import multiprocessing
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from multiprocessing.connection import wait
from multiprocessing.context import ForkProcess
from types import FrameType
from typing import NoReturn

from db.telemetry.metrics import forget_process

_BACKLOG = 2048
# A worker that is killed at its start again and again is not replaced in a tight loop.
_REPLACE_SECONDS = 1

logger = logging.getLogger(__name__)

Serve = Callable[[socket.socket], None]


class Workers:
    """Runs `serve` in several processes until a signal asks to stop.

    A worker that a signal has ended is replaced. One that ends with an error would do so again:
    then all are stopped.
    """

    def __init__(self, count: int, listener: socket.socket, serve: Serve) -> None:
        self._count = count
        self._listener = listener
        self._serve = serve
        self._context = multiprocessing.get_context("fork")
        self._processes: list[ForkProcess] = []
        self._stopping = False
        self._exit_code = 0
        # Workers see its end when this process is gone.
        self._alive, self._own_end = os.pipe()

    def run(self) -> int:
        """Return 0 after a signal, else the exit code of the worker that failed."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._on_signal)
        for _ in range(self._count):
            self._start()
        while self._processes:
            wait([process.sentinel for process in self._processes])
            for process in [one for one in self._processes if one.exitcode is not None]:
                self._processes.remove(process)
                forget_process(process.pid or 0)
                self._replace(process)
        return self._exit_code

    def _replace(self, ended: ForkProcess) -> None:
        if self._stopping:
            return
        code = ended.exitcode or 0
        if code > 0:
            logger.error("Worker %s ended with exit code %s; the others stop", ended.pid, code)
            self._exit_code = code
            self._stop()
            return
        logger.error("Worker %s ended by itself (%s) and is replaced", ended.pid, code)
        time.sleep(_REPLACE_SECONDS)
        self._start()

    def _start(self) -> None:
        # A signal that comes meanwhile waits until the child has handlers of its own.
        signals = signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGINT, signal.SIGTERM))
        try:
            if not self._stopping:
                process = self._context.Process(target=self._work, args=(signals,))
                process.start()
                self._processes.append(process)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, signals)

    def _work(self, signals: set[signal.Signals]) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        # Ctrl-C reaches all processes of a terminal; it stays blocked here, where the first one
        # passes it on.
        signal.pthread_sigmask(signal.SIG_SETMASK, {*signals, signal.SIGINT})
        os.close(self._own_end)
        threading.Thread(target=_stop_with_parent, args=(self._alive,), daemon=True).start()
        self._serve(self._listener)

    def _on_signal(self, _: int, __: FrameType | None) -> None:
        self._stop()

    def _stop(self) -> None:
        self._stopping = True
        # The port is free once the workers have closed it as well.
        self._listener.close()
        for process in self._processes:
            if process.pid and process.exitcode is None:
                os.kill(process.pid, signal.SIGTERM)


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens.

    Raises:
        OSError: The port is taken, or the host is not this machine.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=_BACKLOG)


def run_workers(count: int, host: str, port: int, serve: Serve) -> NoReturn:
    """Serve with so many processes, and exit with the code of `Workers.run`."""
    try:
        listener = listen(host, port)
    except OSError as error:
        sys.exit(f"{host}:{port} can't be listened on: {error.strerror}.")
    sys.exit(Workers(count, listener, serve).run())


def _stop_with_parent(alive: int) -> None:
    while os.read(alive, 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
