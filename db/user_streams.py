"""How many streams of events a user follows on all replicas, in the ledger.

A row of the kind `streams` is what one process has open for a user. It counts while the process
renews it; the row without a process is the lock under which they are counted.
"""

from collections.abc import Mapping

from sqlalchemy import text

from db.engine import Sessions, runner_transaction
from db.user_connection import UserConnection

# Those of a process that died count for so long.
ALIVE_SECONDS = 30

_LOCK = """
    insert into ledger (user_id, kind, window_start, amount) values ($1, 'streams', now(), 0)
    on conflict (user_id, kind, client) do update set window_start = excluded.window_start
"""
# $2 process, $3 how many it has open with the new one, $4 how many there may be.
_STORE = f"""
    insert into ledger (user_id, kind, client, window_start, amount)
    select $1, 'streams', $2, now(), cast($3 as int)
    where $3 + (
        select coalesce(sum(l.amount), 0) from ledger l
        where l.user_id = $1 and l.kind = 'streams' and l.client <> $2
            and l.window_start > now() - interval '{ALIVE_SECONDS} seconds'
    ) <= cast($4 as int)
    on conflict (user_id, kind, client) do update
    set window_start = excluded.window_start, amount = excluded.amount
    returning amount
"""  # noqa: S608  the text is ours
_RENEW = text(
    """
    update ledger l set window_start = now(), amount = mine.amount
    from unnest(cast(:users as text[]), cast(:amounts as int[])) as mine (user_id, amount)
    where l.user_id = mine.user_id and l.kind = 'streams' and l.client = :process
    """
)


async def lock_streams(connection: UserConnection) -> None:
    """Wait until no other process counts this user's streams."""
    await connection.fetch(_LOCK)


async def store_streams(connection: UserConnection, process: str, here: int, most: int) -> bool:
    """Store how many streams a process has open, if with those of others there are not too many.

    The connection must hold the lock. Returns whether it was stored.
    """
    return bool(await connection.fetch(_STORE, process, here, most))


async def renew_streams(sessions: Sessions, process: str, streams: Mapping[str, int]) -> None:
    """Store how many streams of each user a process has open, for users who have rows.

    Raises:
        DatabaseUnavailable: Postgres can't be reached.
    """
    values = {"users": list(streams), "amounts": list(streams.values()), "process": process}
    async with runner_transaction(sessions) as session:
        await session.execute(_RENEW, values)
