"""Which component of the API a sampled stack belongs to."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Component:
    """A part of the API, and what the paths of its files hold."""

    name: str
    paths: tuple[str, ...]


COMPONENTS = (
    Component("JSON", ("json/encoder", "json/decoder", "orjson")),
    Component("database: SQLAlchemy, asyncpg", ("sqlalchemy/", "asyncpg/", "sqlmodel/", "(db/")),
    Component("verifying and minting tokens", ("jwt/", "cryptography/", "(auth/")),
    Component("MCP client", ("chat_api/agent/mcp_", "agents/mcp/", "(mcp/", "mcp_types/")),
    Component(
        "our model client",
        (
            "chat_api/agent/openai_model",
            "chat_api/agent/openai_client",
            "chat_api/agent/chat_wire",
            "chat_api/agent/responses_wire",
            "chat_api/agent/response_events",
            "chat_api/agent/event_stream",
            "aiohttp/",
        ),
    ),
    Component("the vendor's client", ("(openai/", "httpx2/", "httpcore2/")),
    Component("the Agents SDK's runner", ("(agents/",)),
    Component("the built-in assistant", ("chat_api/assistant/",)),
    Component("the turn: agent, events, saving", ("chat_api/turns/", "chat_api/agent/")),
    Component(
        "web layer: uvicorn, starlette, FastAPI",
        ("uvicorn/", "starlette/", "fastapi/", "h11/", "sse_starlette/", "chat_api/"),
    ),
)
REST = "event loop and the rest"
# Below everything that the process does, so they say nothing.
_ROOTS = ("uvicorn/server", "uvicorn/_compat", "chat_api/server", "chat_api/__main__")


def component_of(stack: str) -> str:
    """Return the component of a stack, given as frames of `function (path:line)`.

    It is that of the innermost frame whose file belongs to one: a library that several components
    call counts for its caller.
    """
    for frame in reversed(stack.split(";")):
        if any(root in frame for root in _ROOTS):
            continue
        for component in COMPONENTS:
            if any(path in frame for path in component.paths):
                return component.name
    return REST


def shares(folded: Iterable[str]) -> dict[str, float]:
    """Return each component's share of the samples, the largest first.

    `folded` are the lines of a profile, each of a stack and the number of its samples.
    """
    counts: Counter[str] = Counter()
    for line in folded:
        stack, _, count = line.rpartition(" ")
        counts[component_of(stack)] += int(count)
    total = counts.total()
    return {name: count / total for name, count in counts.most_common()}
