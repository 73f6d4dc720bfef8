import asyncio
from uuid import uuid4

import asyncpg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import SQLModel

from db.engine import create_engine, create_sessions, transaction
from db.migrate import upgrade
from db.tasks import Origin, UserTasks
from db.values import NewTask


@pytest.mark.requirement("FR-RUN-102")
async def test_the_migrations_make_what_the_models_say(engine: AsyncEngine) -> None:
    async with engine.connect() as connection:
        differences = await connection.run_sync(
            lambda sync: compare_metadata(MigrationContext.configure(sync), SQLModel.metadata)
        )
    assert differences == []


@pytest.mark.requirement("FR-RUN-102")
async def test_replicas_may_migrate_at_the_same_time(database_url: str) -> None:
    name = f"fresh_{uuid4().hex[:8]}"
    await _execute(database_url, f"create database {name}")
    fresh = make_url(database_url).set(database=name).render_as_string(hide_password=False)
    await asyncio.gather(*(asyncio.to_thread(upgrade, fresh) for _ in range(4)))
    await _add_a_task(fresh)


@pytest.mark.requirement("FR-RUN-102")
async def test_an_owner_who_is_no_superuser_can_migrate_and_serve(database_url: str) -> None:
    """Managed Postgres gives its customers a role that may create roles, and no more."""
    name = f"owner_{uuid4().hex[:8]}"
    await _execute(database_url, f"create role {name} login createrole")
    await _execute(database_url, f"create database {name} owner {name}")
    for role in ("todochat_app", "todochat_sweeper"):
        await _execute(database_url, f"grant {role} to {name} with admin option")
    fresh = make_url(database_url).set(database=name, username=name)
    await asyncio.to_thread(upgrade, fresh.render_as_string(hide_password=False))
    await _add_a_task(fresh.render_as_string(hide_password=False))


async def _add_a_task(url: str) -> None:
    engine = create_engine(url, pool_size=1)
    async with transaction(create_sessions(engine), "ann") as session:
        task = await UserTasks(session, "ann", Origin("test")).add(NewTask(title="one"))
    await engine.dispose()
    assert task.id == 1


async def _execute(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute(statement)
    await connection.close()
