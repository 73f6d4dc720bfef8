"""Who sends one wrong token after the other is slowed down, at both services."""

import secrets
from collections.abc import Awaitable, Callable

import httpx2
import pytest

from db.access_tokens import TOKEN_PREFIX
from db.engine import Sessions
from tests.mcp_server.plain import calling, headers_of, personal_token
from tests.stack import Stack, Stacks

pytestmark = pytest.mark.requirement("FR-AUTH-107")

LIMIT = 3
PROXY = "127.0.0.1"

Request = Callable[..., Awaitable[httpx2.Response]]


@pytest.fixture
async def strict(stacks: Stacks) -> Stack:
    """The services with a limit that is soon reached; use an address of your own."""
    return await stacks.get(
        chat_provider="offline", failed_tokens_per_minute=LIMIT, trusted_proxies=PROXY
    )


def unique_address() -> dict[str, str]:
    """An address that no other test sends from, as the proxy says."""
    groups = ":".join(secrets.token_hex(2) for _ in range(3))
    return {"X-Forwarded-For": f"198.51.100.7, 2001:{groups}::1"}


def wrong_token() -> str:
    return TOKEN_PREFIX + secrets.token_urlsafe(32)


async def list_tasks(stack: Stack, token: str, **headers: str) -> httpx2.Response:
    """List tasks over REST."""
    given = {"Authorization": f"Bearer {token}", **headers}
    return await stack.client.get("/api/ann/tasks", headers=given)


async def call_list_tasks(stack: Stack, token: str, **headers: str) -> httpx2.Response:
    """List tasks over MCP."""
    body = calling("list_tasks")
    given = {**headers_of(body, token), **headers}
    return await stack.client.post(stack.settings.mcp_resource, json=body, headers=given)


async def read_calendar(stack: Stack, token: str, **headers: str) -> httpx2.Response:
    """Read a calendar feed, whose address has a secret."""
    return await stack.client.get(f"/calendar/{token}.ics", headers=headers)


@pytest.mark.parametrize(
    ("request_with", "refusal"),
    [(list_tasks, 401), (call_list_tasks, 401), (read_calendar, 404)],
    ids=["API", "MCP", "calendar"],
)
async def test_after_some_wrong_tokens_an_address_has_to_wait(
    strict: Stack, request_with: Request, refusal: int
) -> None:
    here = unique_address()
    answers = [await request_with(strict, wrong_token(), **here) for _ in range(LIMIT + 2)]
    assert [answer.status_code for answer in answers] == [refusal] * LIMIT + [429] * 2
    assert 0 < int(answers[-1].headers["retry-after"]) <= 60
    assert "too_many_failed_tokens" in answers[-1].text
    elsewhere = await request_with(strict, wrong_token(), **unique_address())
    assert elsewhere.status_code == refusal


async def test_a_valid_token_is_served_from_such_an_address(
    strict: Stack, committed: Sessions, user: str
) -> None:
    here = unique_address()
    personal = await personal_token(committed, user)
    for _ in range(LIMIT + 1):
        await list_tasks(strict, wrong_token(), **here)
        await call_list_tasks(strict, wrong_token(), **here)
    assert (await list_tasks(strict, strict.token("ann"), **here)).status_code == 200
    assert (await call_list_tasks(strict, personal, **here)).status_code == 200


async def test_a_client_can_t_name_another_address_for_itself(
    strict: Stack,
) -> None:
    behind = unique_address()["X-Forwarded-For"].rpartition(", ")[2]
    forged = [
        await list_tasks(strict, wrong_token(), **{"X-Forwarded-For": f"192.0.2.{n}, {behind}"})
        for n in range(LIMIT + 1)
    ]
    assert forged[-1].status_code == 429


@pytest.mark.parametrize("trusted_proxies", [None, "192.0.2.1"])
@pytest.mark.parametrize("request_with", [list_tasks, call_list_tasks], ids=["API", "MCP"])
async def test_who_is_no_proxy_can_t_name_another_address(
    stacks: Stacks, request_with: Request, trusted_proxies: str | None
) -> None:
    unproxied = await stacks.get(
        chat_provider="offline", failed_tokens_per_minute=LIMIT, trusted_proxies=trusted_proxies
    )
    answers = [
        await request_with(unproxied, wrong_token(), **unique_address()) for _ in range(LIMIT + 1)
    ]
    assert answers[-1].status_code == 429
