"""What was erased and revoked, which must hold after an older backup was restored."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from typing import Self

import asyncpg

from db.models import TABLES

# What stays of an erased user.
_KEPT = ("user_states",)
_ERASED = "select user_id, deleted_at::text from user_states where deleted_at is not null"
_TOKENS = "select user_id, id::text from access_tokens where revoked_at is not null"
_FEEDS = "select user_id, token_hash from calendar_feeds where revoked_at is not null"
_ERASE = """
    insert into user_states (user_id, deleted_at)
    select * from unnest($1::text[], $2::text[]::timestamptz[])
    on conflict (user_id) do update set deleted_at = excluded.deleted_at
"""
_REVOKE_TOKENS = """
    update access_tokens t set revoked_at = now()
    from unnest($1::text[], $2::text[]) as r (user_id, id)
    where t.user_id = r.user_id and t.id = r.id::uuid and t.revoked_at is null
"""
_REVOKE_FEEDS = """
    update calendar_feeds f set revoked_at = now()
    from unnest($1::text[], $2::text[]) as r (user_id, token_hash)
    where f.user_id = r.user_id and f.token_hash = r.token_hash and f.revoked_at is null
"""
# Who signed out after the backup must not be signed in by it.
_SIGN_OUT = "update user_states set epoch = now() where deleted_at is null"
_OF_ERASED = "(select user_id from user_states where deleted_at is not null)"
_DELETIONS = tuple(
    f"delete from {table} where user_id in {_OF_ERASED}"  # noqa: S608  the names are ours
    for table in TABLES
    if table not in _KEPT
)
_DELETE_ACCOUNTS = f"delete from auth.user where id in {_OF_ERASED}"  # noqa: S608  the same


@dataclass(frozen=True)
class Revocations:
    """Pairs of a user and when they were erased, or which token or feed of theirs was revoked."""

    erased: tuple[tuple[str, str], ...] = ()
    access_tokens: tuple[tuple[str, str], ...] = ()
    calendar_feeds: tuple[tuple[str, str], ...] = ()

    def to_json(self) -> bytes:
        """Return all of them as one JSON document."""
        return json.dumps(asdict(self)).encode()

    @classmethod
    def from_json(cls, document: bytes) -> Self:
        """Read such a document.

        Raises:
            ValueError: It is none.
        """
        try:
            lists = json.loads(document)
            kinds = (lists[kind.name] for kind in fields(cls))
            return cls(*(tuple((one, two) for one, two in pairs) for pairs in kinds))
        except (TypeError, KeyError, ValueError) as error:
            raise ValueError("this is no list of revocations") from error


async def read_revocations(connection: asyncpg.Connection) -> Revocations:
    """Read those of all users, over a connection that row-level security does not bind."""
    pairs = [
        tuple(tuple(row) for row in await connection.fetch(query))
        for query in (_ERASED, _TOKENS, _FEEDS)
    ]
    return Revocations(*pairs)


async def apply_revocations(connection: asyncpg.Connection, known: Iterable[Revocations]) -> None:
    """Erase and revoke them again, those that are erased already too, and sign everybody out."""
    for revocations in known:
        await connection.execute(_ERASE, *_columns(revocations.erased))
        await connection.execute(_REVOKE_TOKENS, *_columns(revocations.access_tokens))
        await connection.execute(_REVOKE_FEEDS, *_columns(revocations.calendar_feeds))
    for deletion in _DELETIONS:
        await connection.execute(deletion)
    await connection.execute(_SIGN_OUT)
    if await connection.fetchval("select to_regclass('auth.user') is not null"):
        await connection.execute(_DELETE_ACCOUNTS)
        await connection.execute("delete from auth.session")


def _columns(pairs: Iterable[tuple[str, str]]) -> tuple[list[str], list[str]]:
    pairs = tuple(pairs)
    return [one for one, _ in pairs], [two for _, two in pairs]
