"""The official conformance suite, run against the server on a socket of its own."""

import json
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mcp_server.middleware.header_timeout import HeaderTimeoutProtocol
from tests.clients.installed import PACKAGES, command_of
from tests.clients.running import run
from tests.serving import listen, port_of, serving

PACKAGE = "@modelcontextprotocol/conformance"
EXPECTED_FAILURES = Path(__file__).with_name("expected-failures.yml")

_RESULTS = re.compile(r"server-(.+)-\d{4}-\d\d-\d\dT.*")
_NAMED = ("name", "uri")


@dataclass(frozen=True)
class Check:
    """One check of a scenario, as the suite reports it."""

    id: str
    status: str


@dataclass
class Door:
    """Lets the suite in, which can't send a header, and notes what it asks for.

    `asked` holds the methods, and the names of tools, prompts and resources.
    """

    app: ASGIApp
    token: Callable[[], str]
    asked: set[str] = field(default_factory=set)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on with a token."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        scope = {**scope, "headers": list(scope["headers"])}
        MutableHeaders(scope=scope)["authorization"] = f"Bearer {self.token()}"
        body = bytearray()

        async def listening() -> Message:
            message = await receive()
            body.extend(message.get("body", b""))
            return message

        await self.app(scope, listening, send)
        self._note(bytes(body))

    def _note(self, body: bytes) -> None:
        try:
            request = json.loads(body)
        except ValueError:
            return
        if isinstance(request, dict):
            params = request.get("params") or {}
            self.asked.add(str(request.get("method")))
            self.asked.update(str(params[key]) for key in _NAMED if key in params)


@asynccontextmanager
async def served(door: Door) -> AsyncIterator[str]:
    """Serve until the block ends, and yield the URL."""
    listener = listen()
    async with serving(door, listener, http=HeaderTimeoutProtocol):
        yield f"http://127.0.0.1:{port_of(listener)}/mcp"


def required(revision: str) -> set[str]:
    """The scenarios that a server of this revision is scored by."""
    folder = PACKAGES / "node_modules" / PACKAGE / "requirements"
    return set(yaml.safe_load((folder / f"{revision}.yaml").read_text("utf-8"))["server"])


async def run_suite(url: str, revision: str, results: Path) -> tuple[int, str]:
    """Run all that a revision requires; return the suite's verdict and what it says."""
    status, output, complaints = await run(
        [
            *command_of(PACKAGE, "conformance"),
            *("server", "--url", url, "--requirements", revision),
            *("--expected-failures", str(EXPECTED_FAILURES), "--output-dir", str(results)),
        ]
    )
    return status, output + complaints


def saved_checks(results: Path) -> dict[str, list[Check]]:
    """Read what the suite saved, by scenario."""
    return {
        found[1]: [_check(check) for check in json.loads((folder / "checks.json").read_bytes())]
        for folder in results.iterdir()
        if (found := _RESULTS.fullmatch(folder.name))
    }


def _check(saved: dict[str, Any]) -> Check:
    return Check(saved["id"], saved["status"])
