import asyncio
import shutil
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlmodel import SQLModel

from db.engine import create_engine, create_sessions
from db.migrate import run_migrations, upgrade
from db.revision import VERSIONS, newest_revision
from db.values import NewTask
from tests.db.conftest import user_tasks

_OLD_CHANGES = (
    "select set_config('app.user_id', 'ann', true)",
    "insert into tasks (user_id, id, title, description, priority, tags, created_at) "
    "select 'ann', day, 'one', '', 'none', '{}', "
    "make_timestamptz(2026, 1, day, 0, 0, 0, 'UTC') from unnest(array[1, 2]) as day",
    "insert into task_changes (user_id, id, task_id, action, after, client, created_at) "
    """select 'ann', day, task, 'updated', '{"title": "one"}', 'rest', """
    "make_timestamptz(2026, 2, day, 0, 0, 0, 'UTC') "
    "from unnest(array[1, 2, 3], array[1, 2, 1]) as old(day, task)",
)

# As Postgres prints them, so that how a rule is written makes no difference.
_RULES = {
    "constraints": "select conrelid::regclass::text, conname, pg_get_constraintdef(oid) "
    "from pg_constraint where connamespace = current_schema::regnamespace",
    "defaults": "select adrelid::regclass::text, attname, pg_get_expr(adbin, adrelid) "
    "from pg_attrdef join pg_attribute on attrelid = adrelid and attnum = adnum "
    "join pg_class on pg_class.oid = adrelid where relnamespace = current_schema::regnamespace",
    "indexes": "select tablename, indexname, replace(indexdef, schemaname || '.', '') "
    "from pg_indexes where schemaname = current_schema",
}


@pytest.mark.requirement("FR-RUN-102")
async def test_the_migrations_make_what_the_models_say(engine: AsyncEngine) -> None:
    async with engine.connect() as connection:
        differences = await connection.run_sync(
            lambda sync: compare_metadata(MigrationContext.configure(sync), SQLModel.metadata)
        )
    assert differences == []


@pytest.mark.requirement("FR-RUN-102")
@pytest.mark.parametrize("kind", _RULES)
async def test_the_migrations_make_the_rules_of_the_models(
    connection: AsyncConnection, kind: str
) -> None:
    """The comparison above looks at no check, and at no default."""
    migrated = await _rules(connection, kind)
    await connection.execute(text("create schema modelled"))
    await connection.execute(text("set local search_path to modelled, public"))
    await connection.run_sync(SQLModel.metadata.create_all, checkfirst=False)
    assert await _rules(connection, kind) == migrated


async def _rules(connection: AsyncConnection, kind: str) -> set[tuple[str, ...]]:
    rows = {tuple(row) for row in await connection.execute(text(_RULES[kind]))}
    return {row for row in rows if row[0] != "alembic_version"}


@pytest.mark.requirement("FR-RUN-121")
def test_no_migration_waits_longer_for_a_lock_than_those_behind_it_may() -> None:
    texts = {path.name: path.read_text("utf-8") for path in VERSIONS.glob("[0-9]*.py")}
    assert [name for name, text in texts.items() if "lock_timeout" in text] == []


@pytest.mark.requirement("FR-RUN-102")
async def test_replicas_may_migrate_at_the_same_time(database_url: str) -> None:
    name = f"fresh_{uuid4().hex[:8]}"
    await _execute(database_url, f"create database {name}")
    fresh = make_url(database_url).set(database=name).render_as_string(hide_password=False)
    await asyncio.gather(*(asyncio.to_thread(upgrade, fresh) for _ in range(4)))
    await _add_a_task(fresh)


@pytest.mark.requirement("FR-RUN-102")
async def test_an_owner_who_is_no_superuser_can_migrate_and_serve(database_url: str) -> None:
    fresh = await _owned_database(database_url)
    await asyncio.to_thread(upgrade, fresh)
    await _add_a_task(fresh)


@pytest.mark.requirement("FR-TASK-203")
async def test_changes_from_before_they_were_followed_tell_the_whole_task(
    database_url: str,
) -> None:
    fresh = await _owned_database(database_url)
    engine = create_engine(fresh, pool_size=1)
    async with engine.begin() as connection:
        await connection.run_sync(run_migrations, "0002")
        for statement in _OLD_CHANGES:
            await connection.execute(text(statement))
    await asyncio.to_thread(upgrade, fresh)
    async with user_tasks(create_sessions(engine), "ann") as tasks:
        changes = await tasks.changes(0, limit=9)
    await engine.dispose()
    assert [(change.task_id, change.after["version"]) for change in changes] == [
        (1, 1),
        (2, 1),
        (1, 2),
    ]
    for change in changes:
        assert change.after["title"] == "one"
        times = [change.after["created_at"], change.after["updated_at"]]
        assert [datetime.fromisoformat(time) for time in times] == [
            datetime(2026, 1, change.task_id, tzinfo=UTC),
            datetime(2026, 2, change.id, tzinfo=UTC),
        ]


_FILLING = """
from alembic import op

revision = "9999"
down_revision = "{newest}"
PORTIONS = (
    "update conversations set title = 'filled' where ctid = any(array("
    "select ctid from conversations where title <> 'filled' limit 2 for update skip locked))",
)


def upgrade() -> None:
    op.execute("alter table conversations add check (title = 'filled')")
"""


@pytest.mark.requirement("FR-RUN-121")
async def test_a_migration_changes_many_rows_in_portions(
    own_database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    migrations = shutil.copytree(VERSIONS.parent, tmp_path / "migrations")
    filling = _FILLING.format(newest=newest_revision())
    (migrations / "versions" / "9999_filling.py").write_text(filling)
    monkeypatch.setattr("db.migrate._MIGRATIONS", migrations)
    monkeypatch.setattr("db.migrate.is_new_enough", "9999".__eq__)
    await _execute(
        own_database_url,
        "insert into conversations (user_id, id, title) "
        "select 'ann', gen_random_uuid(), 'old' from generate_series(1, 5)",
    )
    await asyncio.to_thread(upgrade, own_database_url)
    connection = await asyncpg.connect(own_database_url)
    written = await connection.fetch("select count(*) from conversations group by xmin::text")
    revision = await connection.fetchval("select version_num from alembic_version")
    await connection.close()
    assert sorted(row[0] for row in written) == [1, 2, 2]
    assert revision == "9999"


async def _owned_database(database_url: str) -> str:
    """Managed Postgres gives its customers a role that may create roles, and no more."""
    name = f"owner_{uuid4().hex[:8]}"
    await _execute(database_url, f"create role {name} login createrole")
    await _execute(database_url, f"create database {name} owner {name}")
    for role in ("app", "sweeper", "tokens", "runner", "reminders"):
        await _execute(database_url, f"grant todochat_{role} to {name} with admin option")
    fresh = make_url(database_url).set(database=name, username=name)
    return fresh.render_as_string(hide_password=False)


async def _add_a_task(url: str) -> None:
    engine = create_engine(url, pool_size=1)
    async with user_tasks(create_sessions(engine), "ann") as tasks:
        task = await tasks.add(NewTask(title="one"))
    await engine.dispose()
    assert task.id == 1


async def _execute(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute(statement)
    await connection.close()
