"""Users who leave: what they had is gone, and what they held opens nothing any more."""

import asyncio

import httpx2
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.db.test_erasure import rows
from tests.mcp_server.plain import calling, post, request_of
from tests.stack import Stack

Client = httpx2.AsyncClient
GONE = 204


async def erase(api: Client) -> int:
    return (await api.delete(str(api.base_url).rstrip("/"))).status_code


def refusal(answer: httpx2.Response) -> tuple[int, str]:
    assert answer.headers["www-authenticate"].startswith('Bearer error="invalid_token"')
    return answer.status_code, answer.json()["code"]


@pytest.mark.requirement("FR-AUTH-230")
@pytest.mark.requirement("FR-AUTH-231")
async def test_after_an_erasure_no_token_reads_or_writes_anything(
    api: Client, stack: Stack, engine: AsyncEngine, user: str
) -> None:
    assert (await stack.say(user, "Add a task to buy milk")).is_success
    personal = (await api.post("/access-tokens", json={"name": "laptop"})).json()["token"]
    await api.post("/lists", json={"name": "Work"})
    calendar = (await api.post("/calendar-feed")).json()["path"]
    of_a_turn = stack.mcp_token(user, turn_id="01900000-0000-7000-8000-000000000000")

    assert [await erase(api) for _ in range(2)] == [GONE, GONE]

    answers = [
        await api.get("/tasks"),
        await api.get("/conversations"),
        await api.get("/tasks/events"),
        await api.get("/export"),
        await api.post("/tasks", json={"title": "Begin anew"}),
        await api.post("/access-tokens", json={"name": "laptop"}),
        await api.post("/calendar-feed"),
        await api.patch("/settings", json={"timezone": "Europe/Berlin"}),
        await api.post("/import", content="{}", headers={"Content-Type": "application/json"}),
        await api.post("/chat", json={"message": "hello"}),
        await stack.client.post(
            "/chatkit",
            json={"type": "threads.list", "params": {"limit": 9, "order": "desc"}},
            headers=stack.as_user(user),
        ),
    ]
    assert {refusal(answer) for answer in answers} == {(401, "account_deleted")}
    assert (await stack.client.get(calendar)).status_code == 404
    for token in (personal, stack.mcp_token(user), of_a_turn):
        for body in (
            calling("add_task", title="Begin anew"),
            calling("list_tasks"),
            request_of("tools/list"),
            request_of("resources/read", uri="tasks://today"),
        ):
            refused = await post(stack, token, body)
            assert refused.status_code == 401, (body, refused.text)
            assert 'error="invalid_token"' in refused.headers["www-authenticate"]
    assert await rows(engine, user) == {"user_states": 1}


@pytest.mark.requirement("FR-AUTH-230")
async def test_a_turn_that_runs_meanwhile_leaves_nothing_behind(
    api: Client, stack: Stack, engine: AsyncEngine, user: str
) -> None:
    message = {"message": "Add a task to buy milk"}
    async with stack.client.stream(
        "POST", f"/api/{user}/chat", json=message, headers=stack.as_user(user)
    ) as turn:
        lines = turn.aiter_lines()
        await anext(lines)
        assert await erase(api) == GONE
        async for _ in lines:
            pass
    assert await rows(engine, user) == {"user_states": 1}


@pytest.mark.requirement("FR-AUTH-230")
async def test_who_makes_tokens_while_the_account_is_erased_is_left_with_none(
    api: Client, stack: Stack, engine: AsyncEngine, user: str
) -> None:
    first = await api.post("/access-tokens", json={"name": "0"})
    making = [api.post("/access-tokens", json={"name": str(n)}) for n in range(12)]
    made, status = await asyncio.gather(asyncio.gather(*making), erase(api))
    assert status == GONE
    tokens = [answer.json()["token"] for answer in (first, *made) if answer.status_code == 201]
    assert {answer.status_code for answer in made} <= {201, 401}
    for token in tokens:
        assert (await post(stack, token, calling("list_tasks"))).status_code == 401
    assert await rows(engine, user) == {"user_states": 1}
