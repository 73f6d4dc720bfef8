"""Signed tokens that are revoked by their age, and tokens that a row stands for."""

import asyncio

import httpx2
import pytest

from tests.mcp_server.plain import calling, post, request_of
from tests.stack import Stack, Stacks

Client = httpx2.AsyncClient
REVOKED = 204
WITHIN = 1  # second


async def of_login(stack: Stack, user: str, token: str) -> tuple[int, str | None]:
    """Return how the API answers a login token."""
    headers = {"Authorization": f"Bearer {token}"}
    answer = await stack.client.get(f"/api/{user}/tasks", headers=headers)
    return answer.status_code, answer.json().get("code")


async def revoke(stack: Stack, user: str, token: str, **body: object) -> int:
    headers = {"Authorization": f"Bearer {token}"}
    answer = await stack.client.post(f"/api/{user}/revocations", json=body, headers=headers)
    return answer.status_code


async def newer_token(stack: Stack, user: str) -> str:
    """Return a login token of a later millisecond than those before it."""
    await asyncio.sleep(0.002)
    return stack.token(user)


@pytest.mark.requirement("FR-AUTH-240")
async def test_tokens_that_are_older_than_a_revocation_open_nothing_from_the_next_request_on(
    stack: Stack, user: str
) -> None:
    old, of_tool = stack.token(user), stack.mcp_token(user)
    assert (await post(stack, of_tool, calling("add_task", title="Milk"))).status_code == 200
    revoking = await newer_token(stack, user)
    assert await revoke(stack, user, revoking) == REVOKED

    assert await of_login(stack, user, old) == (401, "token_revoked")
    assert await of_login(stack, user, revoking) == (200, None)
    assert await of_login(stack, user, await newer_token(stack, user)) == (200, None)
    for body in (calling("add_task", title="x"), calling("list_tasks"), request_of("tools/list")):
        assert (await post(stack, of_tool, body)).status_code == 401
        assert (await post(stack, stack.mcp_token(user), body)).status_code == 200
    old_header = {"Authorization": f"Bearer {old}"}
    for method, path in (
        ("POST", "/chat"),
        ("GET", "/export"),
        ("POST", "/revocations"),
        ("POST", "/access-tokens"),
        ("GET", "/conversations"),
        ("DELETE", ""),
    ):
        answer = await stack.client.request(
            method,
            f"/api/{user}{path}",
            headers=old_header,
            json={"message": "hello"} if path == "/chat" else {"name": "x"},
        )
        assert answer.status_code in {401, 422}, (path, answer.text)
    assert await of_login(stack, user, revoking) == (200, None)


@pytest.mark.requirement("FR-AUTH-240")
async def test_an_older_token_cant_take_a_revocation_back_and_one_of_the_future_locks_nobody_out(
    stack: Stack, user: str
) -> None:
    old = stack.token(user)
    assert await revoke(stack, user, await newer_token(stack, user)) == REVOKED
    assert await revoke(stack, user, old) == 401
    assert await revoke(stack, user, await newer_token(stack, user)) == REVOKED
    assert await of_login(stack, user, old) == (401, "token_revoked")


@pytest.mark.requirement("FR-AUTH-241")
async def test_a_client_that_is_cut_off_leaves_the_other_clients_their_tokens(
    stack: Stack, user: str
) -> None:
    one, other = (stack.mcp_token(user, client=name) for name in ("one", "other"))
    assert await revoke(stack, user, await newer_token(stack, user), client="one") == REVOKED
    assert (await post(stack, one, calling("list_tasks"))).status_code == 401
    assert (await post(stack, other, calling("list_tasks"))).status_code == 200
    again = stack.mcp_token(user, client="one")
    assert (await post(stack, again, calling("list_tasks"))).status_code == 200


@pytest.mark.requirement("FR-AUTH-242")
@pytest.mark.parametrize(("stored", "expected"), [(False, (200, 200)), (True, (401, 404))])
async def test_personal_tokens_and_the_calendar_go_only_where_that_is_asked(
    api: Client, stack: Stack, user: str, *, stored: bool, expected: tuple[int, int]
) -> None:
    personal = (await api.post("/access-tokens", json={"name": "laptop"})).json()["token"]
    calendar = (await api.post("/calendar-feed")).json()["path"]
    assert await revoke(stack, user, stack.token(user), stored=stored) == REVOKED
    listed = await post(stack, personal, calling("list_tasks"))
    assert (listed.status_code, (await stack.client.get(calendar)).status_code) == expected


@pytest.mark.requirement("FR-AUTH-240")
async def test_a_stream_ends_with_its_token(stacks: Stacks, database_url: str, user: str) -> None:
    stack = await stacks.get(chat_provider="offline", listen_to=database_url)
    path = f"/api/{user}/tasks/events"
    async with stack.client.stream("GET", path, headers=stack.as_user(user)) as stream:
        lines = stream.aiter_lines()
        await anext(lines)
        assert await revoke(stack, user, await newer_token(stack, user)) == REVOKED
        async with asyncio.timeout(WITHIN):
            async for _ in lines:
                pass
