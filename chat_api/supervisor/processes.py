"""Our Python programs as child processes, with their logs and their ends."""

import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, STDOUT, Process
from collections.abc import AsyncIterator, Coroutine, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from db.embedded.log_files import new_log

_TAIL_BYTES = 8192

T = TypeVar("T")


class StartError(Exception):
    """The services can't start or go on; `str(error)` is one line for the user."""


class ProgramEnded(StartError):
    """A program ended that should run until it is stopped; `log` is its log file."""

    def __init__(self, message: str, log: Path) -> None:
        super().__init__(message)
        self.log = log


@dataclass(frozen=True)
class Program:
    """A child process that imports its modules, and then waits for `start`."""

    process: Process
    _pipe: int

    def start(self, variables: Mapping[str, str]) -> None:
        """Let it go on, with these variables beside those that it has."""
        # One that has ended is reported by who waits for its end.
        with suppress(BrokenPipeError):
            os.write(self._pipe, f"{json.dumps(dict(variables))}\n".encode())


@dataclass(frozen=True)
class Launcher:
    """Launches programs with an environment, and stops them; `force_stop` cuts their grace short.

    What a program takes longest for is its imports. So it is launched at once, and started when
    all that it needs is there.
    """

    environment: Mapping[str, str]
    force_stop: asyncio.Event

    @asynccontextmanager
    async def launched(
        self,
        module: str,
        arguments: Sequence[str] = (),
        *,
        stop_seconds: float,
        log: Path | None = None,
        variables: Mapping[str, str] | None = None,
    ) -> AsyncIterator[Program]:
        """Keep a program that runs `module.main()`, in a session that Ctrl-C does not reach.

        Its environment is ours with `variables`.
        When the block ends, the program gets SIGTERM, and SIGKILL `stop_seconds` later or on
        `force_stop`. It ends by itself when this process ends. Without a `log` it inherits our
        standard streams.
        """
        async with AsyncExitStack() as stack:
            pipe, own_end = os.pipe()
            stack.callback(os.close, own_end)
            try:
                process = await asyncio.create_subprocess_exec(
                    sys.executable,
                    *("-P", "-m", "chat_api.supervisor.child", str(pipe), module, *arguments),
                    env={**self.environment, **(variables or {})},
                    pass_fds=(pipe,),
                    start_new_session=True,
                    **_redirection(log, stack),
                )
            finally:
                os.close(pipe)
            stack.push_async_callback(self._stop, process, stop_seconds)
            yield Program(process, own_end)

    async def _stop(self, process: Process, seconds: float) -> None:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.terminate()
            await race(process.wait(), _wait(self.force_stop), seconds=seconds)
        if process.returncode is None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()


def environment(data_dir: Path, defaults: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the environment of a program: `defaults`, our own, and the place of the data."""
    return {
        **(defaults or {}),
        **os.environ,
        "TODOCHAT_DATA_DIR": str(data_dir),
        "PYTHONUNBUFFERED": "1",
    }


async def exit_reason(process: Process) -> str:
    """Wait for the end of a program, and return its exit code or the name of its signal."""
    code = await process.wait()
    if code >= 0:
        return f"exit code {code}"
    return signal.strsignal(-code) or f"signal {-code}"


async def race(*coroutines: Coroutine[Any, Any, T], seconds: float | None = None) -> T | None:
    """Return or raise what the first coroutine to end does, and cancel the others.

    The result is None if `seconds` pass before one ends.
    """
    tasks = [asyncio.ensure_future(one) for one in coroutines]
    try:
        done, _ = await asyncio.wait(tasks, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    return next((task.result() for task in tasks if task in done), None)


def last_lines(log: Path, count: int) -> list[str]:
    """Return the last lines of a log that are not blank; none if there is no such file."""
    try:
        with log.open("rb") as file:
            size = file.seek(0, 2)
            file.seek(max(0, size - _TAIL_BYTES))
            tail = file.read().decode(errors="replace")
    except OSError:
        return []
    return [line for line in tail.splitlines() if line.strip()][-count:]


def _redirection(log: Path | None, stack: AsyncExitStack) -> dict[str, Any]:
    if log is None:
        return {}
    return {"stdin": DEVNULL, "stdout": stack.enter_context(new_log(log)), "stderr": STDOUT}


async def _wait(event: asyncio.Event) -> int:
    await event.wait()
    return 0
