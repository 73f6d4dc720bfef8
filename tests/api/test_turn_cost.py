"""What a turn and a refusal cost, counted: statements, transactions, requests, events.

Times are benchmarks.
"""

from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.model_server import ModelServer, call, say
from tests.sse import events_of
from tests.stack import Stack, Stacks
from tests.statements import Transactions, counted


@pytest.fixture
async def vendor(stacks: Stacks, model_server: ModelServer, database_url: str) -> Stack:
    settings: dict[str, Any] = {
        "chat_provider": "openai",
        "openai_api_key": "sk-test",
        "openai_base_url": model_server.url,
    }
    stack = await stacks.get(listen_to=database_url, **settings)
    # A process asks for the tools with its first turn.
    await stack.say("the first user", "hello")
    model_server.reset()
    return stack


def costs(turns: Transactions) -> tuple[int, int]:
    return len(turns.committed), len(turns.statements)


@pytest.mark.requirement("FR-CHAT-050")
@pytest.mark.parametrize("messages", [1, 12])
async def test_a_short_turn_takes_two_transactions_whatever_came_before(
    vendor: Stack, engine: AsyncEngine, user: str, messages: int
) -> None:
    conversation = (await vendor.say(user, "hello")).json()["conversation_id"]
    for _ in range(messages - 1):
        await vendor.say(user, "hello", conversation_id=conversation)
    with counted(engine, user) as turn:
        answer = await vendor.say(user, "hello", conversation_id=conversation)
    assert answer.status_code == 200
    assert costs(turn) == (2, 8), turn.committed


@pytest.mark.requirement("FR-CHAT-050")
async def test_a_long_turn_takes_no_transaction_of_its_own_more(
    vendor: Stack, engine: AsyncEngine, user: str
) -> None:
    with counted(engine, user) as turn:
        answer = await vendor.say(user, "hello [slow 260]")
    assert answer.status_code == 200
    assert costs(turn) == (2, 8), turn.committed


@pytest.mark.requirement("FR-CHAT-050")
async def test_a_tool_call_takes_one_request_to_the_tools_and_one_more_to_the_model(
    vendor: Stack, model_server: ModelServer, engine: AsyncEngine, user: str
) -> None:
    model_server.script(call("add_task", {"title": "Milk"}), say("Added."))
    before = len(model_server.requests)
    with counted(engine, user) as turn:
        await vendor.say(user, "add milk")
    assert len(model_server.requests) - before == 2
    # The call's own is one of the three, with the key by which a repeated call is found.
    assert len(turn.committed) == 3, turn.committed
    assert len(turn.statements) <= 8 + 5, turn.committed


@pytest.mark.requirement("FR-CHAT-050")
async def test_text_that_comes_at_once_is_streamed_in_few_events(
    vendor: Stack, model_server: ModelServer, user: str
) -> None:
    model_server.script(say(" ".join(["word"] * 200)))
    async with vendor.client.stream(
        "POST", f"/api/{user}/chat", json={"message": "hello"}, headers=vendor.as_user(user)
    ) as answer:
        events = [event async for event in events_of(answer)]
    deltas = [event for event in events if event[1] == "text.delta"]
    assert "".join(event[2]["delta"] for event in deltas) == " ".join(["word"] * 200)
    assert len(deltas) <= 20


@pytest.mark.requirement("FR-CHAT-062")
async def test_a_user_who_goes_on_costs_no_statement(
    stacks: Stacks, engine: AsyncEngine, user: str
) -> None:
    stack: Stack = await stacks.get(writes_per_minute=1)
    with counted(engine, user) as statements:
        answers = [
            await stack.client.post(
                f"/api/{user}/tasks", json={"title": "Milk"}, headers=stack.as_user(user)
            )
            for _ in range(15)
        ]
    assert [each.status_code for each in answers] == [201] + [429] * 14
    # The first is applied, the second refused by Postgres, and no other comes there.
    assert len(statements.committed) == 1
    assert {each.json()["code"] for each in answers[1:]} == {"rate_limited"}
    assert all(1 <= int(each.headers["Retry-After"]) <= 60 for each in answers[1:])
    assert {each.headers["Cache-Control"] for each in answers} == {"no-store"}
