"""`/bff`: the one way from a page to the API."""

import json

import httpx2
import pytest

from tests.web.running import WebApp


@pytest.mark.requirement("FR-WEB-010")
async def test_a_page_talks_to_the_api_as_its_user(ada: httpx2.AsyncClient) -> None:
    made = await ada.post("/bff/me/tasks", json={"title": "Buy milk"})
    assert made.status_code == 201
    assert (await ada.get("/bff/api/me/tasks?q=milk")).json()["tasks"] == [made.json()]
    assert (await ada.post("/bff/chatkit", json={})).status_code in {400, 422}


@pytest.mark.requirement("FR-WEB-010")
@pytest.mark.parametrize(
    "path", ["health", "metrics", "me", "me/%2e%2e/%2e%2e/health", "me/a%2fb", "api/else/tasks"]
)
async def test_nothing_else_can_be_reached(ada: httpx2.AsyncClient, path: str) -> None:
    assert (await ada.get(f"/bff/{path}")).status_code == 404


@pytest.mark.requirement("FR-WEB-011")
async def test_a_reply_streams_as_it_is_written(ada: httpx2.AsyncClient) -> None:
    asked = {"message": "Add a task to buy milk"}
    accept = {"Accept": "text/event-stream"}
    async with ada.stream("POST", "/bff/me/chat", json=asked, headers=accept) as answer:
        assert "no-transform" in answer.headers["cache-control"]
        lines = [line async for line in answer.aiter_lines()]
    assert lines[1] == "event: turn.started"
    last = json.loads([line for line in lines if line.startswith("data: ")][-1][6:])
    assert last["tool_calls"][0]["result"]["title"] == "Buy milk"


@pytest.mark.requirement("FR-WEB-011")
async def test_a_change_is_heard_while_the_stream_is_open(ada: httpx2.AsyncClient) -> None:
    async with ada.stream("GET", "/bff/me/tasks/events") as answer:
        lines = answer.aiter_lines()
        await anext(lines)
        await ada.post("/bff/me/tasks", json={"title": "Buy milk"})
        async for line in lines:
            if line.startswith("data: ") and "Buy milk" in line:
                break
        else:
            pytest.fail("the stream ended without the change")


@pytest.mark.requirement("FR-WEB-012")
@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
    ],
    ids=str,
)
async def test_other_origins_are_refused(ada: httpx2.AsyncClient, headers: dict[str, str]) -> None:
    answer = await ada.get("/bff/me/tasks", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "foreign_origin")


@pytest.mark.requirement("FR-WEB-013")
async def test_who_is_signed_out_is_told_so(visitor: httpx2.AsyncClient) -> None:
    answer = await visitor.get("/bff/me/tasks")
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.status_code, answer.json()["code"]) == (401, "signed_out")


@pytest.mark.requirement("FR-WEB-010")
async def test_the_same_key_adds_a_task_once(web_app: WebApp, ada: httpx2.AsyncClient) -> None:
    asked = {"message": "Add a task to buy milk"}
    headers = {"Idempotency-Key": "0123456789", "Accept": "application/json"}
    answers = [await ada.post("/bff/me/chat", json=asked, headers=headers) for _ in range(2)]
    assert answers[0].json()["turn_id"] == answers[1].json()["turn_id"]
