"""Requests that go on after they were refused: answered alike, without being worked on."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

import httpx2
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from chat_api.routes.refusals import Refusals
from db.telemetry.metrics import metrics
from tests.stack import Stack, Stacks
from tests.statements import counted


class Service:
    """Refuses all requests for 30 seconds, and counts them."""

    def __init__(self, spread_seconds: float = 0) -> None:
        self.now = 0.0
        self.requests = 0
        self.answered: Callable[[], JSONResponse] = lambda: JSONResponse(
            {"code": "rate_limited"}, 429, {"Retry-After": "30"}
        )
        app = Refusals(self.answer, now=lambda: self.now, spread_seconds=spread_seconds)
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


@pytest.mark.requirement("FR-RUN-134")
async def test_the_same_answer_has_the_id_of_its_own_request() -> None:
    service = Service()
    answers = [await service.post(**{"X-Request-ID": f"request-{number}"}) for number in range(12)]
    assert [each.headers.get_list("X-Request-ID") for each in answers[10:]] == [
        ["request-10"],
        ["request-11"],
    ]
    without = [(await service.post()).headers["X-Request-ID"] for _ in range(2)]
    assert without[0] != without[1]


@pytest.mark.requirement("FR-CHAT-068")
async def test_requests_that_come_at_once_are_answered_apart() -> None:
    service = Service(spread_seconds=0.2)
    for _ in range(10):
        await service.post()
    began = time.monotonic()

    async def seconds() -> float:
        await service.post()
        return time.monotonic() - began

    ends = sorted(await asyncio.gather(*(seconds() for _ in range(40))))
    assert ends[-1] - ends[0] > 0.05


@pytest.mark.requirement("FR-CHAT-068")
async def test_what_is_not_worked_on_is_counted_and_not_logged(
    stacks: Stacks, user: str, caplog: pytest.LogCaptureFixture
) -> None:
    stack: Stack = await stacks.get(writes_per_minute=1)
    path, headers = f"/api/{user}/tasks", stack.as_user(user)

    def refused_again() -> float:
        labels = {"method": "POST", "route": "refused again", "status": "429"}
        return metrics().registry.get_sample_value("todochat_http_requests_total", labels) or 0

    before = refused_again()
    with caplog.at_level("INFO", logger="db.telemetry.requests"):
        for _ in range(14):
            await stack.client.post(path, json={"title": "Milk"}, headers=headers)
    assert refused_again() - before == 3
    assert len([each for each in caplog.records if each.message == "Request"]) == 11


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
