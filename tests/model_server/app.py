"""The server's state and its routes."""

import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from tests.model_server import faults
from tests.model_server.chat_wire import CHAT
from tests.model_server.responses_wire import RESPONSES
from tests.model_server.script import Answer, Prompt, improvise
from tests.model_server.wire import Frame, Json, Wire


@dataclass(frozen=True)
class Seen:
    """A request as it arrived; `client` names the TCP connection it came on."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]
    client: tuple[str, int]


class ModelServer:
    """Answers from the script while it lasts, then by the user's words (see `script`).

    Attributes:
        url: Base URL to give to a client, ending in `/v1`.
        requests: Every model request so far, the oldest first.
        models: What it lists.
        app: The ASGI application.
    """

    def __init__(self, url: str = "") -> None:
        self.url = url
        self.requests: list[Seen] = []
        self.models: list[dict[str, Any]] = [{"id": "gpt-6.1-terra", "object": "model"}]
        self._script: deque[Answer] = deque()
        self._failed: set[tuple[str, Prompt]] = set()
        self._under_way = 0
        self._ended = asyncio.Condition()
        self.app = Starlette(
            routes=[
                Route("/v1/responses", _Endpoint(self, RESPONSES)),
                Route("/v1/chat/completions", _Endpoint(self, CHAT)),
                Route("/v1/models", self._list_models),
                Route("/requests", self._show_requests),
            ]
        )

    @property
    def connections(self) -> int:
        """How many TCP connections the requests came on."""
        return len({seen.client for seen in self.requests})

    def script(self, *answers: Answer) -> None:
        """Queue answers for the next requests, one each."""
        self._script.extend(answers)

    def reset(self) -> None:
        """Forget the requests and the rest of the script."""
        self.requests.clear()
        self._script.clear()
        self._failed.clear()

    def next_answer(self, prompt: Prompt) -> Answer:
        return self._script.popleft() if self._script else improvise(prompt)

    def fails_now(self, fault: str, prompt: Prompt) -> bool:
        """Tell whether a fault applies: one that happens once spares the same prompt's retry."""
        if not fault.endswith("-once"):
            return fault in faults.FAULTS
        self._failed ^= {(fault, prompt)}
        return (fault, prompt) in self._failed

    async def idle(self) -> None:
        """Wait until no request is being answered, the stalled ones included."""
        async with self._ended:
            await self._ended.wait_for(lambda: self._under_way == 0)

    @asynccontextmanager
    async def answering(self) -> AsyncIterator[None]:
        self._under_way += 1
        try:
            yield
        finally:
            self._under_way -= 1
            async with self._ended:
                self._ended.notify_all()

    async def _list_models(self, _: Request) -> JSONResponse:
        return JSONResponse({"object": "list", "data": self.models})

    async def _show_requests(self, _: Request) -> JSONResponse:
        return JSONResponse([seen.body for seen in self.requests])


@dataclass(frozen=True, eq=False)
class _Endpoint:
    server: ModelServer
    wire: Wire

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = await self._record(Request(scope, receive))
        prompt = self.wire.prompt(body)
        answer = self.server.next_answer(prompt)
        streams = bool(body.get("stream"))
        exchange = faults.Exchange(
            receive=receive,
            send=send,
            frames=self._frames(answer, body, streams),
            failed=self.wire.failed(body),
            content_type=faults.SSE if streams else faults.JSON,
            pause=answer.pause,
        )
        async with self.server.answering():
            if refusal := self.wire.refusal(body):
                await faults.refuse(exchange, 400, refusal.message, param=refusal.param)
            elif answer.fault and self.server.fails_now(answer.fault, prompt):
                await faults.FAULTS[answer.fault](exchange)
            else:
                await faults.answer(exchange)

    async def _record(self, request: Request) -> Json:
        body: Json = await request.json()
        client = request.client
        seen = Seen(
            path=request.url.path,
            headers=dict(request.headers),
            body=body,
            client=(client.host, client.port) if client else ("", 0),
        )
        self.server.requests.append(seen)
        return body

    def _frames(self, answer: Answer, body: Json, streams: bool) -> list[Frame]:
        if streams:
            return self.wire.stream(answer, body)
        data = json.dumps(self.wire.whole(answer, body)).encode()
        middle = len(data) // 2
        return [Frame(data[:middle]), Frame(data[middle:])]
