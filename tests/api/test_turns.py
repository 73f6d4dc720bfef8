"""Turns over HTTP: asked for twice, followed from any point, stopped from anywhere."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from db.engine import Sessions
from db.sweep import delete_old_events
from tests.model_server import ModelServer, call, say
from tests.sse import Event, events_of
from tests.stack import Stack, Stacks


@pytest.fixture
async def replicas(
    stacks: Stacks, database_url: str, model_server: ModelServer
) -> tuple[Stack, Stack]:
    """Two replicas over one database: one hears of news, the other looks for it."""
    settings: dict[str, Any] = {
        "chat_provider": "openai",
        "openai_api_key": "sk-test",
        "openai_base_url": model_server.url,
    }
    return await stacks.get(listen_to=database_url, **settings), await stacks.get(**settings)


@asynccontextmanager
async def chatting(stack: Stack, user: str, message: str) -> AsyncIterator[AsyncIterator[Event]]:
    async with stack.client.stream(
        "POST", f"/api/{user}/chat", json={"message": message}, headers=stack.as_user(user)
    ) as answer:
        assert answer.status_code == 200
        yield events_of(answer)


async def follow(stack: Stack, user: str, turn: str, after: int | None = None) -> list[Event]:
    headers = stack.as_user(user) | ({"Last-Event-ID": str(after)} if after else {})
    path = f"/api/{user}/turns/{turn}/events"
    async with stack.client.stream("GET", path, headers=headers) as answer:
        assert answer.status_code == 200
        return [event async for event in events_of(answer)]


async def get(stack: Stack, user: str, path: str) -> dict[str, Any]:
    answer = await stack.client.get(f"/api/{user}/{path}", headers=stack.as_user(user))
    got: dict[str, Any] = answer.json()
    return got


async def conversations(stack: Stack, user: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = (await get(stack, user, "conversations"))["conversations"]
    return rows


async def until(look: Callable[[], Awaitable[list[Any]]]) -> list[Any]:
    """Look until there is something."""
    async with asyncio.timeout(20):
        found = await look()
        while not found:
            await asyncio.sleep(0.02)
            found = await look()
    return found


@pytest.mark.requirement("FR-CHAT-042")
@pytest.mark.parametrize("cut", [1, 2, 4, 7])
async def test_a_cut_stream_goes_on_at_any_replica_without_gap_or_repetition(
    replicas: tuple[Stack, Stack], user: str, cut: int
) -> None:
    one, two = replicas
    received: list[Event] = []
    async with chatting(one, user, "[slow 60] add milk") as events:
        async for event in events:
            received.append(event)
            if event[0] == cut:
                break
    turn = received[0][2]["turn_id"]
    rest = await follow(two, user, turn, after=cut)
    whole = await follow(one, user, turn)
    assert received + rest == whole
    assert await follow(two, user, turn) == whole
    assert whole[-1][1] == "turn.finished"


@pytest.mark.requirement("FR-CHAT-042")
async def test_behind_the_last_event_comes_the_end_once_more(
    replicas: tuple[Stack, Stack], user: str
) -> None:
    one, two = replicas
    async with chatting(one, user, "hello") as events:
        whole = [event async for event in events]
    number, _, last = whole[-1]
    (rebuilt,) = await follow(two, user, whole[0][2]["turn_id"], after=number)
    assert rebuilt == (number + 1, "turn.finished", last)


@pytest.mark.requirement("FR-CHAT-042")
async def test_the_end_of_a_turn_is_told_when_its_events_are_forgotten(
    replicas: tuple[Stack, Stack], engine: AsyncEngine, user: str
) -> None:
    one, two = replicas
    answer = (await one.say(user, "hello")).json()
    async with engine.begin() as connection:
        await connection.execute(
            text("delete from turn_event_batches where user_id = :user"), {"user": user}
        )
    ((_, kind, last),) = await follow(two, user, answer["turn_id"])
    assert kind == "turn.finished"
    assert {**last, "usage": None} == {**answer, "usage": None}


@pytest.mark.requirement("FR-CHAT-042")
@pytest.mark.parametrize("last", ["x", "-1", "99999999999"])
async def test_an_unusable_last_event_id_is_refused(stack: Stack, user: str, last: str) -> None:
    ended = (await stack.say(user, "hello")).json()
    answer = await stack.client.get(
        f"/api/{user}/turns/{ended['turn_id']}/events",
        headers={**stack.as_user(user), "Last-Event-ID": last},
    )
    assert answer.status_code == 422


@pytest.mark.requirement("FR-CHAT-043")
@pytest.mark.parametrize("elsewhere", [0, 1])
async def test_a_turn_is_stopped_from_any_replica_and_keeps_what_was_said_and_done(
    replicas: tuple[Stack, Stack], model_server: ModelServer, user: str, elsewhere: int
) -> None:
    one, other = replicas[0], replicas[elsewhere]
    async with chatting(one, user, "[slow 400] add milk") as events:
        received = []
        async for event in events:
            received.append(event)
            if event[1] == "text.delta":
                break
        turn = received[0][2]["turn_id"]
        response = await other.client.post(
            f"/api/{user}/turns/{turn}/cancel", headers=other.as_user(user)
        )
        assert response.status_code == 202
        received += [event async for event in events]
    _, kind, last = received[-1]
    assert (kind, last["code"]) == ("turn.cancelled", "cancelled")
    deltas = [data["delta"] for _, name, data in received if name == "text.delta"]
    assert last["response"] == "".join(deltas) != ""
    assert [call["result"]["task_id"] for call in last["tool_calls"]] == [1]
    state = await get(other, user, f"turns/{turn}")
    assert (state["status"], state["answer"]["response"]) == ("cancelled", last["response"])
    next_answer = await one.say(user, "go on", conversation_id=last["conversation_id"])
    assert next_answer.status_code == 200
    assert "This reply was stopped." in str(model_server.requests[-1].body)


@pytest.mark.requirement("FR-CHAT-043")
async def test_whoever_waits_for_json_learns_that_the_turn_was_stopped(
    replicas: tuple[Stack, Stack], user: str
) -> None:
    one, two = replicas
    waiting = asyncio.create_task(one.say(user, "[stall]"))
    rows = await until(lambda: conversations(two, user))
    (message,) = (await get(two, user, f"conversations/{rows[0]['id']}/messages"))["messages"]
    await two.client.post(
        f"/api/{user}/turns/{message['turn_id']}/cancel", headers=two.as_user(user)
    )
    async with asyncio.timeout(20):
        answer = await waiting
    assert (answer.status_code, answer.json()["code"]) == (409, "cancelled")


@pytest.mark.requirement("FR-CHAT-043")
async def test_stopping_an_ended_turn_changes_nothing(stack: Stack, user: str) -> None:
    ended = (await stack.say(user, "hello")).json()
    path = f"/api/{user}/turns/{ended['turn_id']}/cancel"
    answer = await stack.client.post(path, headers=stack.as_user(user))
    assert answer.json()["status"] == "finished"
    assert answer.json()["answer"] == ended


@pytest.mark.requirement("FR-CHAT-040")
async def test_a_key_gives_one_turn_however_often_and_wherever_it_is_sent(
    replicas: tuple[Stack, Stack], user: str
) -> None:
    async def send(stack: Stack, message: str = "add milk") -> httpx2.Response:
        headers = {**stack.as_user(user), "Accept": "application/json", "Idempotency-Key": "k-1"}
        return await stack.client.post(
            f"/api/{user}/chat", json={"message": message}, headers=headers
        )

    answers = await asyncio.gather(*(send(replicas[n % 2]) for n in range(8)))
    assert {answer.status_code for answer in answers} == {200}
    bodies = [answer.json() for answer in [*answers, await send(replicas[1])]]
    assert bodies == [bodies[0]] * 9
    other = await send(replicas[0], "add bread")
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_mismatch")
    assert (await get(replicas[0], user, "tasks"))["total"] == 1
    assert len((await get(replicas[0], user, "conversations"))["conversations"]) == 1


@pytest.mark.requirement("FR-CHAT-040")
@pytest.mark.parametrize("key", ["", "x" * 201, "with blank", "tab\tkey"])
async def test_an_unusable_key_is_refused(stack: Stack, user: str, key: str) -> None:
    answer = await stack.client.post(
        f"/api/{user}/chat",
        json={"message": "hi"},
        headers={**stack.as_user(user), "Idempotency-Key": key},
    )
    assert answer.status_code == 422


@pytest.mark.requirement("FR-CHAT-044")
async def test_another_users_turn_is_not_found(stack: Stack, user: str) -> None:
    theirs = (await stack.say("ann", "hello")).json()["turn_id"]
    for turn in (theirs, str(uuid4())):
        for method, path in [("GET", ""), ("GET", "/events"), ("POST", "/cancel")]:
            answer = await stack.client.request(
                method, f"/api/{user}/turns/{turn}{path}", headers=stack.as_user(user)
            )
            assert (answer.status_code, answer.json()["code"]) == (404, "turn_not_found")


@pytest.mark.requirement("FR-CHAT-045")
async def test_a_turn_whose_process_died_is_ended_with_what_its_tools_did(
    replicas: tuple[Stack, Stack],
    engine: AsyncEngine,
    model_server: ModelServer,
    user: str,
) -> None:
    """As after a kill: the row says running, nobody renews it, and some events were not stored."""
    _, two = replicas
    answer = (await two.say(user, "add milk\nadd bread")).json()
    turn, conversation = answer["turn_id"], answer["conversation_id"]
    owner = {"user": user}
    async with engine.begin() as connection:
        for statement in (
            "update turns set status = 'running', lease_until = now() - interval '1 second',"
            " finished_at = null where user_id = :user",
            "delete from messages where role = 'assistant' and user_id = :user",
            "update turn_event_batches set last_seq = 3,"
            " events = jsonb_path_query_array(events, '$[0 to 2]') where user_id = :user",
        ):
            await connection.execute(text(statement), owner)
    state = await get(two, user, f"turns/{turn}")
    assert (state["status"], state["error_code"]) == ("interrupted", "interrupted")
    done = [call["result"]["title"] for call in state["answer"]["tool_calls"]]
    assert sorted(done) == ["bread", "milk"]
    events = await follow(two, user, turn)
    numbers = [number for number, _, _ in events]
    assert numbers == sorted(set(numbers))
    assert events[-1][1] == "turn.failed"
    # As it was stored, and as it is told without stored events.
    for after in (None, numbers[-1]):
        (*_, (_, _, end)) = await follow(two, user, turn, after)
        assert end["code"] == "interrupted"
    next_answer = await two.say(user, "and now?", conversation_id=conversation)
    assert next_answer.status_code == 200
    request_body = str(model_server.requests[-1].body)
    assert "This reply was interrupted." in request_body
    assert "bread" in request_body


@pytest.mark.requirement("FR-CHAT-202")
async def test_text_before_and_after_tool_calls_are_paragraphs_of_one_reply(
    replicas: tuple[Stack, Stack], model_server: ModelServer, user: str
) -> None:
    one, _ = replicas
    look = call("list_tasks")
    model_server.script(look, replace(look, text="I look once more."), look, say("There is none."))
    async with chatting(one, user, "What is there?") as events:
        received = [data async for _, _, data in events]
    paragraphs = "I look once more.\n\nThere is none."
    assert "".join(data.get("delta", "") for data in received) == paragraphs
    conversation = (await conversations(one, user))[0]["id"]
    messages = (await get(one, user, f"conversations/{conversation}/messages"))["messages"]
    assert messages[0]["content"] == paragraphs


@pytest.mark.requirement("FR-CHAT-046")
async def test_a_day_old_events_are_forgotten_and_others_stay(
    committed: Sessions, engine: AsyncEngine, stack: Stack, user: str
) -> None:
    old = (await stack.say(user, "hello")).json()["turn_id"]
    new = (await stack.say(user, "hello")).json()["turn_id"]
    async with engine.begin() as connection:
        await connection.execute(
            text(
                "update turn_event_batches set created_at = now() - interval '25h'"
                " where turn_id = :t"
            ),
            {"t": old},
        )
    await delete_old_events(committed, timedelta(days=1))
    async with engine.connect() as connection:
        query = text("select distinct turn_id::text from turn_event_batches where user_id = :user")
        assert (await connection.scalars(query, {"user": user})).all() == [new]
