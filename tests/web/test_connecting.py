"""Assistants of other vendors: let in by OAuth 2.1, and shown out again."""

from typing import Any

import httpx2
import jwt
import pytest

from tests.serving import NO_AUTHORITIES
from tests.web.assistant import Assistant
from tests.web.running import PASSWORD, WebApp, new_email, sign_up

REFUSED = 401


@pytest.fixture
def assistant(web_app: WebApp, ada: httpx2.AsyncClient) -> Assistant:
    return Assistant(web_app.mcp_url, ada)


async def refreshed(visitor: httpx2.AsyncClient, assistant: Assistant) -> httpx2.Response:
    """Ask for a new access token as the assistant does when its own has ended."""
    assert assistant.memory.tokens
    assert assistant.memory.client
    form = {
        "grant_type": "refresh_token",
        "refresh_token": assistant.memory.tokens.refresh_token,
        "client_id": assistant.memory.client.client_id,
        "resource": assistant.url,
    }
    return await visitor.post("/api/auth/oauth2/token", data=form)


def asking_for(client_id: str, resource: str, callback: str) -> dict[str, str]:
    """Return the query by which a client asks for a code."""
    return {
        "response_type": "code",
        "client_id": client_id,
        "redirect_uri": callback,
        "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
        "code_challenge_method": "S256",
        "resource": resource,
        "scope": "tasks:read",
    }


def claims_of(assistant: Assistant) -> dict[str, Any]:
    assert assistant.memory.tokens
    token = assistant.memory.tokens.access_token
    claims: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return claims


@pytest.mark.requirement("FR-WEB-005")
async def test_a_client_that_nobody_knew_reads_the_tasks_of_who_allowed_it(
    assistant: Assistant, ada: httpx2.AsyncClient
) -> None:
    await ada.post("/bff/me/tasks", json={"title": "Buy milk"})
    assert "Buy milk" in await assistant.call("list_tasks")
    assert "Test assistant" in assistant.consent_page
    assert "See your tasks" in assistant.consent_page
    assert "Add, change, complete and delete your tasks" in assistant.consent_page
    assert "127.0.0.1:54321" in assistant.consent_page


@pytest.mark.requirement("FR-WEB-005")
async def test_a_client_that_does_not_say_what_it_is_may_be_called_back_on_its_machine(
    visitor: httpx2.AsyncClient,
) -> None:
    asked = {
        "client_name": "An older client",
        "redirect_uris": ["http://127.0.0.1:33418/", "https://assistant.example/redirect"],
        "token_endpoint_auth_method": "none",
    }
    answer = await visitor.post("/api/auth/oauth2/register", json=asked)
    assert answer.is_success, answer.text
    assert answer.json()["redirect_uris"] == asked["redirect_uris"]


@pytest.mark.requirement("FR-WEB-008")
@pytest.mark.parametrize(
    "callback",
    [
        "cursor://anysphere.cursor-mcp/oauth/callback",
        "vscode://dynamicauthprovider/redirect?from=todochat",
        "com.example.editor:/oauth/callback",
    ],
)
async def test_an_app_is_called_back_by_a_scheme_of_its_own(
    assistant: Assistant, ada: httpx2.AsyncClient, callback: str
) -> None:
    scheme, _ = callback.split("/", maxsplit=1)
    assistant.callback = callback
    await ada.post("/bff/me/tasks", json={"title": "Buy milk"})
    assert "Buy milk" in await assistant.call("list_tasks")
    assert str(assistant.sent_back).startswith(callback)
    assert f"the app on this device that opens {scheme}" in assistant.consent_page
    assert assistant.memory.client
    assert [str(uri) for uri in assistant.memory.client.redirect_uris or []] == [callback]


@pytest.mark.requirement("FR-WEB-008")
@pytest.mark.parametrize(
    "callback",
    [
        "javascript://x/%0aalert(1)",
        "data:text/html,hello",
        "http://assistant.example/callback",
        "cursor://host/#fragment",
        "todochat.stand-in:/%zz#",
    ],
)
async def test_what_is_no_address_of_an_app_is_refused(
    visitor: httpx2.AsyncClient, callback: str
) -> None:
    asked = {"redirect_uris": [callback], "token_endpoint_auth_method": "none"}
    answer = await visitor.post("/api/auth/oauth2/register", json=asked)
    assert answer.status_code == 400
    assert answer.json()["error"] in {"invalid_redirect_uri", "invalid_client_metadata"}


