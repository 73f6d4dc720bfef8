"""Services as processes that are killed and started again where they were."""

import asyncio
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess
from pathlib import Path

import httpx2

from tests.forking import start_module
from tests.serving import NO_AUTHORITIES

_READY_SECONDS = 60
_STOP_SECONDS = 40
_LOOK_SECONDS = 0.02
_READY = "ready"


@dataclass
class Program:
    """`python -m module` at a port of its own."""

    module: str
    port: int
    environment: dict[str, str]
    log: Path
    _process: BaseProcess | None = field(default=None, init=False)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        assert self._running.pid
        return self._running.pid

    def start(self) -> None:
        self._process = start_module(self.module, {**os.environ, **self.environment}, self.log)

    def kill(self) -> None:
        """End it as a crash does: it learns nothing of it."""
        self._running.kill()
        self._running.join()

    def ask_to_stop(self) -> None:
        """Send the signal that a deploy sends."""
        self._running.terminate()

    async def ended(self) -> int:
        """Wait for the end of the process and return its exit status."""
        await asyncio.to_thread(self._running.join, _STOP_SECONDS)
        code = self._running.exitcode
        assert code is not None, f"it goes on: {self.log.read_text()}"
        return code

    async def ready(self) -> None:
        """Wait until it serves."""
        deadline = time.monotonic() + _READY_SECONDS
        async with httpx2.AsyncClient(base_url=self.url, verify=NO_AUTHORITIES) as client:
            while (answer := await _readiness(client)) != _READY:
                assert self._running.is_alive(), self.log.read_text()
                assert time.monotonic() < deadline, f"{answer}\n{self.log.read_text()}"
                await asyncio.sleep(_LOOK_SECONDS)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Run it until the block ends; it may be killed and started again meanwhile."""
        self.start()
        try:
            yield
        finally:
            self.ask_to_stop()
            await self.ended()

    @property
    def _running(self) -> BaseProcess:
        assert self._process, "it was not started"
        return self._process


async def _readiness(client: httpx2.AsyncClient) -> str:
    """Return `_READY`, or why it is not."""
    try:
        response = await client.get("/ready")
    except httpx2.TransportError as error:
        return repr(error)
    return _READY if response.status_code == 200 else response.text
