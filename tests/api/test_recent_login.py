"""What a session that was left open can't do: the user must have logged in lately."""

import time
from typing import Any

import httpx2
import pytest

from auth.claims import principal_of
from tests.stack import Stack

REFUSED = (403, "recent_login_required")
WORK = (("POST", "/access-tokens"), ("GET", "/export"), ("DELETE", ""))


async def send(stack: Stack, user: str, method: str, path: str, **claims: Any) -> httpx2.Response:
    body = {"name": "laptop"} if method == "POST" else None
    headers = stack.as_user(user, **claims)
    return await stack.client.request(method, f"/api/{user}{path}", headers=headers, json=body)


@pytest.mark.requirement("FR-AUTH-250")
@pytest.mark.parametrize(("method", "path"), WORK)
async def test_who_logged_in_long_ago_logs_in_again_before_it_is_done(
    stack: Stack, user: str, method: str, path: str
) -> None:
    now = int(time.time())
    refused = await send(stack, user, method, path, auth_time=now - 3600)
    assert (refused.status_code, refused.json()["code"]) == REFUSED
    challenge = refused.headers["www-authenticate"]
    assert challenge == 'Bearer error="insufficient_user_authentication", max_age=900'
    assert (await send(stack, user, method, path, auth_time=now - 60)).is_success


@pytest.mark.requirement("FR-AUTH-250")
async def test_everything_else_works_with_an_old_login(stack: Stack, user: str) -> None:
    old = {"auth_time": int(time.time()) - 3600}
    headers = stack.as_user(user, **old)
    task = {"title": "Milk"}
    added = await stack.client.post(f"/api/{user}/tasks", json=task, headers=headers)
    assert added.status_code == 201
    assert (await send(stack, user, "GET", "/access-tokens", **old)).status_code == 200


@pytest.mark.requirement("FR-AUTH-251")
@pytest.mark.parametrize(
    ("claims", "authenticated_at"),
    [
        ({"iat": 2000, "auth_time": 1000}, 1000),
        ({"iat": 2000}, 2000),
        ({"iat": 2000, "auth_time": "1000"}, 2000),
        ({"iat": 2000, "auth_time": True}, 2000),
        ({"auth_time": -1}, 0),
    ],
)
def test_the_time_of_the_login_is_claimed_or_that_of_the_token(
    claims: dict[str, Any], authenticated_at: float
) -> None:
    principal = principal_of({"sub": "alice", "exp": 3000, **claims}, None)
    assert principal.authenticated_at == authenticated_at
