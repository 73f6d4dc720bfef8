"""An MCP client that others wrote, and the browser in which its user answers it."""

import secrets
from dataclasses import dataclass, field
from ipaddress import IPv6Address

import httpx2
from mcp import Client
from mcp.client.auth import AuthorizationCodeResult, OAuthClientProvider
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.auth import OAuthClientInformationFull, OAuthClientMetadata, OAuthToken
from pydantic import AnyUrl

from tests.serving import NO_AUTHORITIES

CALLBACK = "http://127.0.0.1:54321/callback"


@dataclass
class Memory:
    """What the client keeps between two starts."""

    tokens: OAuthToken | None = None
    client: OAuthClientInformationFull | None = None

    async def get_tokens(self) -> OAuthToken | None:
        return self.tokens

    async def set_tokens(self, tokens: OAuthToken) -> None:
        self.tokens = tokens

    async def get_client_info(self) -> OAuthClientInformationFull | None:
        return self.client

    async def set_client_info(self, client_info: OAuthClientInformationFull) -> None:
        self.client = client_info


@dataclass
class Assistant:
    """Asks `browser` for access to the tools at `url`; `accept` is what its user answers.

    One with a `document` does not register: its id is the document's address.
    """

    url: str
    browser: httpx2.AsyncClient
    accept: bool = True
    name: str = "Test assistant"
    callback: str = CALLBACK
    document: str | None = None
    memory: Memory = field(default_factory=Memory)
    consent_page: str = ""
    address: str = field(default_factory=lambda: str(IPv6Address(secrets.randbits(128))))
    sent_back: httpx2.URL = field(default_factory=lambda: httpx2.URL(CALLBACK))

    async def call(self, tool: str) -> str:
        """Connect, and return the text of a tool's answer."""
        async with httpx2.AsyncClient(
            auth=self._oauth(), verify=NO_AUTHORITIES, event_hooks={"request": [self._address]}
        ) as http:
            transport = streamable_http_client(self.url, http_client=http)
            async with Client(transport) as client:
                answer = await client.call_tool(tool, {})
        return "".join(getattr(part, "text", "") for part in answer.content)

    async def _address(self, request: httpx2.Request) -> None:
        # Registrations are counted by address, and all tests have the same.
        request.headers["X-Forwarded-For"] = self.address

    def _oauth(self) -> OAuthClientProvider:
        metadata = OAuthClientMetadata(
            client_name=self.name,
            redirect_uris=[AnyUrl(self.callback)],
            grant_types=["authorization_code", "refresh_token"],
            token_endpoint_auth_method="none",
        )
        return OAuthClientProvider(
            self.url, metadata, self.memory, self._browse, self._returned, self.document
        )

    async def _browse(self, address: str) -> None:
        """Follow the client's link, read the consent page, and answer it."""
        asked = await self.browser.get(address)
        consent = httpx2.URL(asked.headers["location"])
        self.consent_page = (await self.browser.get(consent)).text
        body = {"accept": self.accept, "oauth_query": consent.query.decode()}
        answered = await self.browser.post("/api/auth/oauth2/consent", json=body)
        self.sent_back = httpx2.URL(answered.json()["url"])

    async def _returned(self) -> AuthorizationCodeResult:
        given = self.sent_back.params
        return AuthorizationCodeResult(
            code=given.get("code", ""), state=given.get("state"), iss=given.get("iss")
        )
