"""A real Postgres for the run, migrated, and sessions that are rolled back after each test."""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

import asyncpg
import pytest
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, async_sessionmaker

from db.embedded import embedded_postgres
from db.engine import Sessions, create_engine, create_sessions
from db.migrate import upgrade
from tests.distributed.shards import divide
from tests.servers import debian_postgres, flagged, pgbouncer

# A server that runs of pytest after each other share, with a migrated database.
SHARED_SERVER = "TODOCHAT_TEST_POSTGRES"
# Set by `make shards`: the database that the tests copy is divided.
SHARDED = "TODOCHAT_TEST_SHARDS"
_TEMPLATE = "migrated"


@pytest.fixture(scope="session")
def postgres_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """An empty database of a server that belongs to this worker, or is shared."""
    if request.config.getoption("--postgres") != "embedded":
        with debian_postgres() as url:
            yield url
        return
    if shared := os.environ.get(SHARED_SERVER):
        yield shared
        asyncio.run(_drop_copies(shared))
        return
    # Not below pytest's own folder: another run of pytest would close that to other accounts,
    # and so to the one that Postgres runs as where the tests run as root.
    with TemporaryDirectory() as folder, embedded_postgres(Path(folder)) as url:
        yield url


@pytest.fixture(scope="session")
def migrated_url(postgres_url: str) -> str:
    """A migrated database to copy, which Postgres does while nobody is connected to it."""
    if SHARED_SERVER in os.environ:
        return _with_database(postgres_url, _TEMPLATE)
    url = asyncio.run(make_template(postgres_url))
    upgrade(url)
    if SHARDED in os.environ:
        asyncio.run(divide(url))
    return url


@pytest.fixture(scope="session")
def database_url(migrated_url: str) -> str:
    """A migrated database that the tests share."""
    return asyncio.run(new_database(migrated_url))


@pytest.fixture(scope="session")
def pooler(request: pytest.FixtureRequest, postgres_url: str) -> Iterator[str | None]:
    """The URL of PgBouncer, where the tests are to go through it."""
    if request.config.getoption("--postgres") != "pgbouncer":
        yield None
        return
    with pgbouncer(postgres_url) as url:
        yield url


@pytest.fixture(scope="session")
async def engine(database_url: str, pooler: str | None) -> AsyncIterator[AsyncEngine]:
    engine = create_engine(_through(pooler, database_url), pool_size=20)
    yield engine
    await engine.dispose()


@pytest.fixture(scope="session")
def committed(engine: AsyncEngine) -> Sessions:
    """Sessions that really commit, for what needs several connections; use a user of your own."""
    return create_sessions(engine)


@pytest.fixture
async def own_database_url(migrated_url: str) -> str:
    """A migrated database that no other test has."""
    return await new_database(migrated_url)


@pytest.fixture
async def own_engine(own_database_url: str, pooler: str | None) -> AsyncIterator[AsyncEngine]:
    """Connections to a database that no other test has."""
    engine = create_engine(_through(pooler, own_database_url), pool_size=5)
    yield engine
    await engine.dispose()


@pytest.fixture
def own_sessions(own_engine: AsyncEngine) -> Sessions:
    """Sessions that really commit, in a database that no other test has."""
    return create_sessions(own_engine)


@pytest.fixture
async def connection(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """A connection as the database's owner, whose work is rolled back."""
    async with engine.connect() as connection:
        await connection.begin()
        yield connection
        await connection.rollback()


@pytest.fixture
def sessions(connection: AsyncConnection) -> Sessions:
    """Sessions whose commits are savepoints of one transaction that is rolled back."""
    return async_sessionmaker(
        connection, expire_on_commit=False, join_transaction_mode="create_savepoint"
    )


@pytest.fixture
def user() -> str:
    """A user whom no other test knows."""
    return f"user-{uuid4().hex[:12]}"


async def make_template(postgres_url: str) -> str:
    """Make the database to migrate, in a server that is made fast, and return its URL."""
    await _hurry(postgres_url)
    await _execute(postgres_url, f"create database {_TEMPLATE}")
    return _with_database(postgres_url, _TEMPLATE)


async def new_database(migrated_url: str) -> str:
    """Make a copy of a database beside it, and return the copy's URL."""
    name = f"own_{uuid4().hex[:12]}"
    create = f"create database {name} template {make_url(migrated_url).database}"
    await _execute(_with_database(migrated_url, "postgres"), create)
    return _with_database(migrated_url, name)


async def new_empty_database(url: str) -> str:
    """Make a database without tables in the server of a URL, and return its URL."""
    name = f"empty_{uuid4().hex[:12]}"
    await _execute(url, f"create database {name}")
    return _with_database(url, name)


async def require_password(url: str, role: str) -> None:
    """Let the server ask this role for its password, in this database."""
    connection = await asyncpg.connect(url)
    file = Path(await connection.fetchval("show hba_file"))
    line = f"local {make_url(url).database} {role} scram-sha-256\n"
    await asyncio.to_thread(_prepend, file, line)
    await connection.execute("select pg_reload_conf()")
    await connection.close()


def _prepend(file: Path, line: str) -> None:
    file.write_text(line + file.read_text())


def _through(pooler: str | None, url: str) -> str:
    """Return the URL by which connections are pooled, if a pooler is between."""
    return flagged(_with_database(pooler, make_url(url).database or "")) if pooler else url


def _with_database(url: str, name: str) -> str:
    return make_url(url).set(database=name).render_as_string(hide_password=False)


async def _drop_copies(url: str) -> None:
    connection = await asyncpg.connect(url)
    copies = await connection.fetch(
        "select datname from pg_database"
        " where not datistemplate and datname not in (current_database(), 'postgres', $1)",
        _TEMPLATE,
    )
    for (name,) in copies:
        await connection.execute(f'drop database "{name}" with (force)')
    await connection.close()


async def _hurry(url: str) -> None:
    """Trade durability, which no test of a running server needs, for speed."""
    await _execute(url, "alter system set fsync = off", "select pg_reload_conf()")


async def _execute(url: str, *statements: str) -> None:
    connection = await asyncpg.connect(url)
    for statement in statements:
        await connection.execute(statement)
    await connection.close()
