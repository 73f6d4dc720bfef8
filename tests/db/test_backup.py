"""A drill: a backup is made, the database is lost, and the backup restored."""

import asyncio
import json
import os
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from sqlalchemy.engine import make_url

from db.backup import BackupError, back_up, export_revocations, restore
from db.engine import create_engine, create_sessions, transaction
from db.login_roles import ensure_login_roles
from db.models import TABLES
from db.revocations import Revocations
from db.settings import STATEMENT_SECONDS
from db.user_data import UserData
from tests.db.conftest import user_tasks
from tests.db.test_isolation import fill

_ACCOUNTS = """
create schema auth;
create table auth.user (id text primary key);
create table auth.session (id int, user_id text references auth.user on delete cascade);
insert into auth.user values ('ann'), ('bob'), ('eve');
insert into auth.session values (1, 'ann'), (2, 'bob');
"""
# More than what a dump begins with, its table of contents.
_MANY_ROWS = (
    "insert into conversations (user_id, id, title) "
    "select 'ann', gen_random_uuid(), md5(i::text) from generate_series(1, 3000) i"
)


async def execute(url: str, *statements: str) -> None:
    connection = await asyncpg.connect(url)
    for statement in statements:
        await connection.execute(statement)
    await connection.close()


async def rows(url: str, user: str) -> dict[str, list[Any]]:
    """Return what every table has of a user, but the epoch, as the owner sees it."""
    connection = await asyncpg.connect(url)
    found = {}
    for table in TABLES:
        query = f"select to_jsonb(t) - 'epoch' from {table} t where user_id = $1 order by 1"
        found[table] = [json.loads(row[0]) for row in await connection.fetch(query, user)]
    await connection.close()
    return found


async def column(url: str, query: str) -> list[Any]:
    connection = await asyncpg.connect(url)
    found = [row[0] for row in await connection.fetch(query)]
    await connection.close()
    return found


async def new_database(url: str) -> str:
    name = f"restored_{uuid4().hex[:8]}"
    await execute(url, f"create database {name}")
    return make_url(url).set(database=name).render_as_string(hide_password=False)


def as_role(url: str, role: str) -> str:
    return make_url(url).set(username=role).render_as_string(hide_password=False)


@pytest.mark.requirement("FR-RUN-125")
@pytest.mark.parametrize(
    "document",
    [b"", b"[]", b"{}", b"5", b'{"erased": []}', b'{"erased": 1}', b'{"erased": [["ann"]]}'],
)
def test_a_file_that_is_no_list_of_revocations_is_refused(document: bytes) -> None:
    with pytest.raises(ValueError, match=r"^this is no list of revocations$"):
        Revocations.from_json(document)


@pytest.mark.requirement("FR-RUN-125")
@pytest.mark.requirement("FR-RUN-126")
async def test_what_was_lost_is_restored_but_what_was_erased_meanwhile(
    own_database_url: str, tmp_path: Path
) -> None:
    url, backup, since = own_database_url, tmp_path / "backup", tmp_path / "since"
    await execute(url, _ACCOUNTS)
    await ensure_login_roles(url, STATEMENT_SECONDS)
    engine = create_engine(url, pool_size=2)
    sessions = create_sessions(engine)
    for user in ("ann", "bob", "eve"):
        await fill(sessions, user)
    await erase(sessions, "eve")
    before = await rows(url, "ann")
    await asyncio.to_thread(back_up, as_role(url, "todochat_backup"), backup)
    assert backup.stat().st_mode & 0o777 == 0o600

    await erase(sessions, "bob")
    await execute(url, "update access_tokens set revoked_at = now()")
    await engine.dispose()
    await asyncio.to_thread(export_revocations, as_role(url, "todochat_backup"), since)
    new = await new_database(url)
    revocations = Revocations.from_json(since.read_bytes())
    await asyncio.to_thread(restore, new, backup, revocations)

    after = await rows(new, "ann")
    assert all(token.pop("revoked_at") for token in after["access_tokens"])
    assert not any(token.pop("revoked_at") for token in before["access_tokens"])
    assert after == before
    assert all(before[table] for table in ("tasks", "messages", "access_tokens", "idempotency"))
    for erased in ("bob", "eve"):
        assert [table for table, left in (await rows(new, erased)).items() if left] == [
            "user_states"
        ]
    # Everybody signs in anew, which the erased no longer can.
    assert await column(new, "select id from auth.user order by 1") == ["ann"]
    assert await column(new, "select id from auth.session") == []
    assert await column(new, "select user_id from user_states where epoch is not null") == ["ann"]
    await check_isolation(new)


async def erase(sessions: Any, user: str) -> None:
    async with transaction(sessions, user) as session:
        await UserData(session, user).erase()


async def check_isolation(url: str) -> None:
    """The restored schema holds rows to their owner, and the services work over it."""
    forced = "select relname::text from pg_class where relrowsecurity and relforcerowsecurity"
    assert set(await column(url, forced)) == set(TABLES)
    engine = create_engine(as_role(url, "todochat_api"), pool_size=1)
    sessions = create_sessions(engine)
    async with user_tasks(sessions, "someone else") as tasks:
        assert (await tasks.changes(0, limit=9)) == []
    async with user_tasks(sessions, "ann") as tasks:
        assert (await tasks.changes(0, limit=9)) != []
    await engine.dispose()


@pytest.mark.requirement("FR-RUN-125")
async def test_an_owner_who_would_dump_no_rows_is_refused(
    own_database_url: str, tmp_path: Path
) -> None:
    role = f"owner_{uuid4().hex[:8]}"
    await execute(own_database_url, f"create role {role} login")
    with pytest.raises(BackupError, match="hides all rows"):
        await asyncio.to_thread(back_up, as_role(own_database_url, role), tmp_path / "backup")
    assert await asyncio.to_thread(os.listdir, tmp_path) == []


@pytest.mark.requirement("FR-RUN-125")
async def test_a_restore_that_fails_or_would_lose_rows_changes_nothing(
    own_database_url: str, tmp_path: Path
) -> None:
    url, backup = own_database_url, tmp_path / "backup"
    engine = create_engine(url, pool_size=1)
    await fill(create_sessions(engine), "ann")
    await execute(url, _MANY_ROWS)
    await asyncio.to_thread(back_up, url, backup)
    with pytest.raises(BackupError, match="Stop the services first"):
        await asyncio.to_thread(restore, url, backup, Revocations())
    await engine.dispose()
    with pytest.raises(BackupError, match="restore into an empty one"):
        await asyncio.to_thread(restore, url, backup, Revocations())
    assert (await rows(url, "ann"))["tasks"]

    broken, new = tmp_path / "broken", await new_database(url)
    broken.write_bytes(backup.read_bytes()[: backup.stat().st_size // 2])
    with pytest.raises(BackupError, match="was not restored"):
        await asyncio.to_thread(restore, new, broken, Revocations())
    assert not any((await rows(new, "ann")).values())
