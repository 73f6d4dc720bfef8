"""What REST and MCP calls cost, and how many a second are answered: goal 5."""

import itertools
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

import aiohttp
import orjson

from auth.minting import TokenMinter
from chat_api.settings import ApiSettings
from chat_api.tokens import signing_ring
from tests.bench.client import Request, Target, load
from tests.bench.figures import Goal, Row, at_least, at_most
from tests.bench.run import Options
from tests.bench.seeding import User, seed_users
from tests.bench.services import Installation, installation
from tests.bench.usage import used

_AT_ONCE = 8
_PROTOCOL = "2026-07-28"
_META = {
    "io.modelcontextprotocol/protocolVersion": _PROTOCOL,
    "io.modelcontextprotocol/clientInfo": {"name": "bench", "version": "1"},
    "io.modelcontextprotocol/clientCapabilities": {},
}
_ACCESS_TOKEN = {"name": "bench", "scopes": ["tasks:read", "tasks:write"]}
_titles = itertools.count()


@dataclass(frozen=True)
class Call:
    """A kind of call, and what it may cost."""

    case: str
    target: Target
    cpu: Goal | None = None
    rate: Goal | None = None


async def calls(options: Options) -> AsyncIterator[Row]:
    """Measure each kind of call, alone and eight at once."""
    requests, rounds = options.choose(400, 150), options.choose(3, 2)
    async with installation() as made:
        kinds = await _kinds(made, await seed_users(made.database_url, _AT_ONCE))
        processes = {"API": made.offline.pid, "MCP": made.mcp.pid, "Postgres": made.postgres}
        costs: dict[str, list[tuple[float, float]]] = {kind.case: [] for kind in kinds}
        rates: dict[str, list[tuple[float, float]]] = {kind.case: [] for kind in kinds}
        for _, kind in itertools.product(range(rounds), kinds):
            await _load(kind, 1, 30)
            for at_once, found in ((1, costs), (_AT_ONCE, rates)):
                with used(processes) as usage:
                    rate = await _load(kind, at_once, requests)
                cpu = sum(usage.cpu.values()) * 1000 / requests
                found[kind.case].append((cpu if at_once == 1 else rate, usage.foreign_cores))
    for kind in kinds:
        cpu, foreign = min(costs[kind.case])
        yield _row(kind, "CPU of all processes", cpu, "ms", kind.cpu, foreign)
        rate, foreign = max(rates[kind.case])
        yield _row(kind, "calls a second", rate, "", kind.rate, foreign, _AT_ONCE)


async def _load(kind: Call, at_once: int, requests: int) -> float:
    loaded = await load(kind.target, at_once=at_once, requests=requests)
    if loaded.errors:
        raise RuntimeError(f"{kind.case}: {dict(loaded.errors)}")
    return loaded.rate


def _row(
    kind: Call,
    measure: str,
    value: float,
    unit: str,
    goal: Goal | None,
    foreign: float,
    at_once: int = 1,
) -> Row:
    return Row(
        bench="calls",
        subject="ours",
        case=kind.case,
        measure=measure,
        at_once=at_once,
        value=value,
        unit=unit,
        goal=goal,
        foreign_cores=foreign,
    )


async def _kinds(made: Installation, users: list[User]) -> list[Call]:
    api, mcp = made.offline.url, f"{made.mcp.url}/mcp"
    minter = TokenMinter(
        signing_ring(ApiSettings(TODOCHAT_DATA_DIR=made.folder)), made.variables["API_ISSUER"]
    )
    access_tokens = [await _access_token(api, user) for user in users]

    def signed(client: int) -> str:
        return minter.mint(users[client].name, audience=mcp)

    def new_task() -> dict[str, Any]:
        return {"title": f"Task number {next(_titles)}"}

    def tool(name: str, token: Callable[[int], str], arguments: Callable[[], Any]) -> Target:
        return Target(lambda client, _: tool_call(mcp, token(client), name, arguments()))

    return [
        Call("REST: list of tasks", rest(api, users, "tasks?limit=20"), at_most(1.5)),
        Call("REST: new task", rest(api, users, "tasks", new_task), at_most(2.0)),
        Call("REST: list of conversations", rest(api, users, "conversations")),
        Call(
            "MCP: add_task, signed token",
            tool("add_task", signed, new_task),
            at_most(3.0),
            at_least(600),
        ),
        Call(
            "MCP: add_task, access token",
            tool("add_task", access_tokens.__getitem__, new_task),
            at_most(3.0),
        ),
        Call("MCP: list_tasks, signed token", tool("list_tasks", signed, dict)),
    ]


def rest(
    api: str, users: list[User], path: str, body: Callable[[], dict[str, Any]] | None = None
) -> Target:
    """Return a route below a user's own; each client is another user."""

    def request(client: int, _: int) -> Request:
        user = users[client]
        url = f"{api}/api/{user.name}/{path}"
        if body is None:
            return Request(url, user.headers, method="GET")
        return Request(url, user.headers, orjson.dumps(body()))

    return Target(request)


def tool_call(url: str, token: str, tool: str, arguments: dict[str, Any]) -> Request:
    """Return a tool call of the stateless revision: one POST that is complete by itself."""
    parameters = {"name": tool, "arguments": arguments, "_meta": _META}
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": parameters}
    headers = {
        "authorization": f"Bearer {token}",
        "accept": "application/json, text/event-stream",
        "content-type": "application/json",
        "mcp-protocol-version": _PROTOCOL,
        "mcp-method": "tools/call",
        "mcp-name": tool,
    }
    return Request(url, headers, orjson.dumps(body))


async def _access_token(api: str, user: User) -> str:
    url = f"{api}/api/{user.name}/access-tokens"
    async with (
        aiohttp.ClientSession(headers=user.headers) as client,
        client.post(url, json=_ACCESS_TOKEN) as response,
    ):
        token: str = (await response.json())["token"]
        return token
