"""Turns that tests open and close beside other work of a session's transaction."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from db import turn_writes
from db.turn_events import EventBatch
from db.turn_values import NewTurn, OpenTurn, Outcome
from db.user_connection import connection_of
from db.user_scoped import next_id

LEASE = timedelta(seconds=30)


def new_turn(message: str = "hello", conversation: UUID | None = None) -> NewTurn:
    """What opens a turn that answers a message."""
    return NewTurn(message, conversation, "m", LEASE, 50)


async def open_turn(session: AsyncSession, user: str, new: NewTurn | None = None) -> OpenTurn:
    """Open a turn that no earlier one has the key of."""
    opened = await turn_writes.open_turn(await connection_of(session, user), new or new_turn())
    assert isinstance(opened, OpenTurn)
    return opened


async def close_turn(
    session: AsyncSession,
    user: str,
    opened: OpenTurn,
    outcome: Outcome,
    *,
    message_id: UUID | None = None,
    batch: EventBatch | None = None,
) -> bool:
    """Close a turn; its reply's id sorts behind its message's."""
    reply_id = message_id or next_id(opened.message_id)
    connection = await connection_of(session, user)
    return await turn_writes.close_turn(connection, opened.turn_id, outcome, reply_id, batch)
