from typing import Any

import httpx2
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from auth.minting import TokenMinter, mint_login_token
from chat_api.tokens import signing_ring
from tests.auth.signing import ring_of
from tests.mcp_server.conftest import OpenClient, facts_of
from tests.mcp_server.plain import calling, headers_of
from tests.serving import NO_AUTHORITIES
from tests.stack import SECRET, Stack

LIST = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "tools/call",
    "params": {
        "name": "list_tasks",
        "arguments": {},
        "_meta": {
            "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "1"},
            "io.modelcontextprotocol/clientCapabilities": {},
        },
    },
}
HEADERS = {
    "Accept": "application/json, text/event-stream",
    "MCP-Protocol-Version": "2026-07-28",
    "Mcp-Method": "tools/call",
    "Mcp-Name": "list_tasks",
}


async def call(stack: Stack, token: str | None, **headers: str) -> httpx2.Response:
    bearer = {"Authorization": f"Bearer {token}"} if token else {}
    async with httpx2.AsyncClient(verify=NO_AUTHORITIES) as client:
        return await client.post(
            stack.settings.mcp_resource, json=LIST, headers=HEADERS | bearer | headers
        )


def minter(stack: Stack, issuer: str | None = None) -> TokenMinter:
    key = signing_ring(stack.settings)
    return TokenMinter(key, issuer or stack.settings.issuer)


@pytest.mark.requirement("FR-RUN-113")
async def test_no_answer_is_stored_or_taken_for_another_type(stack: Stack, user: str) -> None:
    body = calling("list_tasks")
    origin = stack.settings.mcp_resource.removesuffix("/mcp")
    async with httpx2.AsyncClient(verify=NO_AUTHORITIES) as client:
        answers = [
            await client.post(f"{origin}/mcp", json=body, headers=headers_of(body, token))
            for token in (stack.mcp_token(user), "wrong", None)
        ]
        answers += [await client.get(f"{origin}{path}") for path in ("/health", "/ready", "/x")]
        metadata = await client.get(f"{origin}/.well-known/oauth-protected-resource/mcp")
    assert [answer.status_code for answer in answers] == [200, 401, 401, 200, 200, 401]
    for answer in answers:
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"
    assert metadata.headers["x-content-type-options"] == "nosniff"
    assert metadata.headers["cache-control"] == "public, max-age=300"


@pytest.mark.requirement("FR-MCP-006")
async def test_a_request_without_a_token_is_answered_with_a_challenge(stack: Stack) -> None:
    answer = await call(stack, None)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith('Bearer scope="tasks:read tasks:write"')


@pytest.mark.requirement("FR-MCP-006")
async def test_the_apis_token_opens_the_server(stack: Stack, user: str) -> None:
    assert (await call(stack, stack.mcp_token(user))).status_code == 200


def _refused(stack: Stack) -> dict[str, str]:
    resource, issuer = stack.settings.mcp_resource, stack.settings.issuer
    stranger = TokenMinter(ring_of(Ed25519PrivateKey.generate()), issuer)
    return {
        "a login token": mint_login_token(SECRET, "ann", lifetime=60),
        "a login token that names everything right": mint_login_token(
            SECRET, "ann", lifetime=60, issuer=issuer, audience=resource
        ),
        "a token for another audience": minter(stack).mint("ann", audience="http://other/mcp"),
        "a token of another issuer": minter(stack, "http://other").mint("ann", audience=resource),
        "a token that lives too long": minter(stack).mint("ann", audience=resource, lifetime=600),
        "a token that has expired": minter(stack).mint("ann", audience=resource, lifetime=-60),
        "a token by another key": stranger.mint("ann", audience=resource),
        "no token at all": "x.y.z",
    }


@pytest.mark.requirement("FR-MCP-006")
async def test_the_server_accepts_nothing_else(stack: Stack) -> None:
    for what, token in _refused(stack).items():
        answer = await call(stack, token)
        assert answer.status_code == 401, what
        assert 'error="invalid_token"' in answer.headers["www-authenticate"], what


@pytest.mark.requirement("FR-MCP-007")
async def test_users_never_see_each_others_tasks(open_client: OpenClient) -> None:
    async with open_client("carol") as carol, open_client("dave") as dave:
        await carol.call_tool("add_task", {"title": "carol's"})
        assert facts_of(await dave.call_tool("list_tasks", {}))["total"] == 0
        assert (await dave.call_tool("delete_task", {"task_id": 1})).is_error
        assert facts_of(await carol.call_tool("list_tasks", {}))["total"] == 1


@pytest.mark.requirement("FR-MCP-008")
@pytest.mark.parametrize(
    "headers", [{"Host": "evil.example"}, {"Origin": "http://evil.example"}], ids=["host", "origin"]
)
async def test_foreign_hosts_and_origins_are_refused(
    stack: Stack, user: str, headers: dict[str, Any]
) -> None:
    assert (await call(stack, stack.mcp_token(user), **headers)).status_code in {403, 421}


@pytest.mark.requirement("FR-MCP-008")
async def test_a_body_over_64_kib_is_refused(stack: Stack, user: str) -> None:
    headers = HEADERS | {"Authorization": f"Bearer {stack.mcp_token(user)}"}
    async with httpx2.AsyncClient(verify=NO_AUTHORITIES) as client:
        body = {**LIST, "padding": "x" * 70_000}
        answer = await client.post(stack.settings.mcp_resource, json=body, headers=headers)
    assert answer.status_code == 413


@pytest.mark.requirement("FR-MCP-009")
async def test_readiness_touches_the_database(stack: Stack) -> None:
    root = stack.settings.mcp_resource.removesuffix("/mcp")
    async with httpx2.AsyncClient(base_url=root, verify=NO_AUTHORITIES) as client:
        assert (await client.get("/health")).json() == {"status": "ok"}
        assert (await client.get("/ready")).json() == {"status": "ready", "notices": []}
