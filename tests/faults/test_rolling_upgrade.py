"""A new version comes and goes while the version before serves."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import asyncpg
import httpx2
import pytest

from auth.minting import mint_login_token
from db.embedded import embedded_postgres
from db.engine import create_engine
from db.migrate import run_migrations, upgrade
from tests.environment import UNLIMITED
from tests.faults.previous_version import extract_previous, running_previous
from tests.processes import free_port, process
from tests.serving import NO_AUTHORITIES
from tests.stack import SECRET

_READY_SECONDS = 40
_ROUNDS = 3
# Longer than Postgres lets a wait for a lock pass without a word.
_HELD_SECONDS = 1.5
_BLOCKED = "still waiting for"


@dataclass
class Client:
    """A user who works at one replica, and remembers what the answers were."""

    url: str
    statuses: list[int] = field(default_factory=list)

    async def work(self, client: httpx2.AsyncClient) -> None:
        """Write and read, with a turn that calls a tool."""
        user = f"user-{self.url[-5:]}"
        headers = {
            "Authorization": f"Bearer {mint_login_token(SECRET, user, lifetime=600)}",
            "Accept": "application/json",
        }
        for method, path, body in (
            ("POST", "tasks", {"title": "milk"}),
            ("POST", "chat", {"message": "add bread"}),
            ("GET", "tasks", None),
            ("PATCH", "tasks/1/complete", None),
        ):
            answer = await client.request(
                method, f"{self.url}/api/{user}/{path}", json=body, headers=headers
            )
            self.statuses.append(answer.status_code)
            if path == "chat":
                assert answer.json().get("tool_calls"), answer.text


@pytest.fixture
def postgres() -> Iterator[tuple[str, Path]]:
    """A server of its own, which logs waits for locks of more than a second, and its log."""
    with TemporaryDirectory() as folder, embedded_postgres(Path(folder)) as url:
        yield url, Path(folder) / "logs" / "postgres.log"


@contextmanager
def replica(database_url: str, folder: Path, code: Path | None = None) -> Iterator[str]:
    """Run an API and an MCP server, of the version before if its code is given."""
    folder.mkdir()
    api_port = free_port()
    environment = {
        "DATABASE_URL": database_url,
        "TODOCHAT_DATA_DIR": str(folder),
        "BETTER_AUTH_SECRET": SECRET,
        "API_PORT": str(api_port),
        "MCP_PORT": str(free_port()),
        "CHAT_PROVIDER": "offline",
        "TURN_GRACE": "1",
        **UNLIMITED,
    }
    with ExitStack() as running:
        for module in ("mcp_server", "chat_api"):
            log = folder / f"{module}.log"
            running.enter_context(
                running_previous(code, module, environment, log)
                if code
                else process(module, environment, log)
            )
        yield f"http://127.0.0.1:{api_port}"


async def until_ready(client: httpx2.AsyncClient, url: str) -> None:
    async with asyncio.timeout(_READY_SECONDS):
        while not await _is_ready(client, url):  # noqa: ASYNC110  it is another process
            await asyncio.sleep(0.1)


async def _is_ready(client: httpx2.AsyncClient, url: str) -> bool:
    try:
        return (await client.get(f"{url}/ready")).status_code == 200
    except httpx2.TransportError:
        return False


async def prepare(url: str, revision: str) -> None:
    """Migrate as far as the version before did, and let Postgres log what waits for locks."""
    engine = create_engine(url, pool_size=1)
    async with engine.begin() as connection:
        await connection.run_sync(run_migrations, revision)
    await engine.dispose()
    connection = await asyncpg.connect(url)
    await connection.execute("alter system set log_lock_waits = on")
    await connection.execute("select pg_reload_conf()")
    await connection.close()


@asynccontextmanager
async def long_reader(url: str) -> AsyncIterator[None]:
    """Read every table in a transaction that goes on for a while beside the block."""
    connection = await asyncpg.connect(url)
    reading = connection.transaction()
    await reading.start()
    tables = await connection.fetch("select tablename from pg_tables where schemaname = 'public'")
    for table in tables:
        await connection.execute(f"select 1 from {table['tablename']} limit 1")
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(_end_later(reading))
            yield
    finally:
        await connection.close()


async def _end_later(reading: asyncpg.transaction.Transaction) -> None:
    await asyncio.sleep(_HELD_SECONDS)
    await reading.rollback()


@pytest.mark.requirement("FR-RUN-121")
@pytest.mark.timeout(180)
async def test_both_versions_serve_while_the_new_one_comes_and_goes(
    postgres: tuple[str, Path], tmp_path: Path
) -> None:
    url, log = postgres
    code = tmp_path / "previous"
    await prepare(url, extract_previous(code))
    before, after = [], []
    async with httpx2.AsyncClient(timeout=30, verify=NO_AUTHORITIES) as client:
        with replica(url, tmp_path / "old", code) as old_url:
            await until_ready(client, old_url)
            old = Client(old_url)
            await old.work(client)

            migration = asyncio.create_task(asyncio.to_thread(upgrade, url))
            began = time.monotonic()
            async with long_reader(url):
                while not migration.done() or time.monotonic() < began + _HELD_SECONDS:
                    await old.work(client)
            await migration

            with replica(url, tmp_path / "new") as new_url:
                await until_ready(client, new_url)
                new = Client(new_url)
                for _ in range(_ROUNDS):
                    await asyncio.gather(old.work(client), new.work(client))
            # The new version is rolled back, its schema stays.
            await old.work(client)
            before, after = old.statuses, new.statuses
    assert [status for status in (*before, *after) if status >= 400] == []
    assert [line for line in log.read_text().splitlines() if _BLOCKED in line] == []
