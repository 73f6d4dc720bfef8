"""The versioned names of the routes: `/api/v1/…` is `/api/…`."""

from starlette.types import ASGIApp, Receive, Scope, Send

_VERSIONED, _PLAIN = "/api/v1/", "/api/"


class VersionedPaths:
    """Middleware that hands a request for a versioned path to the route without a version.

    As routes of their own they would be tried before the others for each request.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with its plain path; in a versioned one `v1` is no user's id."""
        if scope["type"] == "http" and scope["path"].startswith(_VERSIONED):
            path = scope["path"].replace(_VERSIONED, _PLAIN, 1)
            raw = scope["raw_path"].replace(_VERSIONED.encode(), _PLAIN.encode(), 1)
            # In place: what is recorded of the request reads its route from the same scope.
            scope.update(path=path, raw_path=raw)
        await self._app(scope, receive, send)
