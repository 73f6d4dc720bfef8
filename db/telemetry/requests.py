"""What is recorded of each request to a service: its metrics, and one line in the log."""

import logging
import re
import time
from collections.abc import Awaitable, Callable
from typing import Final
from uuid import UUID, uuid4

from opentelemetry.trace import Span
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from db.telemetry.logs import bind_contextvars, fields
from db.telemetry.metrics import metrics
from db.telemetry.tracing import describe, mark_failed, server_span

REQUEST_ID = "X-Request-ID"

# Others could be anything, a line of a log among it.
_USABLE_ID: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")
_LOGGED_PARAMETERS = ("conversation_id", "turn_id")
_FAULT = 500
# A request of any other is answered too, but the values of a label are ours.
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


logger = logging.getLogger(__name__)


class RequestRecords:
    """Middleware around all that works on requests: each is recorded, however it is answered.

    `route_of` returns the route of a request that has been answered, by its template: a path has
    ids of users, or the token of a calendar feed. What is logged meanwhile has the request's id,
    which its caller may choose by `X-Request-ID`; the answer has it too.
    """

    def __init__(self, app: ASGIApp, route_of: Callable[[Scope], str]) -> None:
        self._app = app
        self._route_of = route_of

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle the request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        request_id = request_id_of(scope)
        bind_contextvars(request_id=request_id)
        # That of a request whose client is gone before an answer begins.
        status, seconds = 499, 0.0

        # No coroutine of its own: it is called for each piece of a stream.
        def recorded(message: Message) -> Awaitable[None]:
            nonlocal status, seconds
            if message["type"] == "http.response.start":
                status, seconds = message["status"], time.perf_counter() - began
                MutableHeaders(scope=message)[REQUEST_ID] = request_id
            return send(message)

        try:
            with server_span(method_label(scope), Headers(scope=scope)) as span:
                try:
                    await self._app(scope, receive, recorded)
                finally:
                    self._finish(span, scope, status)
        except Exception:
            status = 500
            raise
        finally:
            total = time.perf_counter() - began
            self._record(scope, status, seconds or total, total)

    def _finish(self, span: Span, scope: Scope, status: int) -> None:
        method, route = method_label(scope), self._route_of(scope)
        span.update_name(f"{method} {route}")
        describe(
            span,
            http__request__method=method,
            http__route=route,
            http__response__status_code=status,
        )
        if status >= _FAULT:
            mark_failed(span, str(status))

    def _record(self, scope: Scope, status: int, seconds: float, total: float) -> None:
        method = method_label(scope)
        route, service = self._route_of(scope), metrics().service
        service.requests.labels(method, route, str(status)).inc()
        service.request_seconds.labels(method, route).observe(seconds)
        logger.info(
            "Request",
            extra=fields(
                method=method,
                route=route,
                status=status,
                seconds=round(seconds, 4),
                total_seconds=round(total, 4),
                **_ids(scope),
            ),
        )


def method_label(scope: Scope) -> str:
    """Return the method of a request, or one word for those that are not known."""
    method: str = scope["method"]
    return method if method in _METHODS else "_OTHER"


def request_id_of(scope: Scope) -> str:
    """Return the id that the caller gave the request, or a new one."""
    given = Headers(scope=scope).get(REQUEST_ID, "")
    return given if _USABLE_ID.fullmatch(given) else uuid4().hex


def _ids(scope: Scope) -> dict[str, str]:
    """Return the ids in the path; what is no id could be a text."""
    found = {}
    for name in _LOGGED_PARAMETERS:
        try:
            found[name] = str(UUID(scope.get("path_params", {})[name]))
        except (KeyError, ValueError):
            continue
    return found
