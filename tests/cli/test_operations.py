"""`todochat migrate --roles`, `backup`, `revocations` and `restore`, as an operator uses them."""

import asyncio
import subprocess
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy.engine import make_url

from tests.cli.processes import todochat
from tests.db.test_backup import new_database


async def run(folder: Path, url: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return await asyncio.to_thread(todochat, folder, *arguments, DATABASE_URL=url)


@pytest.mark.requirement("FR-RUN-125")
async def test_roles_are_told_once_and_a_backup_goes_into_another_database(
    own_database_url: str, tmp_path: Path
) -> None:
    url = own_database_url
    migrated = await run(tmp_path, url, "migrate", "--new-passwords")
    assert migrated.returncode == 0, migrated.stderr
    _, *told = migrated.stdout.splitlines()
    urls = dict(line.split(": DATABASE_URL=") for line in told)
    assert [make_url(one).username for one in urls.values()] == list(urls)
    again = await run(tmp_path, url, "migrate", "--roles")
    assert (again.returncode, len(again.stdout.splitlines())) == (0, 1)

    owner = await asyncpg.connect(url)
    await owner.execute("insert into user_states (user_id, deleted_at) values ('bob', now())")
    await owner.execute(
        "insert into conversations (user_id, id, title) "
        "select name, gen_random_uuid(), 'Hello' from unnest(array['ann', 'bob']) as name"
    )
    await owner.close()
    for command in (("backup", "all"), ("revocations", "since")):
        done = await run(tmp_path, urls["todochat_backup"], *command)
        assert (done.returncode, done.stdout) == (0, ""), done.stderr
    new = await new_database(url)
    done = await run(tmp_path, new, "restore", "all", "--revocations", "since")
    assert done.returncode == 0, done.stderr
    restored = await asyncpg.connect(new)
    assert await restored.fetchval("select string_agg(user_id, ' ') from conversations") == "ann"
    await restored.close()

    refused = await run(tmp_path, new, "restore", "all")
    assert refused.returncode == 1
    assert refused.stderr == "todochat: The database has users' rows; restore into an empty one.\n"
