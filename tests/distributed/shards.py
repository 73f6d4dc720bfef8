"""A database of which each schema stands for a server: a router's tables, on one machine.

Every table is divided by the hash of its owner, as Citus does it, and each part is in the schema of
its shard. `enter_user` is the router: it leaves the transaction of a user nothing but the user's
shard. The role of users has no right to the whole tables, so no statement of theirs can cross
shards; the roles that work for all users have no right to anything else.
"""

from collections.abc import Iterator

import asyncpg

from db.engine import APP_ROLE
from db.models import TABLES

SHARDS = 16
_BEFORE = "undivided"
_KEYS = """
    select conrelid::regclass::text, conname, pg_get_constraintdef(oid) from pg_constraint
    where contype = 'f' and connamespace = 'undivided'::regnamespace
"""
_POLICIES = """
    select tablename, policyname, cmd, array_to_string(roles, ', ') as roles, qual, with_check
    from pg_policies where schemaname = 'undivided'
"""
_GRANTS = """
    select relname, privilege_type, grantee::regrole::text, null as column
    from pg_class, aclexplode(relacl)
    where relnamespace = 'undivided'::regnamespace and relkind = 'r'
    union all
    select relname, privilege_type, grantee::regrole::text, attname
    from pg_attribute join pg_class on pg_class.oid = attrelid, aclexplode(attacl)
    where relnamespace = 'undivided'::regnamespace and relkind = 'r'
"""
_ROUTER = """
    alter function enter_user(text, text, float8, text) rename to enter_user_of_shard;
    create function enter_user(
        owner text, access text, issued_at float8, issued_to text
    ) returns void language plpgsql as $$
    begin
        execute format('set local search_path = shard_%s, public', (
            select shard from generate_series(0, {shards} - 1) as shard
            where satisfies_hash_partition('public.tasks'::regclass, {shards}, shard, owner)
        ));
        perform enter_user_of_shard(owner, access, issued_at, issued_to);
    end
    $$
"""


async def divide(database_url: str, shards: int = SHARDS) -> None:
    """Divide the tables of a migrated database that has no rows."""
    connection = await asyncpg.connect(database_url)
    try:
        async with connection.transaction():
            await connection.execute("set local client_min_messages = warning")
            await _divide_tables(connection, shards)
            await connection.execute(_ROUTER.format(shards=shards))
            await connection.execute(f"drop schema {_BEFORE} cascade")
    finally:
        await connection.close()


async def _divide_tables(connection: asyncpg.Connection, shards: int) -> None:
    await connection.execute(f"create schema {_BEFORE}")
    for table in TABLES:
        await connection.execute(f"alter table public.{table} set schema {_BEFORE}")
        await connection.execute(
            f"create table public.{table} (like {_BEFORE}.{table} including all) "
            "partition by hash (user_id)"
        )
    for table, name, key in await connection.fetch(_KEYS):
        await connection.execute(f"alter table {_whole(table)} add constraint {name} {_whole(key)}")
    await connection.execute("; ".join(_parts(shards)))
    for policy in await connection.fetch(_POLICIES):
        for schema in _schemas(policy["roles"], shards):
            await connection.execute(_policy(policy, schema))
    for table, right, role, column in await connection.fetch(_GRANTS):
        columns = f" ({column})" if column else ""
        for schema in _schemas(role, shards):
            await connection.execute(f"grant {right}{columns} on {schema}.{table} to {role}")


def _parts(shards: int) -> Iterator[str]:
    for number, schema in enumerate(_names(shards)):
        yield f"create schema {schema}"
        yield f"grant usage on schema {schema} to {APP_ROLE}"
        for table in TABLES:
            values = f"with (modulus {shards}, remainder {number})"
            yield f"create table {schema}.{table} partition of public.{table} for values {values}"
    for schema in ("public", *_names(shards)):
        for table in TABLES:
            yield f"alter table {schema}.{table} enable row level security"
            yield f"alter table {schema}.{table} force row level security"


def _names(shards: int) -> list[str]:
    return [f"shard_{number}" for number in range(shards)]


def _schemas(role: str, shards: int) -> list[str]:
    """Where a role has its tables; the oldest policies are for every role."""
    if role == "public":
        return [*_names(shards), "public"]
    return _names(shards) if role == APP_ROLE else ["public"]


def _policy(policy: asyncpg.Record, schema: str) -> str:
    table, name, command, roles, using, check = policy
    text = f"create policy {name} on {schema}.{table} for {command} to {roles}"
    if using:
        text += f" using ({_whole(using)})"
    if check:
        text += f" with check ({_whole(check)})"
    return text


def _whole(text: str) -> str:
    return text.replace(f"{_BEFORE}.", "public.")
