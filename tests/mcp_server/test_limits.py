"""How much one caller may ask for, and how slowly."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx2
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from auth.minting import TokenMinter
from auth.principal import Principal
from chat_api.tokens import signing_ring
from db.engine import Sessions, transaction
from mcp_server.app import create_app
from mcp_server.middleware.body import BufferedBodies
from mcp_server.middleware.header_timeout import HeaderTimeoutProtocol
from mcp_server.middleware.limits import SharedLimit, limit_of
from mcp_server.settings import McpSettings
from mcp_server.toolset import Toolset
from tests.mcp_server.plain import calling, headers_of, personal_token, request_of
from tests.serving import NO_AUTHORITIES, listen, port_of, serving
from tests.stack import Stack
from tests.statements import counted


@asynccontextmanager
async def strict_server(
    stack: Stack,
    committed: Sessions,
    *,
    requests: str = "3/minute",
    writes: str = "2/minute",
    toolset: Toolset = Toolset.TASKS,
) -> AsyncIterator[httpx2.AsyncClient]:
    """A server with small limits that believes the stack's API."""
    settings = McpSettings(
        api_issuer=stack.settings.issuer,
        api_jwks_url=f"{stack.api_url}/.well-known/jwks.json",
        mcp_url=stack.settings.mcp_resource,
        mcp_rate_limit=requests,
        mcp_write_rate_limit=writes,
        mcp_toolset=toolset,
    )
    listener = listen()
    url = f"http://127.0.0.1:{port_of(listener)}"
    async with (
        serving(create_app(settings, committed), listener),
        httpx2.AsyncClient(base_url=url, verify=NO_AUTHORITIES) as client,
    ):
        yield client


async def ask(client: httpx2.AsyncClient, token: str, tool: str, **given: str) -> httpx2.Response:
    body = calling(tool, **given)
    return await client.post("/mcp", json=body, headers=headers_of(body, token))


