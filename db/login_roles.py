"""The login roles of the services: each may do what its list says, and nothing else.

A role inherits no right. It may enter the roles that its service's transactions switch to, which
row-level security holds to what they are for; `db/migrations/versions/` has their grants.
"""

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from urllib.parse import quote, urlsplit, urlunsplit

import asyncpg

from db.engine import APP_ROLE, REMINDERS_ROLE, RUNNER_ROLE, SWEEPER_ROLE, TOKENS_ROLE
from db.server import Server, session_limits

_ITERATIONS = 4096


@dataclass(frozen=True)
class LoginRole:
    """A role that one service logs in with; `grants` are statements that give it more."""

    name: str
    enters: tuple[str, ...] = ()
    grants: tuple[str, ...] = ()


# Readiness is checked without a user.
_READINESS = ("grant select on alembic_version to {name}",)
# The web app makes its tables itself. Those that were made by another role become its own.
_WEB_SCHEMA = (
    "create schema if not exists auth",
    "grant {name} to current_user",
    """
    do $$
    declare
        owned regclass;
    begin
        for owned in
            select oid from pg_class
            where relnamespace = 'auth'::regnamespace and relkind in ('r', 'p')
        loop
            execute format('alter table %s owner to {name}', owned);
        end loop;
    end $$
    """,
    "alter schema auth owner to {name}",
)
LOGIN_ROLES = (
    LoginRole(
        "todochat_api",
        (APP_ROLE, TOKENS_ROLE, SWEEPER_ROLE, RUNNER_ROLE, REMINDERS_ROLE),
        _READINESS,
    ),
    LoginRole("todochat_mcp", (APP_ROLE, TOKENS_ROLE), _READINESS),
    LoginRole("todochat_web", grants=_WEB_SCHEMA),
)


async def ensure_login_roles(
    database_url: str, statement_seconds: float, *, new_passwords: bool = False
) -> dict[str, str]:
    """Make the roles that are missing, give each its rights, and return the URLs of new passwords.

    The time limits of `db/server.py` are set for the roles as well, since a pooler lets no session
    set its own.

    Raises:
        OSError: Postgres can't be reached.
        PostgresError: The URL's user may not create roles.
    """
    connection = await Server(database_url).connect()
    urls = {}
    try:
        async with connection.transaction():
            for role in LOGIN_ROLES:
                password = await _ensure(connection, role.name, new_passwords=new_passwords)
                if password:
                    urls[role.name] = _with_user(database_url, role.name, password)
                await _give_rights(connection, role, statement_seconds)
    finally:
        await connection.close()
    return urls


async def _ensure(connection: asyncpg.Connection, name: str, *, new_passwords: bool) -> str | None:
    """Make a role if it is missing, and return its password if it has a new one."""
    exists = await connection.fetchval("select 1 from pg_roles where rolname = $1", name)
    if exists and not new_passwords:
        return None
    password = secrets.token_urlsafe(24)
    command = "alter" if exists else "create"
    await connection.execute(
        f"{command} role {name} login noinherit password '{_verifier(password)}'"
    )
    return password


async def _give_rights(
    connection: asyncpg.Connection, role: LoginRole, statement_seconds: float
) -> None:
    for other in role.enters:
        await connection.execute(f"grant {other} to {role.name}")
    for grant in role.grants:
        await connection.execute(grant.format(name=role.name))
    for setting, value in session_limits(statement_seconds).items():
        await connection.execute(f"alter role {role.name} set {setting} = '{value}'")


def _verifier(password: str) -> str:
    """Return what Postgres stores of a password (RFC 5803): the server's log never has it."""
    salt = secrets.token_bytes(16)
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, _ITERATIONS)
    client_key = hmac.digest(salted, b"Client Key", "sha256")
    parts = (
        base64.b64encode(salt),
        base64.b64encode(hashlib.sha256(client_key).digest()),
        base64.b64encode(hmac.digest(salted, b"Server Key", "sha256")),
    )
    encoded = [part.decode() for part in parts]
    return f"SCRAM-SHA-256${_ITERATIONS}:{encoded[0]}${encoded[1]}:{encoded[2]}"


def _with_user(database_url: str, name: str, password: str) -> str:
    """Return the URL of the same database for another user."""
    parts = urlsplit(database_url)
    address = f"{name}:{quote(password)}@{parts.netloc.rpartition('@')[2]}"
    return urlunsplit(parts._replace(netloc=address))
