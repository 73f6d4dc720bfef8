"""Finds, starts and stops the server process of one database folder."""

import re
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from db.embedded.errors import EmbeddedError
from db.embedded.log_files import new_log
from db.embedded.programs import Programs, last_line

_POLL_SECONDS = 0.02
_START_SECONDS = 60
_FAST_STOP_SECONDS = 10
_IMMEDIATE_STOP_SECONDS = 5
_PORT = 5432
# sockaddr_un.sun_path holds 104 bytes on macOS and 108 on Linux; and clients read a comma in the
# host as the start of another host.
_SOCKET_FOLDER = re.compile(r"/[\w./ -]{1,80}", re.ASCII)


@dataclass(frozen=True)
class Address:
    """Where the server listens, as its `postmaster.pid` says."""

    socket_folder: str
    port: str


class Postmaster:
    """The server of a database folder that exists."""

    def __init__(self, folder: Path, programs: Programs, log: Path) -> None:
        self._folder = folder
        self._programs = programs
        self._log = log
        self._pid_file = folder / "postmaster.pid"
        self._started: subprocess.Popen[bytes] | None = None

    def ensure_running(self) -> Address:
        """Wait for the server if it is running, else start it.

        Raises:
            EmbeddedError: It did not become ready; the message has the last line of its log.
        """
        if not self._wait(lambda: self._ready() or self._process() is None, _START_SECONDS):
            raise EmbeddedError(f"The Postgres of {self._folder} runs but does not get ready.")
        if not self._ready():
            self._clear_leftovers()
            self._start()
        lines = self._pid_lines()
        return Address(socket_folder=lines[4], port=lines[3])

    def stop(self) -> None:
        """Stop the server by a fast shutdown, which ends the sessions, or else kill it."""
        lines = self._pid_lines()
        process = self._process()
        if process is None:
            return
        with suppress(psutil.NoSuchProcess):
            process.send_signal(signal.SIGINT)
            if not self._wait(lambda: _is_gone(process), _FAST_STOP_SECONDS):
                process.send_signal(signal.SIGQUIT)
            if not self._wait(lambda: _is_gone(process), _IMMEDIATE_STOP_SECONDS):
                process.kill()
        if self._started:
            self._started.wait()
        self._remove_temporary_socket_folder(lines)

    def _process(self) -> psutil.Process | None:
        """Return the running server. The id alone is not enough: ids are used again."""
        try:
            process = psutil.Process(int(self._pid_lines()[0]))
            ours = _works_in(process, self._folder) and not _is_gone(process)
        except (psutil.Error, ValueError, IndexError):
            return None
        return process if ours else None

    def _ready(self) -> bool:
        return self._pid_lines()[7:8] == ["ready"] and self._process() is not None

    def _pid_lines(self) -> list[str]:
        try:
            text = self._pid_file.read_text(errors="replace")
        except FileNotFoundError:
            return []
        return [line.strip() for line in text.splitlines()]

    def _clear_leftovers(self) -> None:
        """End the processes that a killed server left; PostgreSQL does not start beside them."""
        leftovers = [
            process
            for process in psutil.process_iter(["name"])
            if process.info["name"] == "postgres" and _works_in(process, self._folder)
        ]
        _, remaining = psutil.wait_procs(leftovers, timeout=_IMMEDIATE_STOP_SECONDS)
        for process in remaining:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        # PostgreSQL takes any process with the old id for a server that is still running.
        for stale in (self._pid_file, *self._folder.glob(".s.PGSQL.*")):
            stale.unlink(missing_ok=True)

    def _start(self) -> None:
        with new_log(self._log) as log:
            self._started = server = subprocess.Popen(  # noqa: S603  our own command
                [
                    self._programs.folder / "postgres",
                    *("-D", self._folder),
                    *("-h", ""),
                    *("-p", str(_PORT)),
                    *("-k", f'"{self._socket_folder()}"'),
                ],
                stdout=log,
                stderr=subprocess.STDOUT,
                **self._programs.options(),
            )
        self._wait(lambda: self._ready() or server.poll() is not None, _START_SECONDS)
        if self._ready():
            return
        self.stop()
        raise EmbeddedError(
            f"Postgres did not start: {last_line(self._log.read_text(errors='replace'))} "
            f"(log: {self._log})"
        )

    def _socket_folder(self) -> str:
        if _SOCKET_FOLDER.fullmatch(str(self._folder)):
            return str(self._folder)
        folder = Path(tempfile.mkdtemp(prefix="todochat-postgres-"))
        self._programs.give(folder)
        return str(folder)

    def _remove_temporary_socket_folder(self, lines: list[str]) -> None:
        folder = Path(lines[4])
        if folder != self._folder:
            with suppress(OSError):
                folder.rmdir()

    @staticmethod
    def _wait(condition: Callable[[], bool], seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() >= deadline:
                return False
            time.sleep(_POLL_SECONDS)
        return True


def _works_in(process: psutil.Process, folder: Path) -> bool:
    """Return whether a process is the server of `folder`, which is its working directory."""
    try:
        return process.name() == "postgres" and Path(process.cwd()) == folder
    except psutil.Error:
        return False


def _is_gone(process: psutil.Process) -> bool:
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True
