"""Subscriptions to resources: clients are notified when their tasks change, on any replica.

A stream is the response to one `subscriptions/listen` request (revision 2026-07-28), so replicas
share no state about subscriptions.
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
from db.errors import DatabaseUnavailable, NoAuthority
from db.notifier import Notifier, tasks_topic
from mcp_server.context import ToolContext
from mcp_server.resources import TASK, TODAY
from mcp_server.task_session import protocol_session, task_session

_LISTEN = "subscriptions/listen"
_DISCOVER = "server/discover"
_MOST_STREAMS = 8
_PAGE = 100
_LOOK_SECONDS = 5.0
# A client that reconnects is authenticated again: its token may have been revoked.
_LONGEST_SECONDS = 15 * 60.0


@dataclass(frozen=True)
class _Stream:
    """A subscriber's stream: when it ends, the last change that was sent, and the date then."""

    ctx: ToolContext
    caller: Principal
    timeout: asyncio.Timeout
    after: int
    today: date


_opening: ContextVar[_Stream] = ContextVar("opening")


class TaskSubscriptions:
    """The SDK's subscription bus, and the middleware that binds each stream to its user.

    Events of the SDK have no owner, so none is published: each stream follows its own user's
    changes in Postgres.
    """

    def __init__(self, notifier: Notifier) -> None:
        self._notifier = notifier
        self._open: Counter[str] = Counter()

    async def publish(self, event: ServerEvent) -> None:
        """Do nothing: streams read the changes from Postgres."""

    def subscribe(self, listener: Callable[[ServerEvent], None]) -> Callable[[], None]:
        """Follow the changes of the user who is opening a stream; return what ends it."""
        task = asyncio.create_task(self._follow(_opening.get(), listener))

        def end() -> None:
            task.cancel()

        return end

    async def __call__(
        self, ctx: ServerRequestContext[Any, Any], call_next: CallNext
    ) -> HandlerResult:
        """Open a stream for as long as its token is valid; pass on every other request."""
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
            return await _until_expiry(
                stream, replace(ctx, params=_supported(ctx.params)), call_next
            )
        finally:
            _opening.reset(token)
            self._open -= Counter([user_id])

    async def _stream(self, ctx: ToolContext) -> _Stream:
        """Read the newest change before the stream is acknowledged, so that none is missed."""
        async with protocol_session(ctx) as opened:
            after = await opened.tasks.last_change()
            left = min(opened.caller.expires_at - time.time(), _LONGEST_SECONDS)
            timeout = asyncio.timeout(left)
            return _Stream(ctx, opened.caller, timeout, after, await opened.today())

    async def _follow(self, stream: _Stream, listener: Callable[[ServerEvent], None]) -> None:
        async with self._notifier.listening(tasks_topic(stream.caller.user_id)) as subscription:
            while True:
                previous = stream.after
                try:
                    stream = await _notify(stream, listener)
                except (DatabaseUnavailable, MCPError):
                    pass
                except NoAuthority:
                    stream.timeout.reschedule(asyncio.get_running_loop().time())
                    return
                # Changes are numbered without gaps: a full page is not the last.
                if stream.after - previous < _PAGE:
                    quiet = stream.after == previous
                    await subscription.wait(_LOOK_SECONDS, quiet=quiet)


async def _notify(stream: _Stream, listener: Callable[[ServerEvent], None]) -> _Stream:
    """Notify the listener of each resource that changed; return the stream's new position."""
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


async def _until_expiry(
    stream: _Stream, ctx: ServerRequestContext[Any, Any], call_next: CallNext
) -> HandlerResult:
    """Serve a stream until its token expires or is revoked, and end it with a result then."""
    with suppress(TimeoutError):
        async with stream.timeout:
            return await call_next(ctx)
    return SubscriptionsListenResult(_meta={SUBSCRIPTION_ID_META_KEY: ctx.request_id})


def _supported(params: Any) -> Any:
    """Drop subscriptions to lists of tools, prompts and resources, which never change."""
    requested = (params or {}).get("notifications")
    if not isinstance(requested, dict):
        return params
    resources = {name: uris for name, uris in requested.items() if name == "resourceSubscriptions"}
    return {**params, "notifications": resources}


def _without_lists(result: HandlerResult) -> HandlerResult:
    """Remove the `listChanged` capabilities, which the SDK adds with subscriptions."""
    if not isinstance(result, dict):
        return result
    offered = {
        name: {**part, "listChanged": False} if "listChanged" in part else part
        for name, part in result["capabilities"].items()
    }
    return {**result, "capabilities": offered}
