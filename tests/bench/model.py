"""A model that costs little: `python -m tests.bench.model` prints the address it serves at.

It speaks the wire formats of `tests.model_server`. A message that begins with "add" or "list" is
answered by a tool call and, once its result is there, by forty tokens; any other by the tokens. A
message with `[paced 200 60]` is answered after 200 ms, with 60 ms between tokens.
"""

import asyncio
import re
import sys
from collections.abc import Awaitable, Callable
from dataclasses import replace

import uvloop
from aiohttp import web

from tests.model_server.chat_wire import CHAT
from tests.model_server.responses_wire import RESPONSES
from tests.model_server.script import Answer, Prompt, improvise
from tests.model_server.wire import Frame, Wire
from tests.serving import listen, port_of

LAST_WORD = "zzend."
_SENTENCE = ("This", "is", "what", "has", "changed", "on", "your", "list", "just", "now.")
TEXT = " ".join([*(_SENTENCE * 4)[:-1], LAST_WORD])

_PACE = re.compile(r"\[paced (\d+) (\d+)\]")
_HEADERS = {"content-type": "text/event-stream; charset=utf-8", "x-request-id": "req_bench"}


def answer_to(prompt: Prompt) -> Answer:
    """Return what the model answers."""
    answer = improvise(replace(prompt, text=_PACE.sub("", prompt.text)))
    return answer if answer.calls else Answer(text=TEXT)


def pace_of(prompt: Prompt) -> tuple[float, float]:
    """Return how long the first token takes, and each that follows, in seconds."""
    found = _PACE.search(prompt.text)
    return (int(found[1]) / 1000, int(found[2]) / 1000) if found else (0.0, 0.0)


def _endpoint(wire: Wire) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def respond(request: web.Request) -> web.StreamResponse:
        body = await request.json()
        prompt = wire.prompt(body)
        response = web.StreamResponse(headers=_HEADERS)
        await response.prepare(request)
        await _write(response, wire.stream(answer_to(prompt), body), *pace_of(prompt))
        await response.write_eof()
        return response

    return respond


async def _write(
    response: web.StreamResponse, frames: list[Frame], first: float, next_one: float
) -> None:
    """Write each frame by itself, as a model does that computes one token after the other."""
    pause = first
    for frame in frames:
        if frame.carries:
            await asyncio.sleep(pause)
            pause = next_one
        await response.write(frame.data)
        await asyncio.sleep(0)


async def _serve() -> None:
    listener = listen()
    app = web.Application()
    app.router.add_post("/v1/responses", _endpoint(RESPONSES))
    app.router.add_post("/v1/chat/completions", _endpoint(CHAT))
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.SockSite(runner, listener, backlog=1024).start()
    sys.stdout.write(f"http://127.0.0.1:{port_of(listener)}/v1\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(_serve())
