"""Tells clients that their tasks changed, whichever replica changed them.

The streams are those of `subscriptions/listen`, which came with 2026-07-28: one answer to one
request, so no replica needs to know what another one has promised.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from mcp.server.context import CallNext, HandlerResult, ServerRequestContext
from mcp.server.mcpserver import Context
from mcp.server.subscriptions import SUBSCRIPTION_ID_META_KEY, ResourceUpdated, ServerEvent
from mcp.shared.exceptions import MCPError
from mcp_types import INVALID_REQUEST, SubscriptionsListenResult

from auth.principal import Principal
from db.errors import DatabaseUnavailable
from db.notifier import Notifier, tasks_topic
from mcp_server.context import ToolContext
from mcp_server.resources import TASK, TODAY
from mcp_server.task_session import protocol_session, task_session

_LISTEN = "subscriptions/listen"
_DISCOVER = "server/discover"
_MOST_STREAMS = 8
_PAGE = 100
_LOOK_SECONDS = 5.0
# A client that comes back brings its token again, which may have been revoked.
_LONGEST_SECONDS = 15 * 60.0


@dataclass(frozen=True)
class _Stream:
    """Who listens, and what they know: changes up to `after`, and a date."""

    ctx: ToolContext
    caller: Principal
    after: int
    today: date


_opening: ContextVar[_Stream] = ContextVar("opening")


class TaskNews:
    """The SDK's bus for subscriptions, and the middleware that tells it whose each stream is.

    An event of the SDK has no owner, so nothing is ever published: each stream follows the changes
    of its own user, as Postgres has them.
    """

    def __init__(self, notifier: Notifier) -> None:
        self._wakeups = notifier
        self._open: Counter[str] = Counter()

    async def publish(self, event: ServerEvent) -> None:
        """Tell nobody: changes are told by Postgres."""

    def subscribe(self, listener: Callable[[ServerEvent], None]) -> Callable[[], None]:
        """Follow the changes of whoever is opening a stream; return what ends it."""
        following = asyncio.create_task(self._follow(_opening.get(), listener))

        def end() -> None:
            following.cancel()

        return end

    async def __call__(
        self, ctx: ServerRequestContext[Any, Any], call_next: CallNext
    ) -> HandlerResult:
        """Open a stream for as long as its token is good; pass on everything else."""
        if ctx.method == _DISCOVER:
            return _without_lists(await call_next(ctx))
        if ctx.method != _LISTEN:
            return await call_next(ctx)
        stream = await self._stream(Context(request_context=ctx))
        user_id = stream.caller.user_id
        if self._open[user_id] >= _MOST_STREAMS:
            raise MCPError(INVALID_REQUEST, f"At most {_MOST_STREAMS} subscriptions at a time.")
        self._open[user_id] += 1
        token = _opening.set(stream)
        try:
            return await _while_good(stream, replace(ctx, params=_promised(ctx.params)), call_next)
        finally:
            _opening.reset(token)
            self._open -= Counter([user_id])

    async def _stream(self, ctx: ToolContext) -> _Stream:
        """Note where the user's changes end before anything is promised, so that none is missed."""
        async with protocol_session(ctx) as opened:
            after = await opened.tasks.last_change()
            return _Stream(ctx, opened.caller, after, await opened.today())

    async def _follow(self, stream: _Stream, listener: Callable[[ServerEvent], None]) -> None:
        async with self._wakeups.listening(tasks_topic(stream.caller.user_id)) as news:
            while True:
                known = stream.after
                with suppress(DatabaseUnavailable, MCPError):
                    stream = await _tell(stream, listener)
                # Changes are numbered without gaps: a full page is not the last.
                if stream.after - known < _PAGE:
                    await news.wait(_LOOK_SECONDS)


async def _tell(stream: _Stream, listener: Callable[[ServerEvent], None]) -> _Stream:
    """Name each resource that is another than it was; return what is known now."""
    async with task_session(stream.ctx) as opened:
        changes = await opened.tasks.changes(stream.after, limit=_PAGE)
        today = await opened.today()
    changed = {TASK.format(id=change.task_id) for change in changes}
    if changes or today != stream.today:
        changed.add(TODAY)
    for uri in sorted(changed):
        listener(ResourceUpdated(uri))
    after = changes[-1].id if changes else stream.after
    return replace(stream, after=after, today=today)


async def _while_good(
    stream: _Stream, ctx: ServerRequestContext[Any, Any], call_next: CallNext
) -> HandlerResult:
    """Serve a stream until its token expires, and close it in order then."""
    left = min(stream.caller.expires_at - time.time(), _LONGEST_SECONDS)
    with suppress(TimeoutError):
        async with asyncio.timeout(left):
            return await call_next(ctx)
    return SubscriptionsListenResult(_meta={SUBSCRIPTION_ID_META_KEY: ctx.request_id})


def _promised(params: Any) -> Any:
    """Leave of what is asked for what can come: our lists never change."""
    asked = (params or {}).get("notifications")
    if not isinstance(asked, dict):
        return params
    kept = {name: uris for name, uris in asked.items() if name == "resourceSubscriptions"}
    return {**params, "notifications": kept}


def _without_lists(result: HandlerResult) -> HandlerResult:
    """Take back what the SDK promises for whoever serves subscriptions."""
    if not isinstance(result, dict):
        return result
    offered = {
        name: {**part, "listChanged": False} if "listChanged" in part else part
        for name, part in result["capabilities"].items()
    }
    return {**result, "capabilities": offered}