@pytest.mark.requirement("FR-MCP-104")
async def test_a_caller_beyond_the_limit_is_told_when_to_come_back(
    stack: Stack, committed: Sessions, user: str
) -> None:
    token = await personal_token(committed, user)
    async with strict_server(stack, committed) as client:
        answers = [await ask(client, token, "list_tasks") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 60
    assert answers[-1].json()["error"] == "rate_limited"


@pytest.mark.requirement("FR-MCP-104")
async def test_writes_have_a_limit_of_their_own(
    stack: Stack, committed: Sessions, user: str
) -> None:
    token = await personal_token(committed, user)
    async with strict_server(stack, committed) as client:
        writes = [await ask(client, token, "add_task", title=f"{n}") for n in range(3)]
        read = await ask(client, token, "list_tasks")
    assert [answer.status_code for answer in writes] == [200, 200, 429]
    assert read.json()["result"]["structuredContent"]["total"] == 2


@pytest.mark.requirement("FR-MCP-104")
async def test_users_don_t_share_a_limit_and_the_names_of_tokens_give_no_further_one(
    stack: Stack, committed: Sessions, user: str
) -> None:
    one = await personal_token(committed, user)
    same_user = await personal_token(committed, user, name="another client")
    other_user = await personal_token(committed, f"{user}-2")
    async with strict_server(stack, committed, requests="1/minute") as client:
        tokens = (one, same_user, other_user, one)
        answers = [await ask(client, token, "list_tasks") for token in tokens]
    assert [answer.status_code for answer in answers] == [200, 429, 200, 429]


@pytest.mark.requirement("FR-MCP-104")
async def test_each_grant_of_a_user_has_a_limit_of_its_own_on_all_replicas_together(
    committed: Sessions, user: str
) -> None:
    limits = [SharedLimit(committed, limit_of("mcp_requests", "100/minute")) for _ in range(2)]
    grants = [("one.test", "one"), ("one.test", "two"), ("two.test", "one"), (None, "one")]
    for issuer, client in grants:
        caller = Principal(user, issuer, client, frozenset(), None, None, 0)
        waits = [await limit.hit(caller) for _ in range(60) for limit in limits]
        assert waits.count(0) == 100
        assert all(0 < wait <= 61 for wait in waits[100:])


@pytest.mark.requirement("FR-MCP-104")
async def test_most_requests_within_a_limit_cost_no_transaction(
    committed: Sessions, engine: AsyncEngine, user: str
) -> None:
    limit = SharedLimit(committed, limit_of("mcp_requests", "100/minute"))
    caller = Principal(user, "https://issuer.test", "one", frozenset(), None, None, 0)
    with counted(engine, user) as transactions:
        await asyncio.gather(*(limit.hit(caller) for _ in range(150)))
    # A refusal is remembered.
    assert len(transactions.committed) == 21


@pytest.mark.requirement("FR-MCP-104")
async def test_a_window_of_a_grant_slides(committed: Sessions, user: str) -> None:
    clock = [0.0]
    limit = SharedLimit(committed, limit_of("mcp_requests", "4/minute"), lambda: clock[0])
    caller = Principal(user, "https://issuer.test", "one", frozenset(), None, None, 0)

    async def hits_after(seconds: int) -> list[bool]:
        clock[0] += seconds
        async with transaction(committed, user) as session:
            past = "update ledger set window_start = window_start - make_interval(secs => :s)"
            await session.execute(text(past), {"s": seconds})
        return [await limit.hit(caller) == 0 for _ in range(5)]

    assert await hits_after(0) == [True] * 4 + [False]
    # A quarter of the window before is over.
    assert await hits_after(75) == [True] + [False] * 4
    assert await hits_after(180) == [True] * 4 + [False]


@pytest.mark.requirement("FR-MCP-104")
async def test_a_chat_turn_is_not_counted(stack: Stack, committed: Sessions, user: str) -> None:
    minter = TokenMinter(signing_ring(stack.settings), stack.settings.issuer)
    resource = stack.settings.mcp_resource
    token = minter.mint(user, audience=resource, turn_id="0199aaaa-0000-7000-8000-000000000000")
    async with strict_server(stack, committed, requests="1/minute") as client:
        answers = [await ask(client, token, "list_tasks") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 200]


@pytest.mark.requirement("FR-MCP-105")
async def test_a_body_that_does_not_arrive_is_given_up(stack: Stack, user: str) -> None:
    async def unreachable(*_: object) -> None:
        raise AssertionError("nothing came that could be handled")

    body = request_of("tools/list")
    listener = listen()
    async with serving(BufferedBodies(unreachable, body_seconds=0.2), listener):
        reader, writer = await asyncio.open_connection("127.0.0.1", port_of(listener))
        writer.write(b"POST /mcp HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\n")
        writer.write(json.dumps(body).encode()[:10])
        async with asyncio.timeout(20):
            assert (await reader.readline()).startswith(b"HTTP/1.1 408")
        writer.close()


class _ShortTimeoutProtocol(HeaderTimeoutProtocol):
    head_seconds = 0.2


@pytest.mark.requirement("FR-MCP-105")
@pytest.mark.parametrize("sent", [b"", b"POST /mcp HTTP/1.1\r\nHost:"], ids=["nothing", "a part"])
async def test_a_connection_that_sends_no_request_is_closed(sent: bytes) -> None:
    listener = listen()
    async with serving(_answer, listener, http=_ShortTimeoutProtocol):
        reader, writer = await asyncio.open_connection("127.0.0.1", port_of(listener))
        writer.write(sent)
        async with asyncio.timeout(20):
            assert await reader.read() == b""
        writer.close()


@pytest.mark.requirement("FR-MCP-105")
async def test_an_answer_may_take_longer_than_a_request(user: str) -> None:
    listener = listen()
    async with (
        serving(_answer, listener, http=_ShortTimeoutProtocol),
        httpx2.AsyncClient(verify=NO_AUTHORITIES) as client,
    ):
        url = f"http://127.0.0.1:{port_of(listener)}"
        answers = [await client.get(url, headers={"X-Take": "0.5"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [204, 204]


async def _answer(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer as late as the request says."""
    request = Request(scope, receive)
    await asyncio.sleep(float(request.headers.get("x-take", 0)))
    await Response(status_code=204)(scope, receive, send)
