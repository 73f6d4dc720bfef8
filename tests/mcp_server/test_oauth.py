"""The authorization server that a client is sent to, and its tokens."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx2
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from auth.minting import TokenMinter
from db.engine import Sessions
from mcp_server.app import create_app
from mcp_server.settings import McpSettings
from tests.auth.signing import ring_of
from tests.mcp_server.plain import calling, headers_of
from tests.serving import NO_AUTHORITIES, listen, port_of, serving


@dataclass(frozen=True)
class Trusting:
    """An MCP server, and the authorization server that it believes."""

    url: str
    minter: TokenMinter
    issuer: str

    async def ask(self, token: str | None) -> httpx2.Response:
        body = calling("list_tasks")
        async with httpx2.AsyncClient(verify=NO_AUTHORITIES) as client:
            return await client.post(self.url, json=body, headers=headers_of(body, token))


@asynccontextmanager
async def trusting_server(sessions: Sessions) -> AsyncIterator[Trusting]:
    mcp_listener, issuer_listener = listen(), listen()
    issuer = f"http://127.0.0.1:{port_of(issuer_listener)}/api/auth"
    minter = TokenMinter(ring_of(Ed25519PrivateKey.generate()), issuer)

    async def keys(_: Request) -> JSONResponse:
        return JSONResponse(minter.key_set())

    settings = McpSettings(mcp_port=port_of(mcp_listener), oauth_issuer=issuer)
    async with (
        serving(Starlette(routes=[Route("/api/auth/jwks", keys)]), issuer_listener),
        serving(create_app(settings, sessions), mcp_listener),
    ):
        yield Trusting(settings.resource, minter, issuer)


@pytest.mark.requirement("FR-MCP-113")
async def test_a_client_without_a_token_is_told_who_gives_them(committed: Sessions) -> None:
    async with (
        trusting_server(committed) as server,
        httpx2.AsyncClient(verify=NO_AUTHORITIES) as client,
    ):
        refused = await server.ask(None)
        _, _, where = refused.headers["www-authenticate"].partition('resource_metadata="')
        metadata = (await client.get(where.rstrip('"'))).json()
    assert metadata["authorization_servers"] == [server.issuer]
    assert metadata["resource"] == server.url


@pytest.mark.requirement("FR-MCP-113")
async def test_its_tokens_open_the_server_if_they_name_it(committed: Sessions, user: str) -> None:
    async with trusting_server(committed) as server:
        good = server.minter.mint(user, audience=server.url, lifetime=3600, client="an-assistant")
        elsewhere = server.minter.mint(user, audience="http://other/mcp", lifetime=3600)
        answers = [await server.ask(token) for token in (good, elsewhere)]
    assert [answer.status_code for answer in answers] == [200, 401]


@pytest.mark.requirement("FR-MCP-113")
async def test_it_can_t_speak_for_the_chat_api(committed: Sessions, user: str) -> None:
    async with trusting_server(committed) as server:
        key = Ed25519PrivateKey.generate()
        forged = TokenMinter(ring_of(key), server.issuer).mint(user, audience=server.url)
        answer = await server.ask(forged)
    assert answer.status_code == 401
