"""The headers that every response of a service has, whatever answers it."""

from collections.abc import Awaitable

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_DEFAULTS = {
    # A browser must not take what a user wrote for a page or a script.
    "X-Content-Type-Options": "nosniff",
    # Answers are private: a route whose answer may be stored says so itself.
    "Cache-Control": "no-store",
}


class ResponseHeaders:
    """Outermost middleware, so that the answer to a fault has the headers too."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle the request; a header that the response has already is left as it is."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        # No coroutine of its own: it is called for each piece of a stream.
        def send_with_headers(message: Message) -> Awaitable[None]:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _DEFAULTS.items():
                    headers.setdefault(name, value)
            return send(message)

        await self._app(scope, receive, send_with_headers)
