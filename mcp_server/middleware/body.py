"""Request bodies: read whole, within limits, and parsed for the JSON-RPC calls in them."""

import asyncio
import json
from dataclasses import dataclass
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from db.values import MAX_BODY
from mcp_server.middleware.error_responses import error_response

_BODY_SECONDS = 10.0


@dataclass(frozen=True)
class RpcCall:
    """One JSON-RPC request: its method, and the name of the tool if it calls one."""

    method: str
    tool: str | None = None


class BufferedBodies:
    """Read a body before the request is handled: at most 64 KiB, at most ten seconds.

    The calls in it are put into the scope as `rpc_calls`. A body that is not JSON-RPC has none;
    the protocol refuses it.
    """

    def __init__(self, app: ASGIApp, *, body_seconds: float = _BODY_SECONDS) -> None:
        self._app = app
        self._body_seconds = body_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with its body and its calls, or answer 408 or 413."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            async with asyncio.timeout(self._body_seconds):
                body = await _read(Request(scope, receive))
        except TimeoutError:
            answer = error_response(408, "request_timeout", "The request took too long to arrive.")
            await answer(scope, receive, send)
        except ClientDisconnect:
            return
        else:
            if body is None:
                answer = error_response(413, "request_too_large", "A request has at most 64 KiB.")
                await answer(scope, receive, send)
            else:
                parsed = {**scope, "rpc_calls": rpc_calls(body)}
                await self._app(parsed, _replaying(body, receive), send)


def rpc_calls(body: bytes) -> list[RpcCall]:
    """Return the calls in a body; revision 2025-03-26 allows several in one."""
    try:
        parsed = json.loads(body or "[]")
    except (ValueError, RecursionError):
        return []
    batch = parsed if isinstance(parsed, list) else [parsed]
    return [_rpc_call(message) for message in batch if _is_call(message)]


async def _read(request: Request) -> bytes | None:
    """Return the body, or None if it is over the limit."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY:
            return None
    return body


def _replaying(body: bytes, receive: Receive) -> Receive:
    """Receive a body that was read already, then the messages after it."""
    left: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return left.pop() if left else await receive()

    return replay


def _is_call(message: Any) -> bool:
    return isinstance(message, dict) and isinstance(message.get("method"), str)


def _rpc_call(message: dict[str, Any]) -> RpcCall:
    params = message.get("params")
    name = params.get("name") if isinstance(params, dict) else None
    is_tool = message["method"] == "tools/call" and isinstance(name, str)
    return RpcCall(message["method"], name if is_tool else None)
