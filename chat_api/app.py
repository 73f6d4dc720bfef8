"""The chat API as an ASGI application: stateless, so any replica takes any request."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Scope
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from auth.response_headers import ResponseHeaders
from chat_api.body_limit import BodyLimit
from chat_api.openapi import document
from chat_api.problems import add_problem_handlers
from chat_api.routes import (
    access_tokens,
    calendar,
    chat,
    chatkit,
    conversations,
    docs,
    health,
    imports,
    lists,
    notifications,
    parse,
    push_subscriptions,
    reminder_email,
    revocations,
    task_events,
    tasks,
    turns,
    user_data,
)
from chat_api.routes import (
    settings as user_settings,
)
from chat_api.routes.idempotency import replay
from chat_api.routes.pacing import Pacing
from chat_api.routes.versioned_paths import VersionedPaths
from chat_api.runtime import LifespanState, build_runtime
from chat_api.settings import ApiSettings
from db.engine import Sessions
from db.idempotency import AlreadyWritten
from db.notifier import Notifier
from db.task_values import VersionMismatch
from db.telemetry.requests import RequestRecords

# Events come before tasks, for "events" is no task's number.
_USER_ROUTES = (
    *(chat, turns, conversations, task_events, tasks, parse, lists),
    *(
        notifications,
        push_subscriptions,
        reminder_email,
        access_tokens,
        calendar,
        user_settings,
        imports,
        user_data,
        revocations,
    ),
)
_USER_PREFIX = "/api/{user_id}"
_ALLOWED_HEADERS = [
    *(
        "Authorization",
        "Content-Type",
        "Idempotency-Key",
        "If-Match",
        "Last-Event-ID",
        "X-Request-ID",
    )
]
_EXPOSED_HEADERS = ["ETag", "Idempotency-Replayed", "X-Request-ID"]


class Api(FastAPI):
    """The application, with what stands before its middleware and its answer to faults."""

    def build_middleware_stack(self) -> ASGIApp:
        """Put the headers of all responses and records around the rest."""
        return RequestRecords(ResponseHeaders(super().build_middleware_stack()), _route_of)


def create_app(
    settings: ApiSettings,
    sessions: Sessions,
    notifier: Notifier,
    running_sessions: Sessions | None = None,
) -> FastAPI:
    """Build the API over a database that is already migrated.

    `running_sessions` have a pool of their own, so that running turns are saved however many wait
    for the other one; without them, `sessions` save them.

    Raises:
        AuthError: A key or secret can't be used.
        ConfigurationError: The settings name no usable model.
    """
    runtime = build_runtime(settings, sessions, notifier, running_sessions or sessions)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[LifespanState]:
        async with runtime.serving():
            yield {"runtime": runtime}

    app = Api(
        title="Todochat",
        version=version("todochat"),
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
    )
    app.state.runtime = runtime
    add_problem_handlers(app)
    app.add_exception_handler(VersionMismatch, tasks.version_mismatch)
    app.add_exception_handler(AlreadyWritten, replay)
    app.add_middleware(BodyLimit)
    app.add_middleware(Pacing, settings.requests_per_second)
    app.add_middleware(VersionedPaths)
    app.add_middleware(
        CORSMiddleware,
        allow_origins=list(settings.cors_origins),
        allow_methods=["GET", "POST", "PUT", "PATCH", "DELETE"],
        allow_headers=_ALLOWED_HEADERS,
        expose_headers=_EXPOSED_HEADERS,
    )
    if settings.trusted_proxies:
        app.add_middleware(ProxyHeadersMiddleware, trusted_hosts=settings.trusted_proxies)
    for routes in _USER_ROUTES:
        app.include_router(routes.router, prefix=_USER_PREFIX)
    app.include_router(chatkit.router)
    app.include_router(calendar.feed_router)
    app.include_router(health.router)
    app.include_router(docs.router)
    app.openapi = lambda: document(app)  # type: ignore[method-assign]
    return app


def _route_of(scope: Scope) -> str:
    """Return the template of the path, or the same for all paths that are no route's."""
    path: str = getattr(scope.get("route"), "path", "none")
    # A route does not know the prefix with which it was included.
    return f"{_USER_PREFIX}{path}" if "user_id" in scope.get("path_params", ()) else path
