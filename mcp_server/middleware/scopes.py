"""What a token's scopes open: `tasks:read` looks, `tasks:write` changes."""

from collections.abc import Iterable, Mapping
from typing import Any

from mcp.server.context import CallNext, HandlerResult, ServerRequestContext
from mcp.shared.exceptions import MCPError
from mcp_types import INVALID_REQUEST, ListToolsResult
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from auth.principal import Principal
from mcp_server.context import State, principal_of
from mcp_server.middleware.body import TurnRequest
from mcp_server.middleware.error_responses import Challenge
from mcp_server.task_tool import TaskTool

READ = "tasks:read"
WRITE = "tasks:write"
SCOPES = (READ, WRITE)

_READING = frozenset(
    {"resources/read", "subscriptions/listen", "prompts/get", "completion/complete"}
)


class ScopeRules:
    """Which scope each request needs, by the tools' own hints."""

    def __init__(self, tools: Iterable[TaskTool]) -> None:
        self._needed: Mapping[str, str] = {tool.name: _needed(tool) for tool in tools}

    def needed(self, asked: TurnRequest) -> str | None:
        """Return the scope that a request needs, or None if it needs none."""
        if asked.tool is not None:
            return self._needed.get(asked.tool)
        return READ if asked.method in _READING else None

    def missing(self, asked: Iterable[TurnRequest], principal: Principal) -> tuple[str, ...]:
        """Return the scopes that requests need and the token has not."""
        needed = {self.needed(each) for each in asked} - principal.scopes
        return tuple(scope for scope in SCOPES if scope in needed)

    def writes(self, asked: Iterable[TurnRequest]) -> bool:
        """Tell whether any of the requests may change something."""
        return any(self.needed(each) == WRITE for each in asked)


class RequireScopes:
    """Answer 403 to a request whose token opens less than it asks for (RFC 6750, 3.1)."""

    def __init__(self, app: ASGIApp, rules: ScopeRules, challenge: Challenge) -> None:
        self._app = app
        self._rules = rules
        self._challenge = challenge

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it."""
        if scope["type"] == "http":
            principal: Principal = scope["principal"]
            missing = self._rules.missing(scope["asked"], principal)
            if missing:
                # A client asks its issuer for all of these, so what it has must be among them.
                wanted = tuple(s for s in SCOPES if s in {*missing, *principal.scopes})
                refused = self._challenge.forbidden(wanted, _lacking(missing))
                await refused(scope, receive, send)
                return
        await self._app(scope, receive, send)


class ScopedTools:
    """Shows a caller only the tools that the token opens, and runs no others."""

    def __init__(self, rules: ScopeRules) -> None:
        self._rules = rules

    async def __call__(
        self, ctx: ServerRequestContext[State, Request], call_next: CallNext
    ) -> HandlerResult:
        """Handle one request.

        Raises:
            MCPError: The token does not open what it asks for.

        """
        asked = TurnRequest(ctx.method, _tool(ctx))
        if ctx.method != "tools/list" and self._rules.needed(asked) is None:
            return await call_next(ctx)
        principal = await principal_of(ctx.request, ctx.lifespan_context)
        if missing := self._rules.missing([asked], principal):
            raise MCPError(INVALID_REQUEST, _lacking(missing))
        result = await call_next(ctx)
        return self._opened(result, principal) if ctx.method == "tools/list" else result

    def _opened(self, result: HandlerResult, principal: Principal) -> HandlerResult:
        if isinstance(result, ListToolsResult):
            tools = [t for t in result.tools if self._open(t.name, principal)]
            return result.model_copy(update={"tools": tools})
        if isinstance(result, dict) and "tools" in result:
            tools = [t for t in result["tools"] if self._open(t["name"], principal)]
            return {**result, "tools": tools}
        return result

    def _open(self, tool: str, principal: Principal) -> bool:
        return not self._rules.missing([TurnRequest("tools/call", tool)], principal)


def _needed(tool: TaskTool) -> str:
    return READ if tool.annotations and tool.annotations.read_only_hint else WRITE


def _tool(ctx: ServerRequestContext[Any, Any]) -> str | None:
    name = (ctx.params or {}).get("name")
    return name if ctx.method == "tools/call" and isinstance(name, str) else None


def _lacking(missing: tuple[str, ...]) -> str:
    return f"The token lacks the scope {' '.join(missing)}."
