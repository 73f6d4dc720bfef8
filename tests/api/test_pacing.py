"""Requests of one token that come at once: they begin one after the other, beside the others'."""

import asyncio
import time
from collections.abc import Iterable

import httpx2
import pytest
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from chat_api.routes.pacing import Pacing
from tests.stack import Stack, Stacks

PER_SECOND = 64
# Those of a fifth of a second, and then those of a second.
AT_ONCE, WAITING = 13, 64


class Service:
    """Answers requests, whose clock stands still unless it is set, and notes when they began."""

    def __init__(self) -> None:
        self.now = 0.0
        self.began: list[tuple[str, float]] = []
        app = Pacing(self.answer, PER_SECOND, now=lambda: self.now)
        self.client = httpx2.AsyncClient(
            transport=httpx2.ASGITransport(app), base_url="http://service"
        )

    async def answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.began.append((scope["path"], time.monotonic()))
        await JSONResponse({})(scope, receive, send)

    @classmethod
    async def shared(cls) -> "Service":
        """Return one that somebody else has just used."""
        service = cls()
        await service.get("somebody", "another")
        service.began.clear()
        return service

    async def get(self, name: object, token: str | None = "a") -> httpx2.Response:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return await self.client.get(f"/{name}", headers=headers)

    def order(self) -> list[str]:
        return [path.removeprefix("/") for path, _ in self.began]


def names(numbers: Iterable[int]) -> list[str]:
    return [str(number) for number in numbers]


@pytest.mark.requirement("FR-CHAT-068")
async def test_some_begin_at_once_and_the_others_in_turn() -> None:
    service = await Service.shared()
    await asyncio.gather(*(service.get(number) for number in range(AT_ONCE + 10)))
    assert service.order() == names(range(AT_ONCE + 10))
    # However slow a machine is, no request begins before its time.
    waits = [began - service.began[0][1] for _, began in service.began[AT_ONCE:]]
    assert all(wait >= turn / PER_SECOND for turn, wait in enumerate(waits)), waits


@pytest.mark.requirement("FR-CHAT-068")
async def test_one_that_would_wait_for_longer_than_a_second_is_refused() -> None:
    service = await Service.shared()
    answers = await asyncio.gather(*(service.get(n) for n in range(AT_ONCE + WAITING + 5)))
    refused = answers[AT_ONCE + WAITING :]
    assert {each.status_code for each in answers[: AT_ONCE + WAITING]} == {200}
    assert [each.status_code for each in refused] == [429] * 5
    assert {each.json()["code"] for each in refused} == {"rate_limited"}
    assert {each.headers["Retry-After"] for each in refused} == {"1"}
    assert len(service.began) == AT_ONCE + WAITING


@pytest.mark.requirement("FR-CHAT-068")
async def test_refused_ones_take_nobodys_time() -> None:
    service = await Service.shared()
    await asyncio.gather(*(service.get(number) for number in range(500)))
    service.now = 1
    assert (await service.get("later")).status_code == 200


@pytest.mark.requirement("FR-CHAT-068")
@pytest.mark.parametrize("token", ["b", None])
async def test_who_has_another_token_waits_for_none_of_them(token: str | None) -> None:
    service = await Service.shared()
    crowd = [asyncio.create_task(service.get(number)) for number in range(AT_ONCE + WAITING)]
    others = [asyncio.create_task(service.get("other", token))]
    await asyncio.gather(*crowd, *others)
    assert service.order().index("other") == AT_ONCE


@pytest.mark.requirement("FR-CHAT-068")
@pytest.mark.parametrize("silence", [None, 1.5])
async def test_who_is_alone_waits_for_nobody(silence: float | None) -> None:
    service = Service() if silence is None else await Service.shared()
    service.now += silence or 0
    crowd = [asyncio.create_task(service.get(number)) for number in range(AT_ONCE + WAITING + 50)]
    last = asyncio.create_task(service.get("last", "b"))
    await asyncio.gather(*crowd, last)
    assert service.order() == [*names(range(len(crowd))), "last"]


@pytest.mark.requirement("FR-CHAT-068")
async def test_time_that_nobody_used_is_not_saved_up() -> None:
    service = await Service.shared()
    for service.now in (0, 1000):
        await service.get("somebody", "another")
        service.began.clear()
        requests = [asyncio.create_task(service.get(number)) for number in range(AT_ONCE + 1)]
        other = asyncio.create_task(service.get("other", "b"))
        await asyncio.gather(*requests, other)
        assert service.order() == [*names(range(AT_ONCE)), "other", str(AT_ONCE)]


@pytest.mark.requirement("FR-CHAT-068")
async def test_the_setting_decides_and_a_refusal_is_a_problem(stacks: Stacks, user: str) -> None:
    origin = "https://app.example.com"
    stack: Stack = await stacks.get(requests_per_second=1, cors_origins=origin)
    await stack.client.get(f"/api/{user}-2/tasks", headers=stack.as_user(f"{user}-2"))
    headers = {**stack.as_user(user), "Origin": origin, "X-Request-ID": "a-request"}
    answers = await asyncio.gather(
        *(stack.client.get(f"/api/{user}/tasks", headers=headers) for _ in range(3))
    )
    *served, refused = sorted(answers, key=lambda each: each.status_code)
    assert [each.status_code for each in served] == [200, 200]
    assert (refused.status_code, refused.json()["code"]) == (429, "rate_limited")
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert refused.headers["Access-Control-Allow-Origin"] == origin
    assert refused.headers["X-Request-ID"] == "a-request"
