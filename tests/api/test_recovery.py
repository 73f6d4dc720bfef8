"""What happens to turns when a client, a service or the database goes away."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from sqlalchemy import text

from db.embedded import embedded_postgres
from db.embedded.account import account_for
from db.embedded.postmaster import Postmaster
from db.embedded.programs import Programs
from db.engine import Sessions, create_engine, create_sessions, transaction
from db.migrate import upgrade
from tests.api.conftest import LEASE
from tests.db.turns import open_turn
from tests.model_server import ModelServer
from tests.serving import listen, port_of
from tests.stack import Stack, Stacks, running_stack


@pytest.fixture
async def slow_stack(stacks: Stacks, slow_model: dict[str, Any]) -> Stack:
    """The services with that model."""
    return await stacks.get(**slow_model)


@pytest.fixture
async def only_stack(
    own_sessions: Sessions, tmp_path: Path, slow_model: dict[str, Any]
) -> AsyncIterator[Stack]:
    """The same, and no other API on their database that recovers what looks abandoned."""
    async with running_stack(own_sessions, tmp_path, **slow_model) as stack:
        yield stack


async def newest(stack: Stack, user: str, conversation: str) -> dict[str, Any]:
    path = f"/api/{user}/conversations/{conversation}/messages"
    answer = await stack.client.get(path, headers=stack.as_user(user))
    message: dict[str, Any] = answer.json()["messages"][0]
    return message


async def wait_for_reply(stack: Stack, user: str, conversation: str) -> dict[str, Any]:
    """Wait until the assistant's message is there."""
    async with asyncio.timeout(10):
        while True:
            message = await newest(stack, user, conversation)
            if message["role"] == "assistant":
                return message
            await asyncio.sleep(0.02)


@asynccontextmanager
async def streaming(stack: Stack, user: str, message: str) -> AsyncIterator[httpx2.Response]:
    async with stack.client.stream(
        "POST", f"/api/{user}/chat", json={"message": message}, headers=stack.as_user(user)
    ) as answer:
        yield answer


async def conversation_of(stack: Stack, user: str) -> str:
    answer = await stack.client.get(f"/api/{user}/conversations", headers=stack.as_user(user))
    conversation: str = answer.json()["conversations"][0]["id"]
    return conversation


@pytest.mark.requirement("FR-CHAT-030")
async def test_a_turn_goes_on_when_its_client_leaves(slow_stack: Stack, user: str) -> None:
    async with streaming(slow_stack, user, "[slow 30] tell me") as answer:
        async for line in answer.aiter_lines():
            if line == "event: text.delta":
                break
    conversation = await conversation_of(slow_stack, user)
    message = await wait_for_reply(slow_stack, user, conversation)
    assert message["status"] == "finished"
    assert message["content"] == "Here is a fixed reply that comes in several pieces."


@pytest.mark.requirement("FR-CHAT-002")
async def test_a_second_turn_meanwhile_is_refused_with_the_first_ones_id(
    slow_stack: Stack, user: str
) -> None:
    async with streaming(slow_stack, user, "[slow 100] tell me"):
        conversation = await conversation_of(slow_stack, user)
        running = await newest(slow_stack, user, conversation)
        refused = await slow_stack.say(user, "and?", conversation_id=conversation)
        elsewhere = await slow_stack.say(user, "another conversation")
    assert refused.status_code == 409
    assert refused.json()["code"] == "conversation_busy"
    assert 0 < int(refused.headers["Retry-After"]) <= 5
    assert refused.json()["turn_id"] == running["turn_id"]
    assert elsewhere.status_code == 200


@pytest.mark.requirement("FR-CHAT-003")
async def test_a_turn_longer_than_its_lease_keeps_it(slow_stack: Stack, user: str) -> None:
    async with streaming(slow_stack, user, "[slow 600] tell me") as answer:
        conversation = await conversation_of(slow_stack, user)
        await asyncio.sleep(LEASE * 1.2)
        refused = await slow_stack.say(user, "and?", conversation_id=conversation)
        lines = [line async for line in answer.aiter_lines()]
    assert refused.status_code == 409
    assert "event: turn.finished" in lines


@pytest.mark.requirement("FR-CHAT-003")
async def test_a_process_that_renews_late_does_not_take_its_own_turn_for_abandoned(
    only_stack: Stack, own_sessions: Sessions, user: str
) -> None:
    async with streaming(only_stack, user, "[slow 100] tell me") as answer:
        conversation = await conversation_of(only_stack, user)
        turn = (await newest(only_stack, user, conversation))["turn_id"]
        late = text("update turns set lease_until = now() - interval '1 minute' where id = :id")
        async with own_sessions.begin() as session:
            await session.execute(late, {"id": turn})
        path, headers = f"/api/{user}/turns/{turn}", only_stack.as_user(user)
        state = (await only_stack.client.get(path, headers=headers)).json()
        refused = await only_stack.say(user, "and?", conversation_id=conversation)
        lines = [line async for line in answer.aiter_lines()]
    assert state["status"] == "running"
    assert refused.json()["code"] == "conversation_busy"
    assert "event: turn.finished" in lines


