"""What the turns of one process cost Postgres together while they run, counted."""

import asyncio
import time
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import AsyncEngine

from db.engine import Sessions
from tests.api.conftest import LEASE
from tests.model_server import ModelServer
from tests.stack import Stack, Stacks


@pytest.mark.requirement("FR-CHAT-051")
async def test_one_statement_renews_the_leases_of_all_turns_and_one_saves_their_events(
    stacks: Stacks,
    engine: AsyncEngine,
    committed: Sessions,
    slow_model: dict[str, Any],
    database_url: str,
    user: str,
) -> None:
    stack = await stacks.get(listen_to=database_url, **slow_model)
    saved: list[int] = []

    def execute(*arguments: Any) -> None:
        statement, values = arguments[2], arguments[3]
        if "insert into turn_event_batches" in statement and "unnest" in statement:
            saved.append(len(values[0]))

    event.listen(engine.sync_engine, "before_cursor_execute", execute)
    try:
        began = time.monotonic()
        turns = asyncio.gather(*(stack.say(f"{user}-{n}", "[slow 240] tell me") for n in range(12)))
        await renewed_at_once(committed, user, 12)
        answers = await turns
        seconds = time.monotonic() - began
    finally:
        event.remove(engine.sync_engine, "before_cursor_execute", execute)
    assert [answer.status_code for answer in answers] == [200] * 12
    # Each turn is saved once a second.
    assert len(saved) < sum(saved) / 2, saved
    assert 20 <= sum(saved) <= 12 * (seconds + 1), saved


@pytest.mark.requirement("FR-CHAT-051")
async def test_turns_that_all_stop_from_elsewhere_are_each_stopped(
    stacks: Stacks, model_server: ModelServer, database_url: str, user: str
) -> None:
    settings: dict[str, Any] = {
        "chat_provider": "openai",
        "openai_api_key": "sk-test",
        "openai_base_url": model_server.url,
        "listen_to": database_url,
    }
    here = await stacks.get(**settings)
    elsewhere = await stacks.get(replica=2, **settings)
    users = [f"{user}-{n}" for n in range(6)]

    async def stop(stack: Stack, one: str) -> int:
        while not (running := await running_turn(stack, one)):
            pass
        path = f"/api/{one}/turns/{running}/cancel"
        return (await stack.client.post(path, headers=stack.as_user(one))).status_code

    answers, stops = await asyncio.gather(
        asyncio.gather(*(here.say(one, "[slow 400] tell me") for one in users)),
        asyncio.gather(*(stop(elsewhere, one) for one in users[:5])),
    )
    assert set(stops) <= {200, 202}
    codes = [answer.json().get("code") for answer in answers]
    assert codes == ["cancelled"] * 5 + [None]


async def renewed_at_once(sessions: Sessions, prefix: str, turns: int) -> None:
    """Wait until one transaction has renewed the leases of all turns of users so named."""
    query = text(
        "select count(*) from turns where starts_with(user_id, :named) group by lease_until"
    )
    async with asyncio.timeout(LEASE):
        together: list[int] = []
        while together != [turns]:
            await asyncio.sleep(0.05)
            async with sessions() as session:
                together = list((await session.scalars(query, {"named": prefix})).all())


async def running_turn(stack: Stack, user: str) -> str | None:
    path, headers = f"/api/{user}/conversations", stack.as_user(user)
    conversations = (await stack.client.get(path, headers=headers)).json()["conversations"]
    if not conversations:
        return None
    path = f"{path}/{conversations[0]['id']}/messages"
    messages = (await stack.client.get(path, headers=headers)).json()["messages"]
    turn: str = messages[0]["turn_id"]
    return turn
