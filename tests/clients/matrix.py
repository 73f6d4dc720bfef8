"""The clients that others wrote, and how each of them comes."""

from dataclasses import dataclass
from itertools import product
from typing import Literal

from tests.clients.installed import (
    LOCKS,
    OUR_LOCK,
    PACKAGES,
    locked_npm_version,
    locked_version,
    node,
    python_of,
)

Transport = Literal["HTTP", "stdio"]

LEGACY, MODERN = "2025-11-25", "2026-07-28"
TRANSPORTS: tuple[Transport, ...] = ("HTTP", "stdio")


@dataclass(frozen=True)
class Client:
    """One client library, the program that uses it, and the environment that has it."""

    package: str
    environment: Literal["ours", "mcp1", "fastmcp", "node"]
    program: str
    revisions: tuple[str, ...]

    @property
    def version(self) -> str:
        """The version that is locked, and so the one that runs."""
        match self.environment:
            case "node":
                return locked_npm_version(self.package)
            case "ours":
                return locked_version(OUR_LOCK, self.package)
            case other:
                return locked_version(LOCKS / f"{other}.lock", self.package)

    def command(self) -> list[str]:
        """The command line that runs the program, from the root of the project."""
        if self.environment == "node":
            return [node(), str(PACKAGES / self.program)]
        return [python_of(self.environment), "-m", f"tests.clients.programs.{self.program}"]


@dataclass(frozen=True)
class Row:
    """One client, speaking one revision over one transport."""

    client: Client
    revision: str
    transport: Transport

    def __str__(self) -> str:
        return f"{self.client.package} {self.client.version}, {self.revision}, {self.transport}"


CLIENTS = (
    Client("openai-agents", "ours", "agents_sdk", (MODERN,)),
    Client("mcp", "ours", "python_sdk", (LEGACY, MODERN)),
    Client("mcp", "mcp1", "python_sdk_1", (LEGACY,)),
    Client("fastmcp", "fastmcp", "fast_client", (LEGACY, MODERN)),
    Client("@modelcontextprotocol/sdk", "node", "typescript_sdk.mjs", (LEGACY,)),
    Client("@modelcontextprotocol/client", "node", "typescript_client.mjs", (LEGACY, MODERN)),
)

ROWS = tuple(
    Row(client, revision, transport)
    for client, transport in product(CLIENTS, TRANSPORTS)
    for revision in client.revisions
)
