"""Two replicas of the API, an MCP server and a Postgres, all to be ended and started at will."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import asyncpg
import httpx2

from db.embedded import embedded_postgres
from db.embedded.account import account_for
from db.embedded.postmaster import Postmaster
from db.embedded.programs import Programs
from db.migrate import upgrade
from tests.environment import UNLIMITED
from tests.faults.person import Person
from tests.faults.programs import Program
from tests.model_server import ModelServer, running_model_server
from tests.processes import free_port
from tests.serving import NO_AUTHORITIES
from tests.stack import SECRET

# Short, for every kill waits for its end; long enough that a busy machine renews it in time.
LEASE = 3.0
# How much later than its lease a turn's end may be seen: a sweep, and a slow machine.
SLACK = 12.0


@dataclass(frozen=True)
class World:
    """The services of one installation, each a process, and the model that they ask."""

    one: Program
    two: Program
    mcp: Program
    postgres: Postmaster
    database_url: str
    model: ModelServer
    client: httpx2.AsyncClient

    @property
    def replicas(self) -> tuple[Program, Program]:
        return self.one, self.two

    def person(self) -> Person:
        """Return a user whom nobody knows yet."""
        return Person(self.client)

    def further_replica(self, **environment: str) -> Program:
        """Return one more API, which is not started yet."""
        own = {**self.two.environment, "API_PORT": str(port := free_port()), **environment}
        return Program("chat_api", port, own, self.two.log.with_name(f"{port}.log"))

    async def ready(self) -> None:
        """Wait until everything serves."""
        await asyncio.gather(*(program.ready() for program in (self.mcp, self.one, self.two)))

    async def restart_postgres(self) -> None:
        """Stop Postgres, which ends every session, and start it."""
        await asyncio.to_thread(self.postgres.stop)
        await asyncio.to_thread(self.postgres.ensure_running)

    async def rows(self, query: str, *arguments: Any) -> list[Any]:
        """Ask the database itself, as its owner."""
        async with self.database() as connection:
            return list(await connection.fetch(query, *arguments))

    @asynccontextmanager
    async def database(self) -> AsyncIterator[Any]:
        """A connection as the database's owner."""
        connection = await asyncpg.connect(self.database_url)
        try:
            yield connection
        finally:
            await connection.close()


@asynccontextmanager
async def running_world(folder: Path) -> AsyncIterator[World]:
    """Run everything until the block ends; logs are in `folder`."""
    async with AsyncExitStack() as running:
        world = await running.enter_async_context(prepared_world(folder))
        for program in (world.two, world.one, world.mcp):
            await running.enter_async_context(program.running())
        await world.ready()
        yield world


@asynccontextmanager
async def prepared_world(folder: Path) -> AsyncIterator[World]:
    """Run Postgres and the model until the block ends; the programs are not started."""
    async with AsyncExitStack() as running:
        data = Path(running.enter_context(TemporaryDirectory()))
        url = running.enter_context(embedded_postgres(data))
        await asyncio.to_thread(upgrade, url)
        cluster = data / "postgres"
        log = data / "logs" / "postgres.log"
        postgres = Postmaster(cluster, Programs(account_for(cluster)), log)
        model = await running.enter_async_context(running_model_server())
        client = await running.enter_async_context(_client())
        one, two, mcp = _programs(folder, url, model.url)
        yield World(one, two, mcp, postgres, url, model, client)


def _programs(folder: Path, database_url: str, model_url: str) -> tuple[Program, Program, Program]:
    mcp_port = free_port()
    shared = {
        "DATABASE_URL": database_url,
        "TODOCHAT_DATA_DIR": str(folder / "data"),
        "BETTER_AUTH_SECRET": SECRET,
        "MCP_PORT": str(mcp_port),
        "API_ISSUER": "http://api.test",
        "CHAT_PROVIDER": "openai",
        "OPENAI_API_KEY": "sk-test",
        "OPENAI_BASE_URL": model_url,
        "TURN_LEASE": str(LEASE),
        "TURN_GRACE": "5",
        **UNLIMITED,
    }
    # Faults strike replica one at a numbered event, so that its events must be the same each time:
    # the built-in client joins text that arrives together. Replica two runs with that client.
    one, two = (
        Program(
            "chat_api",
            port,
            {**shared, "API_PORT": str(port), "MODEL_CLIENT": client},
            folder / f"{name}.log",
        )
        for name, port, client in (
            ("one", free_port(), "sdk"),
            ("two", free_port(), "built-in"),
        )
    )
    # The replica that is never killed tells the keys, as a load balancer would find one that does.
    keys = {"API_JWKS_URL": f"{two.url}/.well-known/jwks.json"}
    return one, two, Program("mcp_server", mcp_port, {**shared, **keys}, folder / "mcp.log")


def _client() -> httpx2.AsyncClient:
    limits = httpx2.Limits(max_connections=None, max_keepalive_connections=0)
    return httpx2.AsyncClient(timeout=30, limits=limits, verify=NO_AUTHORITIES)
