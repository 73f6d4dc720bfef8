"""Servers that others build for the same work, as processes with environments of their own."""

import sys
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import orjson

from tests.bench.client import Request, Target
from tests.bench.model import LAST_WORD
from tests.bench.seeding import database
from tests.bench.services import Installation, Process, environment
from tests.processes import free_port

AI_SDK = "Vercel AI SDK"
AI_SDK_CHAT = "Vercel AI SDK, chat"
OBVIOUS = "obvious stack"
BARE_RUNNER = "bare Agents SDK"

_PROGRAMS = Path(__file__).parent / "peers"
_PREFIX = Path(sys.prefix)
_NODE = _PREFIX / "bin" / "node"
_PYTHON = _PREFIX / "clients" / "peers" / "bin" / "python"
_WHOLE = (LAST_WORD.encode(), b"event: done")
_JSON = {"content-type": "application/json"}
_CONVERSATIONS = 200


@dataclass(frozen=True)
class Peer:
    """A running peer; `processes` has the ids by the component that each stands for."""

    name: str
    processes: dict[str, int]
    path: str
    conversations: tuple[int, ...] = ()

    def chat(self, message: str) -> Target:
        """Return its chat."""

        def request(client: int, sent: int) -> Request:
            body: dict[str, object] = {"message": message}
            path = self.path
            if self.conversations:
                number = (client + sent) % len(self.conversations)
                body["conversation_id"] = self.conversations[number]
                path = path.format(user=f"user-{number}")
            return Request(path, _JSON, orjson.dumps(body))

        return Target(request, first=b"event: delta", whole=_WHOLE)


async def start_peers(made: Installation) -> list[Peer]:
    """Start all of them; they stop with the installation, whose model they ask."""
    return [
        await _ai_sdk(made, AI_SDK, "responses"),
        await _ai_sdk(made, AI_SDK_CHAT, "chat"),
        await _bare_runner(made),
        await _obvious_stack(made),
    ]


async def _ai_sdk(made: Installation, name: str, api: str) -> Peer:
    port = str(free_port())
    command = [str(_NODE), str(_PROGRAMS / "ai_sdk.mjs"), port, api]
    process = await made.start(command, port, _variables(made) | {"NODE_ENV": "production"})
    return Peer(name, {"API": process.pid}, f"{process.url}/chat")


async def _bare_runner(made: Installation) -> Peer:
    process = await _python(made, "bare_runner:app", {})
    return Peer(BARE_RUNNER, {"API": process.pid}, f"{process.url}/chat")


async def _obvious_stack(made: Installation) -> Peer:
    async with database(made.database_url) as connection:
        await connection.execute("create database obvious")
    url = made.database_url.replace("postgresql://", "postgresql+asyncpg://")
    shared = {"PEER_DATABASE_URL": url.replace("/todochat?", "/obvious?")}
    mcp = await _python(made, "obvious_mcp:app", shared)
    api = await _python(made, "obvious_api:app", shared | {"PEER_MCP_URL": f"{mcp.url}/mcp"})
    conversations = await _conversations(api)
    processes = {"API": api.pid, "MCP server": mcp.pid, "Postgres": made.postgres}
    return Peer(OBVIOUS, processes, f"{api.url}/users/{{user}}/chat", conversations)


async def _conversations(api: Process) -> tuple[int, ...]:
    made: list[int] = []
    async with aiohttp.ClientSession(api.url) as client:
        for number in range(_CONVERSATIONS):
            async with client.post(f"/users/user-{number}/conversations") as response:
                made.append(await response.json())
    return tuple(made)


async def _python(made: Installation, app: str, variables: dict[str, str]) -> Process:
    port = str(free_port())
    options = ["--port", port, "--log-level", "warning", "--no-access-log"]
    command = [str(_PYTHON), "-m", "uvicorn", f"tests.bench.peers.{app}", *options]
    return await made.start(command, port, _variables(made) | variables, path="/")


def _variables(made: Installation) -> dict[str, str]:
    return {**environment(), "OPENAI_API_KEY": "sk-bench", "OPENAI_BASE_URL": made.model_url}
