"""What a client can know of the server before it connects."""

from typing import Literal

import httpx2
import pytest
from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from mcp_server.server_card import card, catalog
from mcp_server.settings import McpSettings
from tests.mcp_server.plain import post, request_of
from tests.stack import Stack

CARD, CATALOG = "application/mcp-server-card+json", "application/ai-catalog+json"
PNG = b"\x89PNG\r\n\x1a\n"


class _Closed(BaseModel):
    """A part of a document that has these members only."""

    model_config = ConfigDict(extra="forbid", alias_generator=to_camel)


class _Icon(_Closed):
    src: str = Field(pattern="^https?://")
    mime_type: Literal["image/png"]
    sizes: list[str]


class _Header(_Closed):
    name: str
    description: str
    is_required: bool
    is_secret: bool


class _Remote(_Closed):
    type: Literal["streamable-http"]
    url: str = Field(pattern="^https?://")
    supported_protocol_versions: list[str]
    headers: list[_Header]


class _Card(_Closed):
    """The members that we use of the schema that SEP-2127 publishes."""

    schema_url: str = Field(alias="$schema", pattern="/schemas/v1/server-card.schema.json$")
    name: str = Field(min_length=3, max_length=200, pattern="^[a-zA-Z0-9.-]+/[a-zA-Z0-9._-]+$")
    title: str = Field(max_length=100)
    description: str = Field(max_length=100)
    version: str
    website_url: str
    icons: list[_Icon]
    remotes: list[_Remote]


async def get(stack: Stack, url: str, **headers: str) -> httpx2.Response:
    return await stack.client.get(url, headers=headers)


@pytest.mark.requirement("FR-MCP-401")
async def test_the_catalog_of_the_host_leads_to_the_card_without_a_token(stack: Stack) -> None:
    host = stack.settings.mcp_resource.removesuffix("/mcp")
    listed = await get(stack, f"{host}/.well-known/ai-catalog.json")
    (entry,) = listed.json()["entries"]
    assert (listed.headers["content-type"], entry["type"]) == (CATALOG, CARD)
    shown = await get(stack, entry["url"], Accept=CARD)
    assert shown.headers["content-type"] == CARD
    assert _Card.model_validate(shown.json()).remotes[0].url == stack.settings.mcp_resource
    older = await get(stack, f"{host}/.well-known/mcp/server-card.json")
    assert (older.headers["content-type"], older.json()) == (CARD, shown.json())


@pytest.mark.requirement("FR-MCP-401")
async def test_the_card_may_be_read_by_any_page_and_is_sent_again_only_if_it_has_changed(
    stack: Stack,
) -> None:
    url = f"{stack.settings.mcp_resource}/server-card"
    first = await get(stack, url)
    assert first.headers["access-control-allow-origin"] == "*"
    again = await get(stack, url, **{"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    preflight = await stack.client.options(url)
    assert (preflight.status_code, preflight.headers["access-control-allow-methods"]) == (
        204,
        "GET",
    )


@pytest.mark.requirement("FR-MCP-402")
async def test_the_card_says_what_the_connected_server_says(stack: Stack, user: str) -> None:
    shown = (await get(stack, f"{stack.settings.mcp_resource}/server-card")).json()
    answer = await post(stack, stack.mcp_token(user), request_of("server/discover"))
    found = answer.json()["result"]
    info = found.get("serverInfo") or found["_meta"]["io.modelcontextprotocol/serverInfo"]
    for member in ("title", "version", "icons", "websiteUrl"):
        assert info[member] == shown[member]
    assert set(found["supportedVersions"]) <= set(shown["remotes"][0]["supportedProtocolVersions"])


@pytest.mark.requirement("FR-MCP-402")
async def test_the_icon_is_where_the_card_says(stack: Stack) -> None:
    shown = (await get(stack, f"{stack.settings.mcp_resource}/server-card")).json()
    (icon,) = shown["icons"]
    image = await get(stack, icon["src"])
    assert (image.headers["content-type"], image.content[:8]) == ("image/png", PNG)
    width, height = (int.from_bytes(image.content[at : at + 4]) for at in (16, 20))
    assert icon["sizes"] == [f"{width}x{height}"]


@pytest.mark.requirement("FR-MCP-401")
@pytest.mark.parametrize(
    ("url", "name", "identifier"),
    [
        (
            "https://mcp.example.com/mcp",
            "com.example.mcp/todochat",
            "urn:air:mcp.example.com:mcp:todochat",
        ),
        (None, "localhost/todochat", "urn:air:localhost:mcp:todochat"),
        ("http://[::1]:8001/mcp", "localhost/todochat", "urn:air:localhost:mcp:todochat"),
    ],
)
def test_a_server_is_named_by_the_domain_that_it_is_reached_at(
    url: str | None, name: str, identifier: str
) -> None:
    settings = McpSettings(mcp_url=url)
    assert card(settings)["name"] == name
    assert catalog(settings)["entries"][0]["identifier"] == identifier


@pytest.mark.requirement("FR-MCP-401")
@pytest.mark.parametrize(("issuer", "required"), [(None, True), ("https://web.example.com", False)])
def test_a_token_is_optional_where_a_client_can_log_its_user_in(
    issuer: str | None, required: bool
) -> None:
    (header,) = card(McpSettings(oauth_issuer=issuer))["remotes"][0]["headers"]
    assert header["isRequired"] is required