@pytest.mark.requirement("FR-WEB-008")
async def test_a_program_may_be_called_back_at_any_port_of_its_machine_and_nowhere_else(
    web_app: WebApp, ada: httpx2.AsyncClient
) -> None:
    registered = {
        "redirect_uris": ["http://127.0.0.1/callback", "cursor://one/callback"],
        "token_endpoint_auth_method": "none",
    }
    async with web_app.visitor() as program:
        answer = await program.post("/api/auth/oauth2/register", json=registered)
        client = answer.json()
    ends = {
        "http://127.0.0.1:49152/callback": "/consent",
        "http://127.0.0.1/callback": "/consent",
        "http://127.0.0.1:49152/other": "/oauth-error",
        "http://evil.example/callback": "/oauth-error",
        "cursor://two/callback": "/oauth-error",
    }
    for callback, page in ends.items():
        question = asking_for(client["client_id"], web_app.mcp_url, callback)
        asked = await ada.get("/api/auth/oauth2/authorize", params=question)
        assert httpx2.URL(asked.headers["location"]).path == page, callback


@pytest.mark.requirement("FR-WEB-005")
async def test_who_says_no_lets_nobody_in(assistant: Assistant) -> None:
    assistant.accept = False
    with pytest.RaisesGroup(Exception, allow_unwrapped=True, flatten_subgroups=True):
        await assistant.call("list_tasks")
    assert assistant.sent_back.params["error"] == "access_denied"
    assert assistant.memory.tokens is None


@pytest.mark.requirement("FR-WEB-005")
async def test_a_name_that_is_markup_is_shown_as_text(assistant: Assistant) -> None:
    assistant.name = "<img src=x onerror=alert(1)>"
    await assistant.call("list_tasks")
    assert "&lt;img src=x" in assistant.consent_page
    assert "<img src=x" not in assistant.consent_page.split("<script")[0]


@pytest.mark.requirement("FR-WEB-005")
async def test_who_is_signed_out_signs_in_first_and_goes_on_to_the_consent(
    web_app: WebApp, ada: httpx2.AsyncClient, assistant: Assistant
) -> None:
    await assistant.call("list_tasks")
    assert assistant.memory.client
    question = asking_for(
        assistant.memory.client.client_id or "", web_app.mcp_url, assistant.callback
    )
    email = new_email()
    async with web_app.visitor() as newcomer:
        await sign_up(newcomer, email)
        await newcomer.post("/api/auth/sign-out", json={})
        asked = await newcomer.get("/api/auth/oauth2/authorize", params=question)
        login = httpx2.URL(asked.headers["location"])
        assert login.path == "/login"
        signed_in = await newcomer.post(
            "/api/auth/sign-in/email",
            json={"email": email, "password": PASSWORD, "oauth_query": login.query.decode()},
        )
    assert httpx2.URL(signed_in.json()["url"]).path == "/consent"


@pytest.mark.requirement("FR-WEB-006")
async def test_the_token_is_for_the_mcp_server_alone_and_lives_ten_minutes(
    web_app: WebApp, assistant: Assistant, ada: httpx2.AsyncClient
) -> None:
    await assistant.call("list_tasks")
    claims = claims_of(assistant)
    assert claims["aud"] == web_app.mcp_url
    assert claims["iss"] == f"{web_app.url}/api/auth"
    assert {"tasks:read", "tasks:write"} <= set(claims["scope"].split())
    assert claims["exp"] - claims["iat"] == 600
    assert assistant.memory.tokens
    bearer = {"Authorization": f"Bearer {assistant.memory.tokens.access_token}"}
    async with httpx2.AsyncClient(headers=bearer, verify=NO_AUTHORITIES) as client:
        answer = await client.get(f"{web_app.api_url}/api/{claims['sub']}/tasks")
    assert answer.status_code == REFUSED


@pytest.mark.requirement("FR-WEB-006")
async def test_an_assistant_stays_connected_by_refreshing(
    visitor: httpx2.AsyncClient, assistant: Assistant
) -> None:
    await assistant.call("list_tasks")
    answer = await refreshed(visitor, assistant)
    assert answer.status_code == 200
    assert jwt.decode(answer.json()["access_token"], options={"verify_signature": False})["scope"]


@pytest.mark.requirement("FR-WEB-007")
async def test_an_assistant_that_is_disconnected_gets_no_further_token(
    ada: httpx2.AsyncClient, assistant: Assistant
) -> None:
    await assistant.call("list_tasks")
    assert "Test assistant" in (await ada.get("/settings")).text
    client = assistant.memory.client
    assert client
    gone = await ada.delete(f"/account/assistants/{client.client_id}")
    assert gone.status_code == 204
    assert "Test assistant" not in (await ada.get("/settings")).text
    assert (await refreshed(ada, assistant)).status_code == 400


@pytest.mark.requirement("FR-WEB-007")
async def test_only_oneself_can_disconnect_an_assistant(
    web_app: WebApp, ada: httpx2.AsyncClient, assistant: Assistant
) -> None:
    await assistant.call("list_tasks")
    assert assistant.memory.client
    path = f"/account/assistants/{assistant.memory.client.client_id}"
    async with web_app.visitor() as other:
        assert (await other.delete(path)).status_code == REFUSED
        await sign_up(other)
        await other.delete(path)
    foreign = {"Origin": "https://evil.example"}
    assert (await ada.delete(path, headers=foreign)).status_code == 403
    assert (await refreshed(ada, assistant)).status_code == 200