@pytest.mark.requirement("FR-CHAT-003")
@pytest.mark.requirement("FR-CHAT-045")
async def test_a_turn_whose_events_cannot_be_read_is_ended_and_keeps_no_other_waiting(
    only_stack: Stack, own_sessions: Sessions, user: str
) -> None:
    broken = f"{user}-broken"
    turns = {}
    for name in (user, broken, f"{user}-other"):
        async with transaction(own_sessions, name) as session:
            turns[name] = (await open_turn(session, name)).turn_id
    unreadable = "insert into turn_event_batches values (:user, :turn, 1, 1, '[{}]')"
    late = "update turns set lease_until = now() - interval '1 minute' * array_position(:ids, id)"
    async with own_sessions.begin() as session:
        await session.execute(text(unreadable), {"user": broken, "turn": turns[broken]})
        await session.execute(text(late), {"ids": list(turns.values())})
    for name in turns:
        conversation = await conversation_of(only_stack, name)
        assert (await wait_for_reply(only_stack, name, conversation))["status"] == "interrupted"


@pytest.mark.requirement("FR-CHAT-031")
async def test_a_shutdown_ends_running_turns_as_interrupted(
    committed: Sessions, tmp_path: Path, model_server: ModelServer, user: str
) -> None:
    settings: dict[str, Any] = {
        "chat_provider": "openai",
        "openai_api_key": "sk-test",
        "openai_base_url": model_server.url,
    }
    async with running_stack(committed, tmp_path, **settings) as stack:
        async with streaming(stack, user, "[slow 300] tell me") as answer:
            async for line in answer.aiter_lines():
                if line == "event: text.delta":
                    break
        conversation = await conversation_of(stack, user)
    async with running_stack(committed, tmp_path, **settings) as stack:
        message = await newest(stack, user, conversation)
        next_answer = await stack.say(user, "hello", conversation_id=conversation)
    assert (message["role"], message["status"]) == ("assistant", "interrupted")
    assert message["content"]
    assert next_answer.status_code == 200


@pytest.mark.requirement("FR-CHAT-012")
async def test_two_replicas_answer_alternate_messages_of_one_conversation(
    stacks: Stacks, user: str
) -> None:
    one, two = [await stacks.get(chat_provider="offline", replica=n) for n in (1, 2)]
    added = (await one.say(user, "Add a task to buy groceries")).json()
    here = {"conversation_id": added["conversation_id"]}
    pending = (await two.say(user, "what's pending?", **here)).json()
    done = (await one.say(user, "mark it as done", **here)).json()
    completed = (await two.say(user, "What have I completed?", **here)).json()
    assert [task["title"] for task in pending["tool_calls"][0]["result"]["tasks"]] == [
        "Buy groceries"
    ]
    assert [call["name"] for call in done["tool_calls"]] == ["complete_task"]
    assert [task["id"] for task in completed["tool_calls"][0]["result"]["tasks"]] == [1]


@pytest.mark.requirement("FR-CHAT-032")
async def test_without_the_mcp_server_a_turn_fails_within_five_seconds_and_readiness_says_so(
    committed: Sessions, tmp_path: Path, user: str
) -> None:
    nobody = listen()
    nobody.close()
    silent = listen()
    for url in ("http://127.0.0.1:9/mcp", f"http://127.0.0.1:{port_of(silent)}/mcp"):
        async with running_stack(
            committed, tmp_path, chat_provider="offline", mcp_url=url
        ) as stack:
            async with asyncio.timeout(5):
                answer = await stack.say(user, "Add a task to buy groceries")
            assert (answer.status_code, answer.json()["code"]) == (503, "tool_service_unavailable")
            async with asyncio.timeout(5):
                ready = await stack.client.get("/ready")
            assert (ready.status_code, ready.json()["code"]) == (503, "tool_service_unavailable")
            stored = await newest(stack, user, answer.json()["conversation_id"])
            assert stored["status"] == "failed"
    silent.close()


@pytest.mark.requirement("FR-RUN-104")
async def test_requests_recover_by_themselves_when_postgres_is_restarted_under_load(
    tmp_path: Path,
) -> None:
    with TemporaryDirectory() as folder, embedded_postgres(Path(folder)) as url:
        await asyncio.to_thread(upgrade, url)
        cluster = Path(folder) / "postgres"
        server = Postmaster(cluster, Programs(account_for(cluster)), tmp_path / "restart.log")
        engine = create_engine(url, pool_size=5)
        user = f"user-{uuid4().hex[:8]}"
        over = asyncio.Event()
        responses: list[tuple[int, str]] = []

        async with running_stack(
            create_sessions(engine), tmp_path / "api", chat_provider="offline"
        ) as stack:

            async def add_tasks() -> None:
                while not over.is_set():
                    answer = await stack.client.post(
                        f"/api/{user}/tasks", json={"title": "x"}, headers=stack.as_user(user)
                    )
                    responses.append((answer.status_code, answer.headers.get("retry-after", "")))

            clients = [asyncio.create_task(add_tasks()) for _ in range(5)]
            await asyncio.to_thread(server.stop)
            await asyncio.to_thread(server.ensure_running)
            over.set()
            await asyncio.gather(*clients)
            after = await stack.say(user, "Show me all my tasks")
        await engine.dispose()
    assert {status for status, _ in responses} <= {201, 503}
    assert all(wait for status, wait in responses if status == 503)
    assert after.status_code == 200, after.text
    written = sum(status == 201 for status, _ in responses)
    assert after.json()["tool_calls"][0]["result"]["total"] >= written
