"""What `/ready` and callers are told while Postgres answers and yet can't serve."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

import asyncpg
import httpx2
import pytest
from sqlalchemy.engine import make_url

from db.engine import create_engine, create_sessions
from db.migrate import run_migrations
from tests.postgres import require_password
from tests.stack import Stack, running_stack

READ_ONLY = (503, "database_read_only")


@asynccontextmanager
async def serving(url: str, folder: Path) -> AsyncIterator[Stack]:
    """Run the services over a database that need not be able to serve."""
    engine = create_engine(url, pool_size=3)
    async with running_stack(create_sessions(engine), folder, chat_provider="offline") as stack:
        yield stack
    await engine.dispose()


async def execute(url: str, *statements: str) -> None:
    connection = await asyncpg.connect(url)
    for statement in statements:
        await connection.execute(statement)
    await connection.close()


async def readiness(stack: Stack) -> tuple[tuple[int, str], tuple[int, str]]:
    """Return status and code of the API's `/ready`, and of the MCP server's."""
    mcp = f"{stack.settings.mcp_resource.removesuffix('/mcp')}/ready"
    answers = [await stack.client.get("/ready"), await stack.client.get(mcp)]
    assert all("retry-after" in answer.headers for answer in answers if answer.status_code == 503)
    one, two = ((answer.status_code, answer.json().get("code", "")) for answer in answers)
    return one, two


async def add_tasks(stack: Stack, user: str, count: int) -> list[httpx2.Response]:
    return await asyncio.gather(
        *(
            stack.client.post(
                f"/api/{user}/tasks", json={"title": "x"}, headers=stack.as_user(user)
            )
            for _ in range(count)
        )
    )


@pytest.mark.requirement("FR-RUN-122")
@pytest.mark.parametrize("revision", [None, "0001"])
async def test_a_schema_that_is_too_old_is_not_ready(
    postgres_url: str, tmp_path: Path, revision: str | None
) -> None:
    name = f"old_{uuid4().hex[:8]}"
    await execute(postgres_url, f"create database {name}")
    url = make_url(postgres_url).set(database=name).render_as_string(hide_password=False)
    if revision:
        engine = create_engine(url, pool_size=1)
        async with engine.begin() as connection:
            await connection.run_sync(run_migrations, revision)
        await engine.dispose()
    async with serving(url, tmp_path) as stack:
        assert await readiness(stack) == ((503, "schema_outdated"), (503, "schema_outdated"))


@pytest.mark.requirement("FR-RUN-122")
async def test_a_schema_of_a_later_version_is_ready(own_database_url: str, tmp_path: Path) -> None:
    await execute(own_database_url, "update alembic_version set version_num = '9999'")
    async with serving(own_database_url, tmp_path) as stack:
        assert await readiness(stack) == ((200, ""), (200, ""))


@pytest.mark.requirement("FR-RUN-122")
async def test_a_database_that_becomes_read_only_refuses_writes_until_it_accepts_them_again(
    own_database_url: str, user: str, tmp_path: Path
) -> None:
    database = make_url(own_database_url).database
    async with serving(own_database_url, tmp_path) as stack:
        assert await readiness(stack) == ((200, ""), (200, ""))
        await execute(
            own_database_url,
            f"alter database {database} set default_transaction_read_only = on",
            "select pg_terminate_backend(pid) from pg_stat_activity "
            "where datname = current_database() and pid <> pg_backend_pid()",
        )
        async with asyncio.timeout(5):
            # Until it is noticed that the sessions were ended.
            while await readiness(stack) != (READ_ONLY, READ_ONLY):
                pass
        (refused,) = await add_tasks(stack, user, 1)
        assert (refused.status_code, refused.json()["code"]) == (503, "database_unavailable")
        assert refused.headers["retry-after"]
        turned = make_url(own_database_url).set(database="postgres")
        await execute(
            turned.render_as_string(hide_password=False),
            f"alter database {database} reset default_transaction_read_only",
        )
        # The session that was refused is not used again.
        (added,) = await add_tasks(stack, user, 1)
        assert added.status_code == 201, added.text


@pytest.mark.requirement("FR-RUN-122")
async def test_a_refused_password_is_an_outage_that_is_logged_once(
    own_database_url: str, user: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    role = f"refused_{uuid4().hex[:8]}"
    url = make_url(own_database_url).set(username=role, password="wrong")
    await execute(own_database_url, f"create role {role} login password 'right'")
    await require_password(own_database_url, role)
    with caplog.at_level(logging.WARNING):
        async with serving(url.render_as_string(hide_password=False), tmp_path) as stack:
            (ready, _) = await readiness(stack)
            refused = await add_tasks(stack, user, 20)
    assert ready == (503, "database_unavailable")
    assert {answer.status_code for answer in refused} == {503}
    assert all(answer.headers["retry-after"] for answer in refused)
    logged = [record for record in caplog.records if record.name == "db.outages"]
    assert len(logged) == 1
    assert not logged[0].exc_info
    assert "wrong" not in caplog.text
