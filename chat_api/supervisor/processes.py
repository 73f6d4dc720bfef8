"""Our Python programs as processes of their own."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, STDOUT, Process
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chat_api.supervisor.race import race


@dataclass(frozen=True)
class Launcher:
    """Starts and stops programs: with which environment, and what hurries their end."""

    environment: Mapping[str, str]
    force_stop: asyncio.Event

    @asynccontextmanager
    async def running(
        self,
        module: str,
        arguments: Sequence[str] = (),
        *,
        stop_seconds: float,
        log: Path | None = None,
    ) -> AsyncIterator[Process]:
        """Run `python -m module` while the block runs, in a session that Ctrl-C does not reach.

        When the block ends, the program gets SIGTERM, and SIGKILL `stop_seconds` later or on
        `force_stop`. It ends by itself when this process is gone. Without a `log` it has our input
        and output.
        """
        async with AsyncExitStack() as stack:
            watched, ours = os.pipe()
            stack.callback(os.close, ours)
            try:
                process = await asyncio.create_subprocess_exec(
                    sys.executable,
                    *("-P", "-m", "chat_api.supervisor.child", str(watched), module, *arguments),
                    env=self.environment,
                    pass_fds=(watched,),
                    start_new_session=True,
                    **_redirection(log, stack),
                )
            finally:
                os.close(watched)
            stack.push_async_callback(self._stop, process, stop_seconds)
            yield process

    async def _stop(self, process: Process, seconds: float) -> None:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.terminate()
            await race(ended(process), _happened(self.force_stop), seconds=seconds)
        if process.returncode is None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()


async def ended(process: Process) -> str:
    """Wait for the end of a program, and say how it ended."""
    code = await process.wait()
    if code >= 0:
        return f"exit code {code}"
    return signal.strsignal(-code) or f"signal {-code}"


def _redirection(log: Path | None, stack: AsyncExitStack) -> dict[str, Any]:
    if log is None:
        return {}
    log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if log.exists():
        log.replace(f"{log}.1")
    file = stack.enter_context(log.open("wb"))
    return {"stdin": DEVNULL, "stdout": file, "stderr": STDOUT}


async def _happened(event: asyncio.Event) -> str:
    await event.wait()
    return ""
