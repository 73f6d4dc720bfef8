"""Conversations as long as one wants them, written straight into the tables."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from uuid_utils.compat import uuid7

_TURN = ("user_id", "id", "conversation_id", "status", "model", "lease_until", "finished_at")
_MESSAGE = (
    "user_id",
    "conversation_id",
    "id",
    "turn_id",
    "status",
    "role",
    "content",
    "tool_calls",
)
_CALL = (
    '[{"id": "call_1", "name": "add_task", "arguments": {"title": "task %(n)d"}, "is_error": false,'
    ' "result": {"task_id": %(n)d, "status": "created", "title": "task %(n)d"}}]'
)


Exchange = Callable[[int], Iterator[tuple[str, str, str]]]


def exchange_with_tools(number: int) -> Iterator[tuple[str, str, str]]:
    """Yield a message and its reply as role, content and tool calls, which every second one has."""
    calls = _CALL % {"n": number} if number % 2 else "[]"
    yield "user", f"Please think of thing number {number} and put it on my list of things", "[]"
    yield "assistant", f"That is done: thing number {number} is on the list, and 3 are due.", calls


async def seed_conversation(
    connection: Any, user: str, messages: int, exchange: Exchange = exchange_with_tools
) -> UUID:
    """Store a conversation of so many messages."""
    conversation, now = uuid7(), datetime.now(UTC)
    await connection.execute(
        "insert into conversations (user_id, id, title) values ($1, $2, 'Long')",
        user,
        conversation,
    )
    turns = [uuid7() for _ in range(messages // 2)]
    await connection.copy_records_to_table(
        "turns",
        columns=_TURN,
        records=[(user, turn, conversation, "finished", "any", now, now) for turn in turns],
    )
    await connection.copy_records_to_table(
        "messages",
        columns=_MESSAGE,
        records=[
            (user, conversation, uuid7(), turn, "finished", *said)
            for number, turn in enumerate(turns)
            for said in exchange(number)
        ],
    )
    return conversation
