"""A limit on the size of request bodies: 64 KiB, and 10 MiB for a file to import."""

import re

from fastapi import HTTPException
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chat_api.problems import problem
from db.values import MAX_BODY

_LARGE_BODY = 10 * 1024 * 1024
_LARGE = re.compile(r"/api/[^/]+/import/?")


class BodyLimit:
    """Middleware that answers 413 to a body over its limit, by its length or as it is read."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on as long as its body is within the limit."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        large = scope["method"] == "POST" and _LARGE.fullmatch(scope["path"])
        limit, text = (_LARGE_BODY, "10 MiB") if large else (MAX_BODY, "64 KiB")
        too_large = f"The body is over {text}."
        announced = Headers(scope=scope).get("content-length", "0")
        if not announced.isdecimal() or int(announced) > limit:
            await problem(413, "body_too_large", too_large)(scope, receive, send)
            return
        received = 0

        async def limited() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > limit:
                raise HTTPException(413, too_large)
            return message

        await self._app(scope, limited, send)
