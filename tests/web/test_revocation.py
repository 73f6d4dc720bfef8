"""Tokens that are revoked in the web app are refused by the services at once."""

from typing import Any

import asyncpg
import httpx2
import pytest

from db.server import connect_to
from tests.serving import NO_AUTHORITIES
from tests.web.assistant import Assistant
from tests.web.running import PASSWORD, WebApp, new_email, sign_up
from tests.web.test_connecting import refreshed
from tests.web.test_leaving import change, erase, sign_in

REFUSED = 401


@pytest.fixture
async def assistant(web_app: WebApp, ada: httpx2.AsyncClient) -> Assistant:
    """An assistant that is connected."""
    assistant = Assistant(web_app.mcp_url, ada)
    await assistant.call("list_tasks")
    return assistant


def access_token(assistant: Assistant) -> str:
    assert assistant.memory.tokens
    return assistant.memory.tokens.access_token


def client_of(assistant: Assistant) -> str:
    assert assistant.memory.client
    assert assistant.memory.client.client_id
    return assistant.memory.client.client_id


async def status_of(web_app: WebApp, token: str) -> int:
    """Return how the MCP server answers a token."""
    body: dict[str, Any] = {"jsonrpc": "2.0", "id": 1, "method": "tools/call"}
    body["params"] = {"name": "list_tasks", "arguments": {}}
    headers = {
        "Authorization": f"Bearer {token}",
        "Accept": "application/json, text/event-stream",
        "MCP-Protocol-Version": "2025-11-25",
    }
    async with httpx2.AsyncClient(verify=NO_AUTHORITIES) as client:
        return (await client.post(web_app.mcp_url, json=body, headers=headers)).status_code


@pytest.mark.requirement("FR-WEB-040")
async def test_an_assistant_that_is_disconnected_is_refused_at_once(
    web_app: WebApp, ada: httpx2.AsyncClient, assistant: Assistant
) -> None:
    token = access_token(assistant)
    assert await status_of(web_app, token) == 200
    assert (await ada.delete(f"/account/assistants/{client_of(assistant)}")).status_code == 204
    assert await status_of(web_app, token) == REFUSED
    assert (await ada.get("/bff/me/tasks")).status_code == 200
    # Connected anew, it gets tokens that are accepted.
    assistant.memory.tokens = None
    await assistant.call("list_tasks")
    assert await status_of(web_app, access_token(assistant)) == 200


@pytest.mark.requirement("FR-WEB-041")
async def test_a_new_password_ends_the_tokens_of_before_and_a_refreshed_one_is_good(
    web_app: WebApp, ada: httpx2.AsyncClient, assistant: Assistant
) -> None:
    token = access_token(assistant)
    assert (await change(ada, PASSWORD, "another long password")).status_code == 200
    assert await status_of(web_app, token) == REFUSED
    assert (await ada.get("/bff/me/tasks")).status_code == 200
    renewed = (await refreshed(ada, assistant)).json()["access_token"]
    assert await status_of(web_app, renewed) == 200


@pytest.mark.requirement("FR-WEB-041")
async def test_everything_can_be_revoked_at_once_but_the_session_that_does(
    web_app: WebApp, ada: httpx2.AsyncClient, assistant: Assistant
) -> None:
    made = await ada.post("/bff/me/access-tokens", json={"name": "laptop"})
    personal, token = made.json()["token"], access_token(assistant)
    answer = await ada.post("/api/auth/sign-out-everywhere", json={"everything": True})
    assert answer.status_code == 200, answer.text
    assert [await status_of(web_app, one) for one in (personal, token)] == [REFUSED] * 2
    assert (await refreshed(ada, assistant)).status_code == 400
    assert (await ada.get("/bff/me/tasks")).status_code == 200


@pytest.mark.requirement("FR-WEB-041")
async def test_other_sessions_can_be_ended_with_the_password_as_it_is(
    web_app: WebApp, visitor: httpx2.AsyncClient
) -> None:
    email = new_email()
    await sign_up(visitor, email)
    async with web_app.visitor() as elsewhere:
        await sign_in(elsewhere, email)
        assert (await elsewhere.get("/bff/me/tasks")).status_code == 200
        assert (await visitor.post("/api/auth/sign-out-everywhere", json={})).status_code == 200
        assert (await elsewhere.get("/bff/me/tasks")).status_code == REFUSED
    assert (await visitor.get("/bff/me/tasks")).status_code == 200


@pytest.mark.requirement("FR-WEB-040")
async def test_an_assistant_of_a_deleted_account_is_refused_at_once(
    web_app: WebApp, ada: httpx2.AsyncClient, assistant: Assistant
) -> None:
    token = access_token(assistant)
    assert (await erase(ada)).status_code == 200
    assert await status_of(web_app, token) == REFUSED
    assert (await refreshed(ada, assistant)).status_code == 400


@pytest.mark.requirement("FR-WEB-042")
@pytest.mark.parametrize("kind", ["access_token", "refresh_token"])
async def test_a_client_revokes_its_own_tokens_of_either_kind(
    web_app: WebApp, ada: httpx2.AsyncClient, assistant: Assistant, kind: str
) -> None:
    tokens, token = assistant.memory.tokens, access_token(assistant)
    assert tokens
    form = {"token": getattr(tokens, kind), "client_id": client_of(assistant)}
    answer = await ada.post("/api/auth/oauth2/revoke", data=form)
    assert answer.status_code == 200, answer.text
    assert await status_of(web_app, token) == REFUSED


@pytest.mark.requirement("FR-WEB-042")
async def test_no_other_client_revokes_a_token(
    web_app: WebApp, ada: httpx2.AsyncClient, assistant: Assistant
) -> None:
    other = Assistant(web_app.mcp_url, ada)
    await other.call("list_tasks")
    form = {"token": access_token(assistant), "client_id": client_of(other)}
    assert (await ada.post("/api/auth/oauth2/revoke", data=form)).status_code == 400
    forged = f"{access_token(assistant)[:-4]}AAAA"
    form = {"token": forged, "client_id": client_of(assistant)}
    await ada.post("/api/auth/oauth2/revoke", data=form)
    assert await status_of(web_app, access_token(assistant)) == 200


@pytest.mark.requirement("FR-WEB-042")
async def test_a_refresh_token_that_is_used_twice_ends_the_access_tokens_too(
    web_app: WebApp, ada: httpx2.AsyncClient, assistant: Assistant, database_url: str
) -> None:
    token = (await refreshed(ada, assistant)).json()["access_token"]
    assert await status_of(web_app, token) == 200
    # For a moment the library takes a repetition for a request that was sent twice.
    connection = await asyncpg.connect(connect_to(database_url).dsn)
    await connection.execute(
        """update auth."oauthRefreshToken" set "rotationReplayExpiresAt" = now()
        where "clientId" = $1""",
        client_of(assistant),
    )
    await connection.close()
    assert (await refreshed(ada, assistant)).status_code == 400
    assert await status_of(web_app, token) == REFUSED
