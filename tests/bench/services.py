"""The services as an operator runs them, each a process of its own, over an embedded Postgres."""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import aiohttp

from chat_api.settings import ApiSettings
from db.embedded import embedded_postgres
from db.migrate import upgrade
from mcp_server.settings import McpSettings
from tests.environment import UNLIMITED
from tests.processes import free_port
from tests.specs.documents import ROOT
from tests.stack import SECRET

MODEL = "bench"
_READY_SECONDS = 60
_STOP_SECONDS = 30
_LOOK_SECONDS = 0.02
_OURS = {name.upper() for name in (*ApiSettings.model_fields, *McpSettings.model_fields)}
# Limits protect a service from its users; the load comes from a few.
_NO_LIMITS = {
    **UNLIMITED,
    "MCP_RATE_LIMIT": "1000000/second",
    "MCP_WRITE_RATE_LIMIT": "1000000/second",
}


@dataclass(frozen=True)
class Process:
    """A program that serves at a port of its own; `ready_after` is in seconds."""

    pid: int
    url: str
    ready_after: float


@dataclass
class Installation:
    """A Postgres, a model, an MCP server and an API with the built-in assistant.

    `variables` is the environment that further programs share.
    """

    folder: Path
    database_url: str
    model_url: str
    variables: dict[str, str]
    running: AsyncExitStack
    mcp: Process = field(init=False)
    offline: Process = field(init=False)

    @property
    def postgres(self) -> int:
        """Id of the Postgres server."""
        return int((self.folder / "postgres" / "postmaster.pid").read_text().split()[0])

    async def api(self, provider: str, **further: str) -> Process:
        """Start one more API; it stops with the installation."""
        variables = {
            **self.variables,
            "API_PORT": str(free_port()),
            "CHAT_PROVIDER": provider,
            "CHAT_MODEL": MODEL,
            "OPENAI_API_KEY": "sk-bench",
            "OPENAI_BASE_URL": self.model_url,
            **further,
        }
        return await self.start(
            [sys.executable, "-m", "chat_api"], variables["API_PORT"], variables
        )

    async def start(
        self, command: Sequence[str], port: str, variables: dict[str, str], path: str = "/ready"
    ) -> Process:
        """Start a program and wait until it answers at `path`; it stops with the installation."""
        log = self.folder / f"{port}.log"
        began = time.perf_counter()
        process = self.running.enter_context(running_program(command, variables, log))
        await _answering(f"http://127.0.0.1:{port}{path}", process, log)
        return Process(process.pid, f"http://127.0.0.1:{port}", time.perf_counter() - began)


@asynccontextmanager
async def installation() -> AsyncIterator[Installation]:
    """Run an installation until the block ends."""
    async with AsyncExitStack() as running:
        folder = running.enter_context(data_folder())
        url = running.enter_context(embedded_postgres(folder))
        await asyncio.to_thread(upgrade, url)
        model_url = running.enter_context(running_model(folder))
        variables = {
            **environment(),
            **_NO_LIMITS,
            "DATABASE_URL": url,
            "TODOCHAT_DATA_DIR": str(folder),
            "BETTER_AUTH_SECRET": SECRET,
            "MCP_PORT": (port := str(free_port())),
            "API_ISSUER": "http://api.bench",
            "API_JWKS_URL": f"http://127.0.0.1:{(keys := free_port())}/.well-known/jwks.json",
        }
        made = Installation(folder, url, model_url, variables, running)
        made.mcp = await made.start([sys.executable, "-m", "mcp_server"], port, variables)
        made.offline = await made.api("offline", API_PORT=str(keys))
        yield made


@contextmanager
def data_folder() -> Iterator[Path]:
    """Yield a folder that is gone after the block."""
    with TemporaryDirectory(prefix="todochat-bench-") as folder:
        path = Path(folder)
        # Where this runs as root, Postgres runs as another account.
        path.chmod(0o711)
        yield path


def environment() -> dict[str, str]:
    """Return the environment without our own settings."""
    return {name: value for name, value in os.environ.items() if name not in _OURS}


@contextmanager
def running_program(
    command: Sequence[str], variables: dict[str, str], log: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program until the block ends; its output goes to `log`."""
    with (
        log.open("ab") as output,
        subprocess.Popen(
            command, cwd=ROOT, env=variables, stdin=subprocess.DEVNULL, stdout=output, stderr=output
        ) as process,
    ):
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()


@contextmanager
def running_model(folder: Path) -> Iterator[str]:
    """Run the model until the block ends, and yield its address."""
    log = folder / "model.log"
    with running_program([sys.executable, "-m", "tests.bench.model"], environment(), log) as model:
        deadline = time.monotonic() + _READY_SECONDS
        while not (address := log.read_text()).endswith("\n"):
            if model.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the model does not serve: {address}")
            time.sleep(_LOOK_SECONDS)
        yield address.strip()


async def _answering(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + _READY_SECONDS
    async with aiohttp.ClientSession() as client:
        while not await _answers(client, url):
            if process.poll() is not None or time.monotonic() > deadline:
                raise _no_answer(url, log)
            await asyncio.sleep(_LOOK_SECONDS)


def _no_answer(url: str, log: Path) -> RuntimeError:
    return RuntimeError(f"{url} does not answer: {log.read_text()[-2000:]}")


async def _answers(client: aiohttp.ClientSession, url: str) -> bool:
    try:
        async with client.get(url) as response:
            return response.status < 500
    except aiohttp.ClientError:
        return False
