"""Answers 401 to a valid token whose user was erased, or revoked it.

Most requests learn it in the transaction in which they do their work, at no cost of its own.
"""

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from auth.principal import Principal
from db.engine import Sessions
from db.errors import DatabaseUnavailable, NoAuthority
from db.user_connection import user_connection
from mcp_server.middleware.error_responses import Challenge, unavailable
from mcp_server.middleware.scopes import SCOPES

# These open the caller's transaction (`mcp_server/task_session.py`).
_CHECKED_LATER = frozenset({"tools/call", "subscriptions/listen"})


class RequireAuthority:
    """Check the authority of a request's principal, before or while the request is handled.

    A transaction that is refused notes it in the scope's `refusals`. Such a request is answered
    with 401, unless its response has begun.
    """

    def __init__(self, app: ASGIApp, sessions: Sessions, challenge: Challenge) -> None:
        self._app = app
        self._sessions = sessions
        self._challenge = challenge

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 401."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        methods = {call.method for call in scope["rpc_calls"]}
        refused = None if methods <= _CHECKED_LATER else await self._refused(scope["principal"])
        if refused is not None:
            await refused(scope, receive, send)
            return
        refusals: list[str] = []
        answered = False

        async def send_or_refuse(message: Message) -> None:
            nonlocal answered
            if refusals and message["type"] == "http.response.start":
                answered = True
                await self._unauthorized(refusals[0])(scope, receive, send)
            elif not answered:
                await send(message)

        await self._app({**scope, "refusals": refusals}, receive, send_or_refuse)

    async def _refused(self, principal: Principal) -> JSONResponse | None:
        try:
            async with user_connection(self._sessions, principal.user_id, bearer=principal):
                return None
        except NoAuthority as error:
            return self._unauthorized(str(error))
        except DatabaseUnavailable as error:
            return unavailable(str(error))

    def _unauthorized(self, message: str) -> JSONResponse:
        return self._challenge.unauthorized(SCOPES, message, "invalid_token")
