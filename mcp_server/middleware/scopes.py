"""Scopes: `tasks:read` for reading, `tasks:write` for changing."""

from collections.abc import Iterable, Mapping
from typing import Any

from mcp.server.context import CallNext, HandlerResult, ServerRequestContext
from mcp.shared.exceptions import MCPError
from mcp_types import INVALID_REQUEST, ListToolsResult
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from auth.principal import Principal
from mcp_server.context import State, principal_of
from mcp_server.middleware.body import RpcCall
from mcp_server.middleware.error_responses import Challenge
from mcp_server.task_tool import TaskTool

READ = "tasks:read"
WRITE = "tasks:write"
SCOPES = (READ, WRITE)

_READING = frozenset(
    {"resources/read", "subscriptions/listen", "prompts/get", "completion/complete"}
)


class ScopeRules:
    """The scope that each request needs, by the tools' `read_only_hint`."""

    def __init__(self, tools: Iterable[TaskTool]) -> None:
        self._needed: Mapping[str, str] = {tool.name: _needed(tool) for tool in tools}

    def needed(self, call: RpcCall) -> str | None:
        """Return the scope that a call needs, or None if it needs none."""
        if call.tool is not None:
            return self._needed.get(call.tool)
        return READ if call.method in _READING else None

    def missing(self, calls: Iterable[RpcCall], principal: Principal) -> tuple[str, ...]:
        """Return the scopes that calls need and the token lacks."""
        needed = {self.needed(call) for call in calls} - principal.scopes
        return tuple(scope for scope in SCOPES if scope in needed)

    def writes(self, calls: Iterable[RpcCall]) -> bool:
        """Return whether any of the calls may change something."""
        return any(self.needed(call) == WRITE for call in calls)


class RequireScopes:
    """Answer 403 to a request whose token lacks a scope (RFC 6750, 3.1)."""

    def __init__(self, app: ASGIApp, rules: ScopeRules, challenge: Challenge) -> None:
        self._app = app
        self._rules = rules
        self._challenge = challenge

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 403."""
        if scope["type"] == "http":
            principal: Principal = scope["principal"]
            missing = self._rules.missing(scope["rpc_calls"], principal)
            if missing:
                # A client requests just these from its issuer, so those it has are among them.
                required = tuple(s for s in SCOPES if s in {*missing, *principal.scopes})
                refused = self._challenge.forbidden(required, _lacking(missing))
                await refused(scope, receive, send)
                return
        await self._app(scope, receive, send)


class ScopedTools:
    """Lists and runs only the tools whose scope the token has."""

    def __init__(self, rules: ScopeRules) -> None:
        self._rules = rules

    async def __call__(
        self, ctx: ServerRequestContext[State, Request], call_next: CallNext
    ) -> HandlerResult:
        """Handle one request.

        Raises:
            MCPError: The token lacks the scope of the call.
        """
        call = RpcCall(ctx.method, _tool(ctx))
        if ctx.method != "tools/list" and self._rules.needed(call) is None:
            return await call_next(ctx)
        principal = await principal_of(ctx.request, ctx.lifespan_context)
        if missing := self._rules.missing([call], principal):
            raise MCPError(INVALID_REQUEST, _lacking(missing))
        result = await call_next(ctx)
        return self._allowed(result, principal) if ctx.method == "tools/list" else result

    def _allowed(self, result: HandlerResult, principal: Principal) -> HandlerResult:
        if isinstance(result, ListToolsResult):
            tools = [t for t in result.tools if self._is_allowed(t.name, principal)]
            return result.model_copy(update={"tools": tools})
        if isinstance(result, dict) and "tools" in result:
            tools = [t for t in result["tools"] if self._is_allowed(t["name"], principal)]
            return {**result, "tools": tools}
        return result

    def _is_allowed(self, tool: str, principal: Principal) -> bool:
        return not self._rules.missing([RpcCall("tools/call", tool)], principal)


def _needed(tool: TaskTool) -> str:
    return READ if tool.annotations and tool.annotations.read_only_hint else WRITE


def _tool(ctx: ServerRequestContext[Any, Any]) -> str | None:
    name = (ctx.params or {}).get("name")
    return name if ctx.method == "tools/call" and isinstance(name, str) else None


def _lacking(missing: tuple[str, ...]) -> str:
    return f"The token lacks the scope {' '.join(missing)}."
