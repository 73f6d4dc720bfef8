"""`todochat access-token`, over a database that is configured and over the embedded one."""

import asyncio
import os
import pty
import re
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from db.access_tokens import BearerToken, find_access_token
from db.embedded import embedded_postgres
from db.engine import Sessions, create_engine, create_sessions
from db.errors import AccessTokenNotFound
from tests.cli.processes import environment, todochat

UNKNOWN = "0190b0a0-0000-7000-8000-000000000000"


async def run(folder: Path, url: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = ("access-token", *arguments)
    return await asyncio.to_thread(todochat, folder, *command, DATABASE_URL=url)


async def create(folder: Path, url: str, user: str, *options: str) -> str:
    done = await run(folder, url, "create", user, *options)
    assert (done.returncode, done.stderr) == (0, "")
    assert re.fullmatch(r"tdc_[\w-]+_[\w-]{43}\n", done.stdout)
    return done.stdout.strip()


@pytest.mark.requirement("FR-AUTH-211")
async def test_a_token_is_printed_with_nothing_else_and_is_what_was_asked_for(
    tmp_path: Path, database_url: str, committed: Sessions, user: str
) -> None:
    usual = await create(tmp_path, database_url, user, "--name", "editor")
    options = ("--name", "phone", "--scope", "tasks:read", "--days", "7")
    other = await create(tmp_path, database_url, user, *options)
    found = [await find_access_token(committed, secret) for secret in (usual, other)]
    assert [described(token) for token in found] == [
        (user, "editor", ["tasks:read", "tasks:write"], 90),
        (user, "phone", ["tasks:read"], 7),
    ]


@pytest.mark.requirement("FR-AUTH-211")
async def test_tokens_are_listed_with_their_use_and_revoked_by_id(
    tmp_path: Path, database_url: str, committed: Sessions, user: str
) -> None:
    assert "no access tokens" in (await run(tmp_path, database_url, "list", user)).stdout
    used = await create(tmp_path, database_url, user, "--name", "my [b]editor")
    await create(tmp_path, database_url, user, "--name", "日本")
    token = await find_access_token(committed, used)
    assert token
    titles, newest, oldest = (await run(tmp_path, database_url, "list", user)).stdout.splitlines()
    assert re.split(r"  +", titles.strip()) == [
        *("id", "name", "scopes", "made", "last used", "expires")
    ]
    assert "日本" in newest
    assert "never" in newest
    assert oldest.startswith(f"{token.id}  my [b]editor  tasks:read tasks:write  ")
    assert "never" not in oldest
    done = await run(tmp_path, database_url, "revoke", user, str(token.id))
    assert (done.returncode, done.stdout) == (0, "Revoked.\n")
    assert await find_access_token(committed, used) is None
    assert str(token.id) not in (await run(tmp_path, database_url, "list", user)).stdout


@pytest.mark.requirement("FR-AUTH-211")
@pytest.mark.timeout(120)
def test_the_embedded_postgres_is_used_whether_it_runs_or_not(tmp_path: Path) -> None:
    with TemporaryDirectory() as folder:
        data = Path(folder)
        stopped = created_at(data, tmp_path)
        with embedded_postgres(data) as url:
            running = created_at(data, tmp_path)
            assert asyncio.run(all_found(url, stopped, running))


@pytest.mark.requirement("FR-AUTH-211")
async def test_a_sentence_goes_with_the_token_to_a_terminal(
    tmp_path: Path, database_url: str, user: str
) -> None:
    terminal, far_end = pty.openpty()
    command = "from chat_api.cli.main import main; main()"
    arguments = ("access-token", "create", user, "--name", "editor")
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", command, *arguments),
        cwd=tmp_path,
        env=environment(DATABASE_URL=database_url),
        stdout=asyncio.subprocess.PIPE,
        stderr=far_end,
    )
    printed, _ = await process.communicate()
    os.close(far_end)
    message = os.read(terminal, 4096).decode()
    os.close(terminal)
    assert re.fullmatch(r"tdc_[\w-]+_[\w-]{43}\n", printed.decode())
    assert message.startswith("Good for tasks:read and tasks:write until ")


@pytest.mark.requirement("FR-RUN-014")
@pytest.mark.parametrize(
    ("arguments", "url", "line"),
    [
        (["list", ""], "", "todochat: A user id is 1 to 255 printable characters."),
        (["revoke", "ann", UNKNOWN], "", f"todochat: {AccessTokenNotFound()}"),
        (["list", "ann"], "postgresql://127.0.0.1:9/x", "todochat: The database can't be reached"),
        (["list", "ann"], "nonsense", "todochat: The database can't be reached: DATABASE_URL must"),
        (["list", "ann"], "empty", "todochat: The database has no place for access tokens"),
    ],
)
async def test_a_mistake_with_a_token_is_told_in_one_line(
    tmp_path: Path,
    postgres_url: str,
    database_url: str,
    arguments: list[str],
    url: str,
    line: str,
) -> None:
    given = {"": database_url, "empty": postgres_url}
    done = await run(tmp_path, given.get(url, url), *arguments)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(line)
    assert done.stderr.count("\n") == 1


@pytest.mark.requirement("FR-AUTH-211")
@pytest.mark.parametrize(
    "arguments",
    [
        ["create", "ann"],
        ["create", "ann", "--name", " "],
        ["create", "ann", "--name", "x", "--scope", "admin"],
        ["create", "ann", "--name", "x", "--days", "367"],
        ["revoke", "ann", "3"],
    ],
)
async def test_what_makes_no_sense_is_refused_before_any_database_is_asked(
    tmp_path: Path, arguments: list[str]
) -> None:
    done = await run(tmp_path, "postgresql://127.0.0.1:9/x", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Traceback" not in done.stderr


def described(token: BearerToken | None) -> tuple[str, str, list[str], int] | None:
    if token is None:
        return None
    return token.user_id, token.name, token.scopes, (token.expires_at - token.created_at).days


def created_at(data: Path, folder: Path) -> str:
    """Make a token in the database of a data folder, whose server may run or not."""
    command = ("access-token", "create", "ann", "--name", "editor")
    done = todochat(folder, *command, TODOCHAT_DATA_DIR=str(data))
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.strip()


async def all_found(url: str, *secrets: str) -> bool:
    engine = create_engine(url, pool_size=1)
    try:
        found = [await find_access_token(create_sessions(engine), secret) for secret in secrets]
    finally:
        await engine.dispose()
    return None not in found
