"""Backups of a database, and their restoration, by PostgreSQL's own programs.

Row-level security is forced on every table, so that even their owner would dump no row: whoever
makes a backup must be a superuser or have BYPASSRLS.
"""

import asyncio
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Awaitable, Callable
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import IO, TypeVar
from urllib.parse import unquote, urlsplit, urlunsplit

import asyncpg

from db.embedded.programs import Programs, last_line
from db.login_roles import LOGIN_ROLES, give_rights
from db.migrate import upgrade
from db.models import TABLES
from db.revocations import Revocations, apply_revocations, read_revocations
from db.server import Server, connect_to

_SCHEMAS = ("--schema=public", "--schema=auth")
# What the migrations and the web app make in a database that has no user's rows yet.
_CLEAR = f"""
set client_min_messages = warning;
drop table if exists {", ".join(TABLES)}, alembic_version cascade;
do $$
declare
    item regprocedure;
begin
    for item in
        select p.oid from pg_proc p where p.pronamespace = 'public'::regnamespace
        and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')
    loop
        execute format('drop function %s cascade', item);
    end loop;
end $$;
drop schema if exists auth cascade;
"""  # noqa: S608  the names are ours
_OTHERS = (
    "select count(*) from pg_stat_activity "
    "where datname = current_database() and pid <> pg_backend_pid() "
    "and backend_type = 'client backend'"
)
_RIGHTS = "select rolsuper or rolbypassrls from pg_roles where rolname = current_user"
# What stays of users who were erased, or counts what they did a moment ago, is no loss.
_REPLACEABLE = ("user_states", "grant_states", "ledger")
_ROWS = [f"exists (select from {table})" for table in TABLES if table not in _REPLACEABLE]
_HAS_ROWS = f"select {' or '.join(_ROWS)}"
_HAS_TABLE_OF_ACCOUNTS = "select to_regclass('auth.user') is not null"
_HAS_ACCOUNTS = "select exists (select from auth.user)"

# What a newer `pg_restore` begins with, and earlier versions of Postgres do not know.
_NEWER = (b"SET transaction_timeout = 0;\n",)
_HEAD_LINES = 50
_OF_PUBLIC = re.compile(rb" SCHEMA - public | COMMENT - SCHEMA public ")

T = TypeVar("T")


class BackupError(Exception):
    """A backup can't be made or restored; `str(error)` is one line for the operator."""


def back_up(database_url: str, file: Path) -> None:
    """Write all users' rows and accounts to a file that only its owner can read.

    Raises:
        BackupError: The URL's user would see no rows, or `pg_dump` failed.
    """
    _over(database_url, _check_rights)
    part = file.with_name(f"{file.name}.part")
    try:
        with _owned_file(part) as output:
            _run(database_url, "pg_dump", ["--format=custom", *_SCHEMAS], output)
            os.fsync(output.fileno())
        part.replace(file)
    except OSError as error:
        raise BackupError(f"{file} can't be written: {error.strerror}.") from error
    finally:
        part.unlink(missing_ok=True)


def export_revocations(database_url: str, file: Path) -> None:
    """Write what was erased and revoked so far: a backup made before is restored with it.

    Raises:
        BackupError: The URL's user would see no rows, or the file can't be written.
    """
    _over(database_url, _check_rights)
    found = _over(database_url, read_revocations)
    part = file.with_name(f"{file.name}.part")
    try:
        with _owned_file(part) as output:
            output.write(found.to_json())
        part.replace(file)
    except OSError as error:
        raise BackupError(f"{file} can't be written: {error.strerror}.") from error


def restore(database_url: str, file: Path, revocations: Revocations) -> None:
    """Put a backup into a database without users' rows, and bring it to the newest schema.

    What was erased or revoked after the backup is so again: what `revocations` have, and what the
    database knew. Everybody has to sign in anew.

    Raises:
        BackupError: The database is in use or has rows, or the file can't be restored; the
            database is then as it was.
    """
    if not file.is_file():
        raise BackupError(f"There is no file {file}.")
    _over(database_url, _check_rights)
    upgrade(database_url)
    known = _over(database_url, _prepare)
    _load(database_url, file)
    upgrade(database_url)

    async def finish(connection: asyncpg.Connection) -> None:
        async with connection.transaction():
            await apply_revocations(connection, (revocations, known))
            for role in LOGIN_ROLES:
                await give_rights(connection, role)

    _over(database_url, finish)


async def _check_rights(connection: asyncpg.Connection) -> None:
    if not await connection.fetchval(_RIGHTS):
        raise BackupError(
            "Row-level security hides all rows from this user: set DATABASE_URL to that of "
            "todochat_backup, or of another role with BYPASSRLS."
        )


