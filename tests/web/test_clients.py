"""What assistants say of themselves when they register, and what that gets them."""

import base64
import hashlib
import secrets

import httpx2
import pytest

from tests.web.assistant import CALLBACK, Assistant
from tests.web.running import WebApp, execute

VENDOR = "Claude by Anthropic (official)"


async def register(visitor: httpx2.AsyncClient, **metadata: object) -> httpx2.Response:
    body = {
        "redirect_uris": [CALLBACK],
        "token_endpoint_auth_method": "none",
        "client_name": "A client",
        **metadata,
    }
    return await visitor.post("/api/auth/oauth2/register", json=body)


async def registered(web_app: WebApp, **metadata: object) -> str:
    """Return the id of a new client."""
    async with web_app.visitor() as program:
        return str((await register(program, **metadata)).json()["client_id"])


def asking(
    client_id: str,
    resource: str,
    *,
    scope: str = "tasks:read",
    callback: str = CALLBACK,
    verifier: str = "",
) -> dict[str, str]:
    """Return the query by which a client asks for a code."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return {
        "response_type": "code",
        "client_id": client_id,
        "redirect_uri": callback,
        "code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("="),
        "code_challenge_method": "S256",
        "resource": resource,
        "scope": scope,
    }


async def tokens(
    browser: httpx2.AsyncClient, client_id: str, resource: str, scope: str
) -> httpx2.Response:
    """Let a client in that asks for a scope, and return what it is given for its code."""
    verifier = secrets.token_urlsafe(48)
    question = asking(client_id, resource, scope=scope, verifier=verifier)
    asked = await browser.get("/api/auth/oauth2/authorize", params=question)
    query = httpx2.URL(asked.headers["location"]).query.decode()
    body = {"accept": True, "oauth_query": query}
    answered = await browser.post("/api/auth/oauth2/consent", json=body)
    form = {
        "grant_type": "authorization_code",
        "code": httpx2.URL(answered.json()["url"]).params["code"],
        "code_verifier": verifier,
        "client_id": client_id,
        "redirect_uri": CALLBACK,
        "resource": resource,
    }
    return await browser.post("/api/auth/oauth2/token", data=form)


@pytest.mark.requirement("FR-WEB-005")
async def test_the_name_of_a_vendor_gains_nothing(web_app: WebApp, ada: httpx2.AsyncClient) -> None:
    assistant = Assistant(web_app.mcp_url, ada, name=VENDOR)
    await assistant.call("list_tasks")
    shown = assistant.consent_page
    assert shown.index(VENDOR) < shown.index("Unverified.") < shown.index("See your tasks")
    assert "unverified name" in (await ada.get("/settings")).text


@pytest.mark.requirement("FR-WEB-005")
async def test_a_client_is_registered_under_a_short_name_without_control_characters(
    visitor: httpx2.AsyncClient,
) -> None:
    answer = await register(visitor, client_name="De\u202esk\u0000\n assistant " + "x" * 5_000)
    assert answer.status_code == 201
    assert answer.json()["client_name"] == f"Desk assistant {'x' * 44}…"
    refused = await register(visitor, client_name="x" * 20_000)
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_client_metadata")


@pytest.mark.requirement("FR-WEB-005")
async def test_more_than_twenty_registrations_from_one_address_are_refused_for_a_while(
    visitor: httpx2.AsyncClient,
) -> None:
    answers = [await register(visitor) for _ in range(21)]
    assert [answer.is_success for answer in answers] == [True] * 20 + [False]
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["x-retry-after"]) > 60


@pytest.mark.requirement("FR-WEB-038")
async def test_a_client_that_nobody_connects_is_forgotten_after_thirty_days(
    web_app: WebApp, ada: httpx2.AsyncClient, database_url: str
) -> None:
    used, unused, recent = [await registered(web_app) for _ in range(3)]
    await tokens(ada, used, web_app.mcp_url, "tasks:read")
    await execute(
        database_url,
        'update auth."oauthClient" set "createdAt" = now() - make_interval(days => 30, mins => 1) '
        'where "clientId" = any($1)',
        [used, unused],
    )
    await registered(web_app)
    left = await execute(
        database_url,
        'select "clientId" from auth."oauthClient" where "clientId" = any($1)',
        [used, unused, recent],
    )
    assert {row["clientId"] for row in left} == {used, recent}


@pytest.mark.requirement("FR-WEB-006")
@pytest.mark.parametrize("scope", ["tasks:read", "tasks:read tasks:write"])
async def test_a_client_that_never_asks_for_offline_access_stays_connected(
    web_app: WebApp, ada: httpx2.AsyncClient, scope: str
) -> None:
    client_id = await registered(web_app)
    given = (await tokens(ada, client_id, web_app.mcp_url, scope)).json()
    assert set(scope.split()) <= set(given["scope"].split())
    form = {
        "grant_type": "refresh_token",
        "refresh_token": given["refresh_token"],
        "client_id": client_id,
        "resource": web_app.mcp_url,
    }
    renewed = await ada.post("/api/auth/oauth2/token", data=form)
    assert renewed.status_code == 200, renewed.text
    assert renewed.json()["access_token"] != given["access_token"]


@pytest.mark.requirement("FR-WEB-005")
async def test_a_client_that_knows_further_grants_gets_those_that_exist(
    visitor: httpx2.AsyncClient,
) -> None:
    existing = ["authorization_code", "refresh_token"]
    further = "urn:ietf:params:oauth:grant-type:device_code"
    answer = await register(visitor, grant_types=[*existing, further])
    assert (answer.status_code, answer.json().get("grant_types")) == (201, existing)
