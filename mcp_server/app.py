"""The MCP server as an ASGI application: stateless, so any replica answers any request."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from mcp.server.transport_security import TransportSecuritySettings
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from auth.failed_tokens import FailedTokens
from auth.response_headers import ResponseHeaders
from db.engine import Sessions
from db.errors import DatabaseUnavailable
from db.readiness import check_database, notices
from db.telemetry.requests import RequestRecords
from db.values import MAX_BODY
from mcp_server.middleware.authority import RequireAuthority
from mcp_server.middleware.bearer_auth import BearerAuthentication, metadata_routes, metadata_url
from mcp_server.middleware.body import BufferedBodies
from mcp_server.middleware.credentials import Credentials
from mcp_server.middleware.error_responses import RETRY_SECONDS, Challenge
from mcp_server.middleware.limits import RateLimits
from mcp_server.middleware.scopes import RequireScopes, ScopeRules
from mcp_server.server import build_server, scope_rules
from mcp_server.server_card import card_routes
from mcp_server.settings import McpSettings

_PATH = "/mcp"


def create_app(settings: McpSettings, sessions: Sessions) -> ASGIApp:
    """Build the server over a database that is already migrated.

    Raises:
        UnsafeIssuer: The URL of a key set is not usable.
    """
    rules = scope_rules(settings)
    server = build_server(settings, sessions, rules)
    protocol = server.streamable_http_app(
        streamable_http_path=_PATH,
        stateless_http=True,
        json_response=True,
        max_request_body_size=MAX_BODY,
        transport_security=TransportSecuritySettings(
            allowed_hosts=settings.allowed_hosts, allowed_origins=settings.allowed_origins
        ),
    )
    credentials = Credentials(settings, sessions)

    async def endpoint(scope: Scope, receive: Receive, send: Send) -> None:
        # Past the SDK's routes and their error pages, which the application below has as well.
        at_endpoint = scope["type"] == "http" and scope["path"] == _PATH
        await (server.session_manager.handle_request if at_endpoint else protocol)(
            scope, receive, send
        )

    async def ready(_: Request) -> JSONResponse:
        try:
            await check_database(sessions)
        except DatabaseUnavailable as error:
            body = {"status": "unavailable", "code": error.code, "detail": str(error)}
            return JSONResponse(body, 503, {"Retry-After": str(RETRY_SECONDS)})
        return JSONResponse({"status": "ready", "notices": notices(sessions)})

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with protocol.router.lifespan_context(protocol):
            yield
        await credentials.aclose()

    app = Starlette(
        routes=[
            Route("/health", _health),
            Route("/ready", ready),
            *metadata_routes(settings),
            *card_routes(settings, _PATH),
            Mount("/", _guarded(endpoint, settings, sessions, rules, credentials)),
        ],
        lifespan=lifespan,
    )
    if settings.trusted_proxies:
        app.add_middleware(ProxyHeadersMiddleware, trusted_hosts=settings.trusted_proxies)
    paths = {_PATH, *(route.path for route in app.routes if isinstance(route, Route))}
    app.add_middleware(
        RequestRecords,
        route_of=lambda scope: scope["path"] if scope["path"] in paths else "none",
    )
    return ResponseHeaders(app)


def _guarded(
    protocol: ASGIApp,
    settings: McpSettings,
    sessions: Sessions,
    rules: ScopeRules,
    credentials: Credentials,
) -> ASGIApp:
    """Put authentication, body limits, rate limits, scopes and authority before the protocol."""
    challenge = Challenge(metadata_url(settings))
    authorized = RequireAuthority(protocol, sessions, challenge)
    scoped = RequireScopes(authorized, rules, challenge)
    limited = RateLimits(
        scoped,
        sessions,
        rules,
        requests=settings.mcp_rate_limit,
        writes=settings.mcp_write_rate_limit,
    )
    failed_tokens = FailedTokens(settings.failed_tokens_per_minute)
    return BearerAuthentication(BufferedBodies(limited), credentials, failed_tokens, challenge)


async def _health(_: Request) -> JSONResponse:
    return JSONResponse({"status": "ok"})
