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
_UNBOUND = "select rolsuper or rolbypassrls from pg_roles where rolname = current_user"


@dataclass(frozen=True)
class LoginRole:
    """A role that one service logs in with; `grants` are statements that give it more.

    One that `reads_all` is not bound by row-level security, which only who is not bound either can
    give. It takes longer than a service may.
    """

    name: str
    enters: tuple[str, ...] = ()
    grants: tuple[str, ...] = ()
    reads_all: bool = False

    @property
    def attributes(self) -> str:
        """What `create role` and `alter role` take."""
        return "noinherit bypassrls" if self.reads_all else "noinherit"


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
# Backups read all there is, and write nothing.
_READING = (
    "grant usage on schema public, auth to {name}",
    "grant select on all tables in schema public, auth to {name}",
    "grant select on all sequences in schema public, auth to {name}",
    "alter default privileges in schema public grant select on tables to {name}",
    "alter default privileges for role todochat_web in schema auth "
    "grant select on tables to {name}",
    "alter role {name} set default_transaction_read_only = on",
)
LOGIN_ROLES = (
    LoginRole(
        "todochat_api",
        (APP_ROLE, TOKENS_ROLE, SWEEPER_ROLE, RUNNER_ROLE, REMINDERS_ROLE),
        _READINESS,
    ),
    LoginRole("todochat_mcp", (APP_ROLE, TOKENS_ROLE), _READINESS),
    LoginRole("todochat_web", grants=_WEB_SCHEMA),
    LoginRole("todochat_backup", grants=_READING, reads_all=True),
)


async def ensure_login_roles(
    database_url: str, statement_seconds: float, *, new_passwords: bool = False
) -> dict[str, str]:
    """Make the roles that are missing, give each its rights, and return the URLs of new passwords.

    The one for backups is left out if the URL's user is bound by row-level security itself.

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
            unbound = await connection.fetchval(_UNBOUND)
            for role in (one for one in LOGIN_ROLES if unbound or not one.reads_all):
                password = await _ensure(connection, role, new_passwords=new_passwords)
                if password:
                    urls[role.name] = _with_user(database_url, role.name, password)
                await give_rights(connection, role)
                if not role.reads_all:
                    await _set_limits(connection, role, statement_seconds)
    finally:
        await connection.close()
    return urls


async def _ensure(
    connection: asyncpg.Connection, role: LoginRole, *, new_passwords: bool
) -> str | None:
    """Make a role if it is missing, and return its password if it has a new one."""
    can_log_in = await connection.fetchval(
        "select rolcanlogin from pg_roles where rolname = $1", role.name
    )
    if can_log_in and not new_passwords:
        return None
    password = secrets.token_urlsafe(24)
    command = "create" if can_log_in is None else "alter"
    await connection.execute(
        f"{command} role {role.name} login {role.attributes} password '{_verifier(password)}'"
    )
    return password


async def give_rights(connection: asyncpg.Connection, role: LoginRole) -> None:
    """Give a role that exists what its list says."""
    for other in role.enters:
        await connection.execute(f"grant {other} to {role.name}")
    for grant in role.grants:
        await connection.execute(grant.format(name=role.name))


async def _set_limits(
    connection: asyncpg.Connection, role: LoginRole, statement_seconds: float
) -> None:
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
