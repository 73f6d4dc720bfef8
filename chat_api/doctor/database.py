"""Checks of the database, each of them a few statements."""

import asyncio
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from uuid import uuid4

import asyncpg

from chat_api.doctor.finding import Finding, error, ok, skipped, warning
from chat_api.settings import ApiSettings
from db.engine import APP_ROLE, REMINDERS_ROLE, RUNNER_ROLE, SWEEPER_ROLE, TOKENS_ROLE
from db.models import TABLES
from db.revision import is_new_enough, newest_revision
from db.server import InvalidDatabaseUrl, Server
from db.waiting import set_within

_OLDEST = 15
_HEARD_SECONDS = 2
_SKEW_SECONDS = 1
# What tokens tolerate.
_MOST_SKEW_SECONDS = 5
_CHANNEL = "todochat_doctor"
_ROLES = (APP_ROLE, SWEEPER_ROLE, RUNNER_ROLE, REMINDERS_ROLE, TOKENS_ROLE)
_FACTS = """
    select
        current_setting('server_version_num')::int / 10000 as version,
        current_setting('transaction_read_only')::bool or pg_is_in_recovery() as read_only,
        current_setting('max_connections')::int as connections,
        extract(epoch from clock_timestamp())::float as clock,
        to_regclass('public.alembic_version') is not null as migrated,
        u.rolsuper or u.rolbypassrls as unbound,
        array(
            select name from unnest(cast($1 as text[])) as name
            where not exists (
                select from pg_roles r
                where r.rolname = name and pg_has_role(current_user, r.oid, 'member')
            )
        ) as missing_roles,
        array(
            select name from unnest(cast($2 as text[])) as name
            where not exists (
                select from pg_class c
                where c.oid = to_regclass('public.' || quote_ident(name))
                    and c.relrowsecurity and c.relforcerowsecurity
                    and exists (select from pg_policy p where p.polrelid = c.oid)
            )
        ) as unprotected
    from pg_roles u where u.rolname = current_user
"""
_MIGRATE = "Run `todochat migrate`."


@dataclass(frozen=True)
class Facts:
    """What the database says of itself; `skew` is how many seconds its clock is ahead of ours."""

    version: int
    read_only: bool
    connections: int
    skew: float
    revision: str | None
    unbound: bool
    missing_roles: Sequence[str] = ()
    unprotected: Sequence[str] = ()


