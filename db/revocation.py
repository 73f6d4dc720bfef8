"""Revoking what was issued in a user's name: signed tokens by their age, others by their rows.

The transaction must be one that writes.
"""

from db.notifier import tasks_topic
from db.user_connection import UserConnection

# A token from a clock that is ahead must not refuse those that are issued next.
_EPOCH = "least(to_timestamp(cast($2 as float8)), now())"
_REVOKE_ALL = f"""
    update user_states set epoch = greatest(epoch, {_EPOCH}) where user_id = $1
"""  # noqa: S608  the text is ours
_REVOKE_CLIENT = f"""
    insert into grant_states (user_id, client, epoch) select $1, $3, {_EPOCH}
    on conflict (user_id, client) do update set epoch = greatest(grant_states.epoch, excluded.epoch)
"""
_REVOKE_ROWS = tuple(
    f"update {table} set revoked_at = now() where user_id = $1 and revoked_at is null"  # noqa: S608
    for table in ("access_tokens", "calendar_feeds")
)


async def revoke_signed_tokens(
    connection: UserConnection, issued_before: float, client: str | None = None
) -> None:
    """Revoke the signed tokens that were issued before a time, in seconds since 1970.

    With a `client`, only those of this client are revoked. Streams are woken, so that they end.
    """
    if client is None:
        await connection.fetch(_REVOKE_ALL, issued_before)
    else:
        await connection.fetch(_REVOKE_CLIENT, issued_before, client)
    await connection.notify(tasks_topic(connection.user_id))


async def revoke_stored_tokens(connection: UserConnection) -> None:
    """Revoke all personal access tokens, and the calendar feed."""
    for statement in _REVOKE_ROWS:
        await connection.fetch(statement)
