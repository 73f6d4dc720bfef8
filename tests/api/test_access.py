"""Who may use which path, on every route of a user."""

import json
import re
from typing import Any

import httpx2
import jwt
import pytest

from auth.minting import TokenMinter, mint_login_token
from tests.auth.signing import hs256
from tests.mcp_server.test_identity import minter
from tests.stack import SECRET, Stack

SOME_ID = "0190b0a0-0000-7000-8000-000000000000"
ROUTES = [
    ("GET", "tasks"),
    ("POST", "tasks"),
    ("GET", "tasks/1"),
    ("PUT", "tasks/1"),
    ("PATCH", "tasks/1"),
    ("PATCH", "tasks/1/complete"),
    ("DELETE", "tasks/1"),
    ("POST", "tasks/undo"),
    ("GET", "tasks/events"),
    ("GET", "conversations"),
    ("GET", f"conversations/{SOME_ID}"),
    ("PATCH", f"conversations/{SOME_ID}"),
    ("DELETE", f"conversations/{SOME_ID}"),
    ("GET", f"conversations/{SOME_ID}/messages"),
    ("POST", "chat"),
    ("GET", f"turns/{SOME_ID}"),
    ("GET", f"turns/{SOME_ID}/events"),
    ("GET", f"turns/{SOME_ID}/thread-events"),
    ("POST", f"turns/{SOME_ID}/cancel"),
    ("GET", "access-tokens"),
    ("POST", "access-tokens"),
    ("DELETE", f"access-tokens/{SOME_ID}"),
    ("GET", "settings"),
    ("PATCH", "settings"),
    ("GET", "parse"),
    ("GET", "lists"),
    ("POST", "lists"),
    ("PATCH", "lists/1"),
    ("DELETE", "lists/1"),
    ("GET", "notifications"),
    ("POST", "notifications/read"),
    ("POST", f"notifications/{SOME_ID}/snooze"),
    ("GET", "push-subscriptions"),
    ("POST", "push-subscriptions"),
    ("DELETE", f"push-subscriptions/{SOME_ID}"),
    ("POST", f"push-subscriptions/{SOME_ID}/test"),
    ("GET", "reminder-email"),
    ("PUT", "reminder-email"),
    ("DELETE", "reminder-email"),
    ("GET", "calendar-feed"),
    ("POST", "calendar-feed"),
    ("DELETE", "calendar-feed"),
    ("GET", "export"),
    ("POST", "import"),
    ("POST", "revocations"),
    ("DELETE", ""),
]
BODIES = {
    "chat": {"message": "hi"},
    "access-tokens": {"name": "x"},
    "settings": {"timezone": "Europe/Berlin"},
}


def path_of(user: str, path: str) -> str:
    return f"/api/{user}/{path}".rstrip("/")


async def request(
    stack: Stack, method: str, user: str, path: str, token: str | None
) -> httpx2.Response:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    body = BODIES.get(path, {"title": "x"}) if method in {"POST", "PUT", "PATCH"} else None
    return await stack.client.request(method, path_of(user, path), headers=headers, json=body)


def test_the_routes_above_are_all_routes_of_a_user(stack: Stack) -> None:
    documented = {
        (method.upper(), re.sub(r"{\w+}", "*", path))
        for path, methods in stack.api.openapi()["paths"].items()
        if path.startswith("/api/")
        for method in methods
    }
    ids = re.compile(rf"/(?:{SOME_ID}|1)\b")
    assert documented == {(method, ids.sub("/*", path_of("*", path))) for method, path in ROUTES}


@pytest.mark.requirement("FR-AUTH-101")
@pytest.mark.parametrize(("method", "path"), ROUTES)
async def test_without_a_token_every_route_answers_401(
    stack: Stack, method: str, path: str
) -> None:
    answer = await request(stack, method, "ann", path, None)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert answer.json()["code"] == "missing_token"


@pytest.mark.requirement("FR-AUTH-102")
@pytest.mark.parametrize(("method", "path"), ROUTES)
async def test_another_users_path_answers_403_everywhere(
    stack: Stack, method: str, path: str
) -> None:
    answer = await request(stack, method, "bob", path, stack.token("ann"))
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


def _bad_tokens(stack: Stack) -> dict[str, str]:
    public = json.dumps(minter(stack).key_set()["keys"][0])
    claims: dict[str, Any] = {"sub": "ann", "exp": 4_000_000_000}
    own: TokenMinter = minter(stack)
    return {
        "expired": mint_login_token(SECRET, "ann", lifetime=-60),
        "forged": mint_login_token("another secret that is long enough!", "ann", lifetime=60),
        "unsigned": hs256(claims, alg="none"),
        "signed with a public key as secret": hs256(claims, public),
        "for another audience": mint_login_token(SECRET, "ann", lifetime=60, audience="other"),
        "meant for the MCP server": own.mint("ann", audience=stack.settings.mcp_resource),
        "without a user": jwt.encode({"exp": 4_000_000_000}, SECRET, algorithm="HS256"),
        "without an end": jwt.encode({"sub": "ann"}, SECRET, algorithm="HS256"),
        "garbage": "garbage",
    }


@pytest.mark.requirement("FR-AUTH-103")
async def test_a_token_that_is_not_good_opens_nothing(stack: Stack) -> None:
    for what, token in _bad_tokens(stack).items():
        answer = await request(stack, "GET", "ann", "tasks", token)
        assert answer.status_code == 401, what
        assert 'error="invalid_token"' in answer.headers["www-authenticate"], what


@pytest.mark.requirement("FR-AUTH-104")
async def test_what_belongs_to_another_user_is_not_found(stack: Stack, user: str) -> None:
    added = (await stack.say(f"{user}-owner", "Add a task to hide this")).json()
    other = stack.as_user(user)
    conversation = added["conversation_id"]
    for method, path in [
        ("GET", "tasks/1"),
        ("DELETE", "tasks/1"),
        ("GET", f"conversations/{conversation}"),
        ("GET", f"conversations/{conversation}/messages"),
        ("DELETE", f"conversations/{conversation}"),
    ]:
        answer = await stack.client.request(method, f"/api/{user}/{path}", headers=other)
        assert answer.status_code == 404, path
    for accept in ("application/json", "text/event-stream"):
        answer = await stack.client.post(
            f"/api/{user}/chat",
            json={"message": "hi", "conversation_id": conversation},
            headers={**other, "Accept": accept},
        )
        assert answer.status_code == 404
        assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.requirement("FR-AUTH-105")
async def test_other_origins_get_no_cors_permission(stack: Stack) -> None:
    async def preflight(origin: str) -> httpx2.Response:
        return await stack.client.options(
            "/api/ann/chat",
            headers={
                "Origin": origin,
                "Access-Control-Request-Method": "POST",
                "Access-Control-Request-Headers": "authorization, idempotency-key",
            },
        )

    allowed = await preflight("http://localhost:3000")
    assert allowed.headers["access-control-allow-origin"] == "http://localhost:3000"
    assert "access-control-allow-origin" not in (await preflight("http://evil.example")).headers


@pytest.mark.requirement("FR-AUTH-106")
async def test_the_public_keys_of_minted_tokens_are_served(stack: Stack) -> None:
    keys = (await stack.client.get("/.well-known/jwks.json")).json()["keys"]
    assert [(key["kty"], key["alg"]) for key in keys] == [("OKP", "EdDSA")]
    assert "d" not in keys[0]
