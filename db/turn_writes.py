"""What opens and closes a turn: one at a time in a conversation, each with its two messages.

Nothing here commits; `user_connection` does.
"""

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from db.conversations import title_of
from db.errors import ConversationBusy, ConversationNotFound, IdempotencyMismatch
from db.ledger import TooManyTurns
from db.notifier import turn_topic
from db.turn_events import EventBatch
from db.turn_statements import (
    AWAIT_WRITES,
    CLOSE,
    OBSTACLE,
    OPEN_CONVERSATION,
    OPEN_IN_CONVERSATION,
    OPENED_BEFORE,
)
from db.turn_values import EarlierMessage, NewTurn, OpenTurn, Outcome, TurnLimits
from db.user_connection import UserConnection
from db.user_scoped import next_id


async def open_turn(connection: UserConnection, new: NewTurn) -> OpenTurn | UUID:
    """Open the conversation's one running turn and store the user's message.

    Returns the id of the earlier turn with the same key, if there is one. With a key, the
    connection must be one that writes; without one but with limits, it must have counted the
    message.

    Raises:
        ConversationNotFound: The user has no such conversation.
        ConversationBusy: Another turn is running there, or was abandoned and not yet ended.
        IdempotencyMismatch: The key was used for another request.
        TooManyTurns: As many turns of the user run as may.
        RateLimited: The user has sent as many messages as they may.
    """
    if new.key is not None:
        for before in await connection.fetch(OPENED_BEFORE, new.key):
            if before["request_hash"] != new.request_hash:
                raise IdempotencyMismatch
            turn_id: UUID = before["id"]
            return turn_id
        if new.limits is not None:
            await connection.fetch(f"select {new.limits.messages.spending} where $1 <> ''")
    if new.conversation_id is None:
        return await _open_conversation(connection, new)
    return await _open_in_conversation(connection, new, new.conversation_id)


async def await_writes(connection: UserConnection, turn_id: UUID) -> None:
    """Wait for the writes that hold the turn open, and block further ones."""
    await connection.fetch(AWAIT_WRITES, turn_id)


async def close_turn(
    connection: UserConnection,
    turn_id: UUID,
    outcome: Outcome,
    message_id: UUID,
    batch: EventBatch | None,
    tokens_left: int = 0,
) -> bool:
    """End a running turn, store the assistant's message and the last events, notify its followers.

    `message_id` must sort behind the conversation's newest message. Of the tokens that were
    reserved for the turn, `tokens_left` are given back. Returns whether the turn was still running:
    nothing is stored otherwise.
    """
    events = (batch.first_seq, batch.last_seq, json.dumps(batch.packed())) if batch else (None,) * 3
    rows = await connection.fetch(
        CLOSE,
        turn_id,
        outcome.status,
        outcome.error_code,
        _json(outcome.usage),
        message_id,
        outcome.content,
        json.dumps(outcome.tool_calls),
        outcome.task_ids,
        outcome.suggestions,
        _json(outcome.pending),
        *events,
        tokens_left,
    )
    if rows and rows[0]["followed"]:
        await connection.notify(turn_topic(turn_id))
    return bool(rows)


@dataclass(frozen=True)
class _Ids:
    """The ids of a turn to open; its message sorts behind that of the id `behind`."""

    conversation_id: UUID
    turn_id: UUID
    message_id: UUID

    @classmethod
    def next(cls, conversation_id: UUID, *, behind: UUID | None = None) -> "_Ids":
        return cls(conversation_id, next_id(), next_id(behind))

    def values(self, new: NewTurn) -> tuple[object, ...]:
        """Return the values that both statements begin with."""
        ids = self.conversation_id, self.turn_id, self.message_id
        return *ids, new.message, new.model, new.lease, new.key, new.request_hash

    def turn(self, new: NewTurn, history: list[EarlierMessage], timezone: str | None) -> OpenTurn:
        ids = self.turn_id, self.conversation_id, self.message_id
        return OpenTurn(*ids, new.message, history, timezone)


async def _open_conversation(connection: UserConnection, new: NewTurn) -> OpenTurn:
    ids = _Ids.next(next_id())
    values = *ids.values(new), title_of(new.message), _most_running(new)
    rows = await connection.fetch(OPEN_CONVERSATION, *values)
    if not rows:
        raise TooManyTurns
    return ids.turn(new, [], rows[0]["timezone"])


async def _open_in_conversation(
    connection: UserConnection, new: NewTurn, conversation_id: UUID
) -> OpenTurn:
    ids = _Ids.next(conversation_id)
    more = new.history, _most_running(new)
    while not (rows := await connection.fetch(OPEN_IN_CONVERSATION, *ids.values(new), *more)):
        newest = await _newest_message(connection, conversation_id, new.limits)
        ids = _Ids.next(conversation_id, behind=newest)
    earlier = [row for row in rows if row["id"] is not None]
    history = [EarlierMessage(*row[1:]) for row in earlier]
    return ids.turn(new, history, rows[0]["timezone"])


async def _newest_message(
    connection: UserConnection, conversation_id: UUID, limits: TurnLimits | None
) -> UUID | None:
    """Return the id of a conversation's newest message, unless no turn can be opened there."""
    obstacles = await connection.fetch(OBSTACLE, conversation_id)
    if not obstacles:
        raise ConversationNotFound
    running_turn, newest, running = obstacles[0]
    if running_turn is not None:
        raise ConversationBusy(running_turn)
    if limits and running >= limits.running:
        raise TooManyTurns
    # It is from a faster clock, unless the turn in the way has just ended.
    found: UUID | None = newest
    return found


def _most_running(new: NewTurn) -> int | None:
    return new.limits.running if new.limits else None


def _json(value: Any) -> str | None:
    return None if value is None else json.dumps(value)
