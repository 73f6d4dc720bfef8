"""How an answer goes wrong on the wire, by name."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial

from starlette.types import Receive, Send

from tests.model_server.wire import Frame, identifier

SSE = "text/event-stream; charset=utf-8"
JSON = "application/json"
_NOISE = bytes(range(256)) * 4
_HTML = b"<html><body><h1>502 Bad Gateway</h1></body></html>"


@dataclass
class Exchange:
    """One request's answer, written frame by frame; to return without `end` cuts the socket."""

    receive: Receive
    send: Send
    frames: list[Frame]
    failed: list[Frame]
    content_type: str
    pause: float = 0

    async def start(
        self, status: int = 200, content_type: str | None = None, **headers: str
    ) -> None:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        all_headers = {
            "content-type": content_type or self.content_type,
            "x-request-id": identifier("req"),
            **named,
        }
        raw = [(name.encode(), value.encode()) for name, value in all_headers.items()]
        await self.send({"type": "http.response.start", "status": status, "headers": raw})

    async def write(self, data: bytes, more: bool = True) -> None:
        await self.send({"type": "http.response.body", "body": data, "more_body": more})

    async def play(self, frames: Sequence[Frame]) -> None:
        """Write frame by frame for as long as the client is there."""
        gone = asyncio.ensure_future(self.client_is_gone())
        for frame in frames:
            await self.write(frame.data)
            await asyncio.wait([gone], timeout=self.pause if frame.carries else 0)
            if gone.done():
                return
        gone.cancel()

    async def end(self) -> None:
        await self.write(b"", more=False)

    async def client_is_gone(self) -> None:
        while (await self.receive())["type"] != "http.disconnect":
            pass

    def half(self) -> list[Frame]:
        """Return the frames up to the middle of what the answer carries."""
        places = [place for place, frame in enumerate(self.frames) if frame.carries]
        return self.frames[: places[len(places) // 2] + 1] if places else self.frames[:1]


async def answer(exchange: Exchange) -> None:
    await exchange.start()
    await exchange.play(exchange.frames)
    await exchange.end()


async def refuse(
    exchange: Exchange,
    status: int,
    message: str = "No.",
    *,
    param: str | None = None,
    retry_after: str | None = None,
) -> None:
    problem = {"message": message, "type": "test_error", "param": param, "code": None}
    headers = {"retry_after": retry_after} if retry_after else {}
    if retry_after == "0":
        # The vendor's client takes a delay of zero seconds for none given and backs off by itself.
        headers["retry_after_ms"] = "1"
    await exchange.start(status, JSON, **headers)
    await exchange.write(json.dumps({"error": problem}).encode(), more=False)


async def _cut(exchange: Exchange) -> None:
    await exchange.start()
    await exchange.play(exchange.half())


async def _cut_at_the_end(exchange: Exchange) -> None:
    await exchange.start()
    await exchange.play(exchange.frames)


async def _unclosed(exchange: Exchange) -> None:
    await exchange.start()
    await exchange.play(exchange.frames)
    await exchange.client_is_gone()


async def _truncated(exchange: Exchange) -> None:
    await exchange.start()
    await exchange.play(exchange.half())
    await exchange.end()


async def _stall(exchange: Exchange) -> None:
    await exchange.start()
    await exchange.play(exchange.frames[:1])
    await exchange.client_is_gone()


async def _stall_before(exchange: Exchange) -> None:
    await exchange.client_is_gone()


async def _keep_alive(exchange: Exchange) -> None:
    await exchange.start()
    await exchange.play(exchange.frames[:1])
    gone = asyncio.ensure_future(exchange.client_is_gone())
    while not gone.done():
        await exchange.write(b": keep-alive\n\n")
        await asyncio.wait([gone], timeout=0.02)


async def _failed(exchange: Exchange) -> None:
    await exchange.start()
    await exchange.play(exchange.failed)
    await exchange.end()


async def _bytes(exchange: Exchange, data: bytes, content_type: str) -> None:
    await exchange.start(content_type=content_type)
    await exchange.write(data, more=False)


FAULTS: dict[str, Callable[[Exchange], Awaitable[None]]] = {
    **{
        str(status): partial(refuse, status=status)
        for status in (400, 401, 403, 404, 409, 422, 500, 503)
    },
    "429": partial(refuse, status=429, retry_after="7"),
    "429-once": partial(refuse, status=429, retry_after="0"),
    "500-once": partial(refuse, status=500, retry_after="0"),
    "stall": _stall,
    "stall-before": _stall_before,
    "keep-alive": _keep_alive,
    "cut": _cut,
    "cut-tool": _cut,
    "cut-at-the-end": _cut_at_the_end,
    "unclosed": _unclosed,
    "truncated": _truncated,
    "failed": _failed,
    "garbage": partial(_bytes, data=_NOISE, content_type=SSE),
    "broken-json": partial(_bytes, data=b'data: {"id": "resp_1", "obj\n\n', content_type=SSE),
    "wrong-shape": partial(_bytes, data=b'data: {"choices": 5}\n\n', content_type=SSE),
    "html": partial(_bytes, data=_HTML, content_type="text/html"),
}
