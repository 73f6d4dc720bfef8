"""Clients that nobody registers, since their id is the address of a document about them."""

import secrets
from urllib.parse import quote

import httpx2
import pytest

from tests.web.assistant import CALLBACK, Assistant
from tests.web.client_site import ClientSite
from tests.web.running import WebApp
from tests.web.test_clients import asking, tokens

SITE_CALLBACK = "https://assistant.example/callback"
METADATA = "/.well-known/oauth-authorization-server/api/auth"


def published(site: ClientSite, *, host: str = "assistant.example", **changes: object) -> str:
    content = {"client_name": "Desk assistant", "redirect_uris": [CALLBACK, SITE_CALLBACK]}
    return site.publish(secrets.token_hex(4), host, {**content, **changes})


async def consent_page(browser: httpx2.AsyncClient, question: dict[str, str]) -> str:
    asked = await browser.get("/api/auth/oauth2/authorize", params=question)
    assert httpx2.URL(asked.headers["location"]).path == "/consent", asked.headers["location"]
    return (await browser.get(asked.headers["location"])).text


async def refused(browser: httpx2.AsyncClient, question: dict[str, str]) -> None:
    asked = await browser.get("/api/auth/oauth2/authorize", params=question)
    page = httpx2.URL(asked.headers["location"])
    assert (page.path, page.params["error"]) == ("/oauth-error", "invalid_client")


@pytest.mark.requirement("FR-WEB-009")
async def test_a_client_of_others_is_let_in_by_its_document_alone(
    web_app: WebApp, ada: httpx2.AsyncClient, client_site: ClientSite
) -> None:
    await ada.post("/bff/me/tasks", json={"title": "Buy milk"})
    assert (await ada.get(METADATA)).json()["client_id_metadata_document_supported"] is True
    client_id = published(client_site)
    assistant = Assistant(web_app.mcp_url, ada, document=client_id)
    assert "Buy milk" in await assistant.call("list_tasks")
    assert assistant.memory.client
    assert assistant.memory.client.client_id == client_id
    assert "Desk assistant" in assistant.consent_page
    settings = (await ada.get("/settings")).text
    assert "assistant.example" in settings
    assert client_site.requests[client_id.removeprefix("https://")] == 1
    gone = await ada.delete(f"/account/assistants/{quote(client_id, safe='')}")
    assert gone.status_code == 204
    assert "No assistant is connected" in (await ada.get("/settings")).text


@pytest.mark.requirement("FR-WEB-009")
async def test_only_a_client_that_returns_to_its_site_is_vouched_for_by_it(
    web_app: WebApp, ada: httpx2.AsyncClient, client_site: ClientSite
) -> None:
    client_id = published(client_site)
    site = await consent_page(ada, asking(client_id, web_app.mcp_url, callback=SITE_CALLBACK))
    assert "says that this is its assistant" in site
    assert "Unverified." not in site
    device = await consent_page(ada, asking(client_id, web_app.mcp_url, callback=CALLBACK))
    assert "Unverified." in device
    assert "belongs to assistant.example, which nobody can check" in device


@pytest.mark.requirement("FR-WEB-009")
async def test_a_document_at_an_address_of_this_network_is_never_fetched(
    web_app: WebApp, ada: httpx2.AsyncClient, client_site: ClientSite
) -> None:
    client_id = published(client_site, host="inside.example")
    for one in (client_id, f"https://localhost/{secrets.token_hex(4)}.json"):
        await refused(ada, asking(one, web_app.mcp_url))
    assert client_site.requests[client_id.removeprefix("https://")] == 0


@pytest.mark.requirement("FR-WEB-009")
async def test_a_document_is_read_once_until_it_is_stale_and_a_bad_one_gives_nothing(
    web_app: WebApp, ada: httpx2.AsyncClient, client_site: ClientSite
) -> None:
    client_id = published(client_site, redirect_uris=[CALLBACK])
    assert (await tokens(ada, client_id, web_app.mcp_url, "tasks:read")).status_code == 200
    assert client_site.requests[client_id.removeprefix("https://")] == 1
    bad = published(client_site, client_id="https://assistant.example/other.json")
    for _ in range(2):
        await refused(ada, asking(bad, web_app.mcp_url))
    assert client_site.requests[bad.removeprefix("https://")] == 1
