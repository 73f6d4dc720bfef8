"""Requests that go on after they were refused: answered alike, without being worked on."""

from collections.abc import Callable
from typing import Any

import httpx2
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from auth.refusals import Refusals
from tests.stack import Stack, Stacks
from tests.statements import counted


class Service:
    """Refuses all requests for 30 seconds, and counts them."""

    def __init__(self) -> None:
        self.now = 0.0
        self.requests = 0
        self.answered: Callable[[], JSONResponse] = lambda: JSONResponse(
            {"code": "rate_limited"}, 429, {"Retry-After": "30"}
        )
        app = Refusals(self.answer, now=lambda: self.now)
        self.client = httpx2.AsyncClient(
            transport=httpx2.ASGITransport(app), base_url="http://service"
        )

    async def answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.requests += 1
        await self.answered()(scope, receive, send)

    async def post(self, path: str = "/tasks", token: str = "a", **headers: str) -> Any:
        authorization = {"Authorization": f"Bearer {token}", **headers}
        return await self.client.post(path, headers=authorization)


@pytest.mark.requirement("FR-CHAT-068")
async def test_the_eleventh_request_gets_the_answer_of_the_tenth() -> None:
    service = Service()
    answers = [await service.post() for _ in range(10)]
    service.now = 12.5
    answers += [await service.post() for _ in range(5)]
    assert service.requests == 10
    assert {(each.status_code, each.text) for each in answers} == {(429, answers[0].text)}
    assert [each.headers["Retry-After"] for each in answers[9:11]] == ["30", "18"]


@pytest.mark.requirement("FR-CHAT-068")
@pytest.mark.parametrize("other", [{"path": "/lists"}, {"token": "b"}, {"Idempotency-Key": "k"}])
async def test_another_request_is_worked_on(other: dict[str, str]) -> None:
    service = Service()
    for _ in range(12):
        await service.post()
    await service.post(**other)
    assert service.requests == 11


@pytest.mark.requirement("FR-CHAT-068")
async def test_it_is_worked_on_again_when_the_wait_is_over() -> None:
    service = Service()
    for _ in range(12):
        await service.post()
    service.now = 30
    service.answered = lambda: JSONResponse({})
    assert [(await service.post()).status_code for _ in range(2)] == [200, 200]


@pytest.mark.requirement("FR-CHAT-068")
@pytest.mark.parametrize("headers", [{}, {"Retry-After": "Mon, 30 Nov 2026 10:00:00 GMT"}])
async def test_an_answer_that_does_not_say_for_how_long_is_not_repeated(
    headers: dict[str, str],
) -> None:
    service = Service()
    service.answered = lambda: JSONResponse({}, 429, headers)
    for _ in range(12):
        await service.post()
    assert service.requests == 12


@pytest.mark.requirement("FR-CHAT-068")
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
