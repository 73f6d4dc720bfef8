"""What a request asks for, known before MCP takes it up."""

import asyncio
import json
from dataclasses import dataclass
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from db.values import MAX_BODY
from mcp_server.middleware.error_responses import refusal

_BODY_SECONDS = 10.0


@dataclass(frozen=True)
class TurnRequest:
    """One JSON-RPC request: its method, and the tool if it calls one."""

    method: str
    tool: str | None = None


class WholeRequests:
    """Reads a body before anything is done for it: at most 64 KiB, at most ten seconds.

    What it asks for is in the scope then, as `asked`; a body that is no JSON-RPC asks for nothing,
    and is MCP's to refuse.
    """

    def __init__(self, app: ASGIApp, *, body_seconds: float = _BODY_SECONDS) -> None:
        self._app = app
        self._body_seconds = body_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with its whole body, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            async with asyncio.timeout(self._body_seconds):
                body = await _read(Request(scope, receive))
        except TimeoutError:
            answer = refusal(408, "request_timeout", "The request took too long to arrive.")
            await answer(scope, receive, send)
        except ClientDisconnect:
            return
        else:
            if body is None:
                answer = refusal(413, "request_too_large", "A request has at most 64 KiB.")
                await answer(scope, receive, send)
            else:
                known = {**scope, "asked": asked_in(body)}
                await self._app(known, _replaying(body, receive), send)


def asked_in(body: bytes) -> list[TurnRequest]:
    """Return the requests in a body; older revisions send several at once."""
    try:
        sent = json.loads(body or "[]")
    except (ValueError, RecursionError):
        return []
    return [_asked(each) for each in (sent if isinstance(sent, list) else [sent]) if _is_call(each)]


async def _read(request: Request) -> bytes | None:
    """Return the body, or None if it is too large."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY:
            return None
    return body


def _replaying(body: bytes, receive: Receive) -> Receive:
    """Hand out a body that was read, then whatever comes after it."""
    left: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return left.pop() if left else await receive()

    return replay


def _is_call(sent: Any) -> bool:
    return isinstance(sent, dict) and isinstance(sent.get("method"), str)


def _asked(sent: dict[str, Any]) -> TurnRequest:
    params = sent.get("params")
    name = params.get("name") if isinstance(params, dict) else None
    called = sent["method"] == "tools/call" and isinstance(name, str)
    return TurnRequest(sent["method"], name if called else None)
