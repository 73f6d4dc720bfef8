"""A server on a real socket that answers with streams and problems of a test's choice."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

CONVERSATION = "01999999-0000-7000-8000-000000000001"
TURN = "01999999-0000-7000-8000-000000000002"
IDS = {"conversation_id": CONVERSATION, "turn_id": TURN}
ADDED = {"task_id": 5, "status": "created", "title": "Buy groceries"}


def event(name: str, /, **data: Any) -> str:
    """Write one event of the stream."""
    return f"event: {name}\nid: 1\ndata: {json.dumps(data)}\n\n"


def reply(text: str) -> str:
    """The stream of a turn that only says something."""
    return (
        event("turn.started", **IDS, model="offline")
        + event("text.delta", delta=text)
        + event("turn.finished", **IDS, response=text, tool_calls=[], usage={})
    )


def added_a_task() -> str:
    """The stream of a turn that adds a task."""
    call = {"id": "call_1", "name": "add_task"}
    return (
        event("turn.started", **IDS, model="offline")
        + event("tool.called", **call, arguments={"title": "Buy groceries"})
        + event("tool.finished", **call, result=ADDED, is_error=False)
        + event("text.delta", delta="Added **Buy groceries** ")
        + event("text.delta", delta="as task 5.")
        + event("turn.finished", **IDS, response="…", tool_calls=[], usage={})
    )


@dataclass
class ScriptedServer:
    """What the server was sent, and where it is."""

    url: str = ""
    requests: list[dict[str, Any]] = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)


Answer = Callable[[BaseHTTPRequestHandler, ScriptedServer], None]


@contextmanager
def serving(answer: Answer) -> Iterator[ScriptedServer]:
    """Serve on a free port until the block ends."""
    scripted = ScriptedServer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer(self, scripted)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            headers = {name.lower(): text for name, text in self.headers.items()}
            sent = {"path": self.path, "headers": headers, "body": json.loads(body)}
            scripted.requests.append(sent)
            answer(self, scripted)

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        scripted.url = f"http://127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        try:
            yield scripted
        finally:
            scripted.released.set()
            server.shutdown()


@contextmanager
def streaming(*streams: str | bytes, then_stall: bool = False) -> Iterator[ScriptedServer]:
    """Answer every request with the next of these streams, the last one again and again."""

    def answer(handler: BaseHTTPRequestHandler, scripted: ScriptedServer) -> None:
        stream = streams[min(len(scripted.requests), len(streams)) - 1]
        handler.send_response(200)
        handler.send_header("content-type", "text/event-stream; charset=utf-8")
        handler.end_headers()
        handler.wfile.write(stream if isinstance(stream, bytes) else stream.encode())
        handler.wfile.flush()
        if then_stall:
            scripted.released.wait(10)

    with serving(answer) as scripted:
        yield scripted


@contextmanager
def answering(status: int, problem: Mapping[str, str] | str = "") -> Iterator[str]:
    """Answer every request with this status and problem; yields the URL."""

    def answer(handler: BaseHTTPRequestHandler, _: ScriptedServer) -> None:
        body = problem if isinstance(problem, str) else json.dumps(problem)
        handler.send_response(status)
        handler.send_header("content-type", "application/problem+json")
        handler.send_header("content-length", str(len(body.encode())))
        handler.end_headers()
        handler.wfile.write(body.encode())

    with serving(answer) as scripted:
        yield scripted.url