async def _prepare(connection: asyncpg.Connection) -> Revocations:
    """Check that nothing would be lost, make the roles that the backup names, and return the rest.

    Raises:
        BackupError: Something would.
    """
    if others := await connection.fetchval(_OTHERS):
        raise BackupError(f"Stop the services first: {others} sessions use the database.")
    has_rows = await connection.fetchval(_HAS_ROWS)
    if await connection.fetchval(_HAS_TABLE_OF_ACCOUNTS):
        has_rows = has_rows or await connection.fetchval(_HAS_ACCOUNTS)
    if has_rows:
        raise BackupError("The database has users' rows; restore into an empty one.")
    for role in LOGIN_ROLES:
        exists = await connection.fetchval("select 1 from pg_roles where rolname = $1", role.name)
        if not exists:
            await connection.execute(f"create role {role.name} nologin {role.attributes}")
    return await read_revocations(connection)


def _load(database_url: str, file: Path) -> None:
    """Replace what is there by the file's content, in one transaction."""
    psql = _command(database_url, "psql", ["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1"])
    with (
        tempfile.NamedTemporaryFile() as contents,
        tempfile.TemporaryFile() as complaints,
        subprocess.Popen(  # noqa: S603  our own command
            [
                *(_program("pg_restore"), "--no-owner", "--file=-"),
                *(f"--use-list={_list_contents(file, contents)}", str(file)),
            ],
            stdout=subprocess.PIPE,
            stderr=complaints,
        ) as reading,
        subprocess.Popen(  # noqa: S603  our own command
            psql,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=complaints,
            env=_environment(database_url),
        ) as writing,
    ):
        assert reading.stdout is not None  # noqa: S101  both are pipes
        assert writing.stdin is not None  # noqa: S101
        with suppress(BrokenPipeError):
            writing.stdin.write(f"begin;{_CLEAR}".encode())
            head = islice(reading.stdout, _HEAD_LINES)
            writing.stdin.writelines(line for line in head if line not in _NEWER)
            shutil.copyfileobj(reading.stdout, writing.stdin)
            # Without it the end of the input rolls back.
            if reading.wait() == 0:
                writing.stdin.write(b"commit;\n")
            writing.stdin.close()
        reading.kill()
        if writing.wait() or reading.wait():
            raise BackupError(f"The backup was not restored: {_last(complaints)}")


def _list_contents(file: Path, contents: IO[bytes]) -> str:
    """List what is to be restored, without the schema that every database has; return the path."""
    with tempfile.TemporaryFile() as complaints:
        listed = subprocess.run(  # noqa: S603  our own command
            [_program("pg_restore"), "--list", str(file)],
            stdout=subprocess.PIPE,
            stderr=complaints,
            check=False,
        )
        if listed.returncode:
            raise BackupError(f"{file} is no backup: {_last(complaints)}")
    contents.writelines(
        line for line in listed.stdout.splitlines(keepends=True) if not _OF_PUBLIC.search(line)
    )
    contents.flush()
    return contents.name


def _run(database_url: str, name: str, arguments: list[str], output: IO[bytes]) -> None:
    with tempfile.TemporaryFile() as complaints:
        done = subprocess.run(  # noqa: S603  our own command
            _command(database_url, name, arguments),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=complaints,
            env=_environment(database_url),
            check=False,
        )
        if done.returncode:
            raise BackupError(f"{name} failed: {_last(complaints)}")


def _command(database_url: str, name: str, arguments: list[str]) -> list[str]:
    """Return a command for a database; its password is in no list of processes."""
    parts = urlsplit(connect_to(database_url).dsn)
    user, _, address = parts.netloc.rpartition("@")
    named = f"{user.partition(':')[0]}@{address}" if user else address
    return [_program(name), f"--dbname={urlunsplit(parts._replace(netloc=named))}", *arguments]


def _environment(database_url: str) -> dict[str, str]:
    password = urlsplit(database_url).netloc.rpartition("@")[0].partition(":")[2]
    return {**os.environ, **({"PGPASSWORD": unquote(password)} if password else {})}


def _program(name: str) -> str:
    """Return a program of the wheel, which serves all earlier versions of PostgreSQL as well."""
    own = Programs(None).folder / name
    path = str(own) if own.exists() else shutil.which(name)
    if path is None:
        raise BackupError(f"The program {name} of PostgreSQL is missing.")
    return path


def _owned_file(path: Path) -> IO[bytes]:
    path.unlink(missing_ok=True)
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def _last(complaints: IO[bytes]) -> str:
    complaints.seek(0)
    return last_line(complaints.read().decode(errors="replace"))


def _over(database_url: str, work: Callable[[asyncpg.Connection], Awaitable[T]]) -> T:
    """Run some work over a connection that ends with it."""

    async def run() -> T:
        connection = await Server(database_url, None).connect()
        try:
            return await work(connection)
        finally:
            await connection.close()

    return asyncio.run(run())