async def check_database(
    settings: ApiSettings, problem: str | None = None, *, embedded: bool = False
) -> list[Finding]:
    """Check the database; `problem` says why the embedded one is not there.

    That one is of this installation alone, whose services are its superuser.
    """
    if problem or settings.database_url is None:
        advice = "Mend what it says, or set DATABASE_URL to another Postgres."
        return [error("database", problem or "There is none.", advice)]
    try:
        server = Server(settings.database_url, settings.database_timeout)
        connection = await server.connect()
    except (InvalidDatabaseUrl, OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as refused:
        return [unreachable(refused)]
    try:
        facts = await read_facts(connection)
        facts = replace(facts, unbound=facts.unbound and not embedded)
        heard = await _heard(connection, settings.session_url or settings.database_url)
    finally:
        with suppress(OSError, TimeoutError, asyncpg.InterfaceError):
            await connection.close(timeout=_HEARD_SECONDS)
    return [
        *findings_of(facts, settings),
        pooler_finding(server, direct=settings.database_direct_url is not None),
        listen_finding(heard, pooled=server.pooled),
    ]


def unreachable(refused: Exception) -> Finding:
    """Return why no connection was opened."""
    if isinstance(refused, InvalidDatabaseUrl):
        return error("database", str(refused), "Correct DATABASE_URL.")
    reason = str(refused).splitlines()[0] if str(refused) else type(refused).__name__
    advice = "Check the host and port of DATABASE_URL, and that Postgres runs there."
    if isinstance(refused, asyncpg.InvalidAuthorizationSpecificationError):
        advice = "Check the user and the password of DATABASE_URL."
    elif isinstance(refused, asyncpg.InvalidCatalogNameError):
        advice = "Create the database, or correct its name in DATABASE_URL."
    elif isinstance(refused, asyncpg.TooManyConnectionsError):
        advice = "Raise max_connections of Postgres, or lower DATABASE_POOL_SIZE."
    return error("database", f"It can't be reached: {reason}", advice)


async def read_facts(connection: asyncpg.Connection) -> Facts:
    """Ask the database about itself."""
    async with connection.transaction():
        began = time.time()
        row = await connection.fetchrow(_FACTS, list(_ROLES), list(TABLES))
        ours = (began + time.time()) / 2
        revision = None
        if row["migrated"]:
            with suppress(asyncpg.InsufficientPrivilegeError):
                revision = await connection.fetchval("select max(version_num) from alembic_version")
    return Facts(
        row["version"],
        row["read_only"],
        row["connections"],
        row["clock"] - ours,
        revision,
        row["unbound"],
        row["missing_roles"],
        row["unprotected"],
    )


def findings_of(facts: Facts, settings: ApiSettings) -> list[Finding]:
    """Return what is to be said of the facts."""
    rows = (_version, _writes, _revision, _roles, _protection, _clock)
    return [*(row(facts) for row in rows), _connections(facts, settings)]


def _version(facts: Facts) -> Finding:
    message = f"PostgreSQL {facts.version}"
    if facts.version < _OLDEST:
        return error("database", f"{message} is too old.", "Upgrade it to 15 or newer.")
    return ok("database", message)


def _writes(facts: Facts) -> Finding:
    if facts.read_only:
        advice = (
            "Name the primary in DATABASE_URL, or all hosts: the one that accepts writes is used."
        )
        return error("writes", "The server accepts no writes: it is a standby.", advice)
    return ok("writes", "The server accepts writes.")


def _revision(facts: Facts) -> Finding:
    newest = newest_revision()
    if facts.revision is None:
        return error("schema", "The database is not migrated.", _MIGRATE)
    if not is_new_enough(facts.revision):
        message = f"The schema is of revision {facts.revision}, and {newest} is needed."
        return error("schema", message, _MIGRATE)
    if facts.revision != newest:
        message = f"The schema is of revision {facts.revision}, newer than this version's {newest}."
        return warning("schema", message, "Upgrade these services too.")
    return ok("schema", f"The schema is of revision {newest}.")


def _roles(facts: Facts) -> Finding:
    # The login role of a service may enter the roles of its own transactions only.
    if APP_ROLE in facts.missing_roles:
        message = f"The user of DATABASE_URL may not enter the role {APP_ROLE}."
        return error(
            "roles", message, "Run `todochat migrate --roles`, and use the URL that it prints."
        )
    if facts.unbound:
        return warning(
            "roles",
            "The user of DATABASE_URL is not bound by row-level security.",
            "Run `todochat migrate --roles`, and give each service the URL that it prints for it.",
        )
    if facts.missing_roles:
        message = f"The user of DATABASE_URL may not enter {', '.join(facts.missing_roles)}."
        return warning("roles", message, "That suits the MCP server; the API needs its own URL.")
    return ok("roles", "The user of DATABASE_URL may enter every role that is needed.")


def _protection(facts: Facts) -> Finding:
    if facts.revision is None:
        return skipped("row-level security", "There are no tables yet.")
    if facts.unprotected:
        message = f"It is not forced, or has no policy, on {', '.join(facts.unprotected)}."
        return error(
            "row-level security", message, f"{_MIGRATE} If that changes nothing, restore a backup."
        )
    return ok("row-level security", f"It is forced on all {len(TABLES)} tables.")


def _clock(facts: Facts) -> Finding:
    side = "ahead" if facts.skew > 0 else "behind"
    message = f"The database's clock is {abs(facts.skew):.1f} s {side}."
    advice = "Synchronise the clocks of all machines (NTP)."
    if abs(facts.skew) > _MOST_SKEW_SECONDS:
        return error("clock", f"{message} Tokens are refused.", advice)
    if abs(facts.skew) > _SKEW_SECONDS:
        return warning("clock", message, advice)
    return ok("clock", "The clocks agree.")


def _connections(facts: Facts, settings: ApiSettings) -> Finding:
    # Each process of the API has a connection for running turns, one for their leases and one to
    # listen; the web app five.
    needed = settings.api_workers * (settings.database_pool_size + 3)
    needed += settings.database_pool_size + 1 + 5
    message = f"{needed} connections at most for one of each service, of {facts.connections}"
    if needed > facts.connections:
        return warning(
            "connections",
            f"{message}.",
            "Raise max_connections of Postgres, lower DATABASE_POOL_SIZE, or put a pooler between.",
        )
    return ok("connections", f"{message}.")


def pooler_finding(server: Server, *, direct: bool) -> Finding:
    """Return whether a pooler is between, and whether the settings say so."""
    if server.noticed:
        message = "A transaction pooler is between, which DATABASE_URL does not name."
        return warning("pooler", message, "Add ?pgbouncer=true to DATABASE_URL.")
    if server.pooled and not direct:
        message = "DATABASE_URL leads to a pooler, behind which changes can't be heard."
        return warning("pooler", message, "Set DATABASE_DIRECT_URL to the server behind it.")
    return ok(
        "pooler", "A pooler, and the server behind it" if server.pooled else "None is between."
    )


def listen_finding(heard: bool | str, *, pooled: bool) -> Finding:
    """Return whether a notification was heard; a text says why nobody could listen."""
    if heard is True:
        return ok("notifications", "A notification of the database is heard.")
    message = (
        heard if isinstance(heard, str) else "No notification is heard: services poll instead."
    )
    advice = "Set DATABASE_DIRECT_URL to the same database without a pooler between."
    # Over a URL of its own it must work: else the URL is of another database.
    return warning(
        "notifications", message, advice if pooled else f"{advice} It must be the same one."
    )


async def _heard(sender: asyncpg.Connection, url: str) -> bool | str:
    """Notify over one connection, and return whether it is heard over another."""
    heard, word = asyncio.Event(), uuid4().hex

    def on_notification(_: object, __: int, ___: str, payload: object) -> None:
        if payload == word:
            heard.set()

    try:
        listener = await Server(url).connect(statement_cache_size=0)
    except (InvalidDatabaseUrl, OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as refused:
        return f"DATABASE_DIRECT_URL: {type(refused).__name__}."
    try:
        await listener.add_listener(_CHANNEL, on_notification)
        await sender.execute(f"select pg_notify('{_CHANNEL}', '{word}')")
        return await set_within(heard, _HEARD_SECONDS)
    finally:
        with suppress(OSError, TimeoutError, asyncpg.InterfaceError):
            await listener.close(timeout=_HEARD_SECONDS)
