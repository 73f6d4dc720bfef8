"""What a turn reads of a conversation does not depend on how long that is."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from asyncpg.connection import LoggedQuery
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.pool import ConnectionPoolEntry
from uuid_utils.compat import uuid7

from db.engine import Sessions
from tests.faults.long_conversation import seed_conversation
from tests.model_server import ModelServer
from tests.stack import running_stack

_EXPLAIN = "explain (analyze, format json) "
Statement = tuple[str, tuple[Any, ...]]


@contextmanager
def statements_about_messages(engine: AsyncEngine, user: str) -> Iterator[list[Statement]]:
    """Collect what is sent to Postgres and names the user's messages, while the block runs.

    The sweeper may meanwhile end turns that other tests have left.
    """
    sent: list[Statement] = []
    connections: set[asyncpg.Connection] = set()

    def note(query: LoggedQuery) -> None:
        if "messages" in query.query and user in query.args:
            sent.append((query.query, tuple(query.args)))

    def checkout(connection: Any, _: ConnectionPoolEntry, __: Any) -> None:
        # Loggers are a set: one connection has this one once.
        connection.driver_connection.add_query_logger(note)
        connections.add(connection.driver_connection)

    event.listen(engine.sync_engine, "checkout", checkout)
    try:
        yield sent
    finally:
        event.remove(engine.sync_engine, "checkout", checkout)
        for connection in connections:
            connection.remove_query_logger(note)


async def plans_of(
    database_url: str, user: str, conversation: UUID, sent: list[Statement]
) -> list[dict[str, Any]]:
    """Run the statements once more, under the same row-level security, and return their plans.

    They run for a further turn, with new ids, and are rolled back.
    """
    connection = await asyncpg.connect(database_url)
    transaction = connection.transaction()
    await transaction.start()
    try:
        await connection.execute(
            "select set_local('role', 'todochat_app'), set_local('app.user_id', $1)",
            user,
        )
        plans = [
            json.loads(
                await connection.fetchval(
                    _EXPLAIN + statement, *(_renewed(value, conversation) for value in parameters)
                )
            )
            for statement, parameters in sent
        ]
    finally:
        await transaction.rollback()
        await connection.close()
    return [plan[0]["Plan"] for plan in plans]


def _renewed(value: Any, conversation: UUID) -> Any:
    return uuid7() if isinstance(value, UUID) and value != conversation else value


def _scanned(plan: dict[str, Any]) -> int:
    below = plan.get("Plans", [])
    if below:
        return sum(map(_scanned, below))
    return int((plan["Actual Rows"] + plan.get("Rows Removed by Filter", 0)) * plan["Actual Loops"])


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for below in plan.get("Plans", []):
        yield from _nodes(below)


@pytest.mark.requirement("FR-CHAT-410")
@pytest.mark.requirement("FR-CHAT-052")
async def test_a_turn_sends_reads_and_shows_no_more_in_a_conversation_of_ten_thousand_messages(
    own_sessions: Sessions,
    own_engine: AsyncEngine,
    own_database_url: str,
    tmp_path: Path,
    model_server: ModelServer,
    user: str,
) -> None:
    given: dict[str, Any] = {
        "chat_provider": "openai",
        "openai_api_key": "sk-test",
        "openai_base_url": model_server.url,
    }
    seeded = await seeded_conversations(own_database_url, user, [200, 10_000])
    costs = []
    async with running_stack(own_sessions, tmp_path, **given) as stack:
        for conversation in seeded:
            with statements_about_messages(own_engine, user) as sent:
                answer = await stack.say(user, "hello", conversation_id=str(conversation))
            assert answer.status_code == 200
            shown = len(model_server.requests[-1].body["input"])
            plans = await plans_of(own_database_url, user, conversation, sent)
            read = sum(map(_scanned, plans))
            costs.append(([statement for statement, _ in sent], read, shown))
    assert costs[0] == costs[1]
    assert 0 < costs[1][1] <= 200
    nodes = [node for plan in plans for node in _nodes(plan)]
    [history] = [node for node in nodes if node["Node Type"] == "Limit"]
    *above, scan = _nodes(history)
    assert (scan["Index Name"], scan["Scan Direction"]) == ("messages_pkey", "Backward")
    assert "Sort" not in [node["Node Type"] for node in above]
    assert all(node["Actual Rows"] <= 100 for node in nodes if node["Node Type"] == "Sort")


async def seeded_conversations(database_url: str, user: str, lengths: list[int]) -> list[UUID]:
    connection = await asyncpg.connect(database_url)
    try:
        made = [await seed_conversation(connection, user, length) for length in lengths]
        await connection.execute("analyze")
    finally:
        await connection.close()
    return made
