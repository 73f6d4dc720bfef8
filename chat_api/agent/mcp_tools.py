"""The MCP tools of one turn: who calls them, and with which idempotency keys."""

import asyncio
import time
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
from agents import Agent, FunctionTool, RunContextWrapper, Tool
from agents.exceptions import ModelBehaviorError
from agents.models.interface import Model
from mcp_types import CallToolResult, TextContent

from auth.minting import TokenMinter
from chat_api.agent.foreign_text import has_foreign_text
from chat_api.agent.mcp_client import McpClient
from chat_api.agent.tool_errors import ToolError
from db.idempotency import IDEMPOTENCY_META, StoredWrite
from db.text_authors import USER_MESSAGE_META

_TOKEN_LIFETIME = 60
_RENEW_AFTER = 40


@dataclass(frozen=True)
class ToolOutcome:
    """The result of a tool call, in the form that clients get and messages store."""

    result: dict[str, Any]
    is_error: bool


@dataclass(frozen=True)
class CallingTurn:
    """The turn whose model calls tools.

    `message` is the user's. It is None if the model takes no orders from the text of tasks.
    """

    user_id: str
    turn_id: UUID
    timezone: str
    message: str | None


class TurnTools:
    """The tools of one user and turn, over the client that all turns share.

    A token minted for this user identifies the caller; the model can't change it. Every call has
    the idempotency key `key_root:call_id`. A retried turn has the root of the first attempt, and a
    call that was `written` there gets its key again: the server replays the result.

    A call that follows a result with text of others carries the user's message: the server refuses
    to write what that does not ask for.
    """

    def __init__(
        self,
        client: McpClient,
        minter: TokenMinter,
        *,
        audience: str,
        turn: CallingTurn,
        key_root: UUID,
        written: Sequence[StoredWrite] = (),
    ) -> None:
        self._client = client
        self._minter = minter
        self._audience = audience
        self._turn = turn
        self._token = ""
        self._minted_at = float("-inf")
        self._key_root = key_root
        self._has_read_others = False
        self._written = list(written)
        self._call_lock = asyncio.Lock()
        self._outcomes: dict[str, ToolOutcome] = {}

    def outcome(self, call_id: str) -> ToolOutcome | None:
        """Return the outcome of a call, if the call reached its tool."""
        return self._outcomes.get(call_id)

    async def functions(self) -> list[FunctionTool]:
        """Return the tools for the Agents SDK; the run's context must be this object.

        Raises:
            ToolServiceUnavailable: The MCP server can't be reached.
        """
        return await self._client.function_tools(self._bearer)

    async def call(self, name: str, arguments: str, call_id: str) -> str:
        """Call a tool with arguments as the model wrote them; return what the model reads.

        Raises:
            ModelBehaviorError: The arguments are no JSON object.
            ToolServiceUnavailable: The MCP server can't be reached.
        """
        values = _read_arguments(name, arguments)
        key = f"{self._key_root}:{self._previous_call_id(name, values) or call_id}"
        meta = {IDEMPOTENCY_META: key}
        # The model wrote this call before it read the results of others in the same response.
        if self._has_read_others and self._turn.message is not None:
            meta[USER_MESSAGE_META] = self._turn.message
        # The SDK runs the calls of one response concurrently; tasks are numbered in their order.
        async with self._call_lock:
            result = await self._client.call(name, values, meta, self._bearer())
        outcome = self._outcomes[call_id] = _outcome(result)
        self._has_read_others |= has_foreign_text(outcome.result)
        if outcome.is_error:
            return ToolError.of(outcome.result).text()
        return orjson.dumps(outcome.result).decode()

    def _previous_call_id(self, tool: str, arguments: dict[str, Any]) -> str | None:
        for write in self._written:
            if (write.tool, write.arguments) == (tool, arguments):
                self._written.remove(write)
                return write.call_id
        return None

    def _bearer(self) -> str:
        if time.monotonic() - self._minted_at > _RENEW_AFTER:
            self._token = self._minter.mint(
                self._turn.user_id,
                audience=self._audience,
                lifetime=_TOKEN_LIFETIME,
                timezone=self._turn.timezone,
                turn_id=str(self._turn.turn_id),
            )
            self._minted_at = time.monotonic()
        return self._token


class TaskAgent(Agent[TurnTools]):
    """An agent with the tools of its run's context.

    The runner describes and compares an agent's own tools several times in a run, but not those
    that it gets from an MCP server.
    """

    def for_turn(self, instructions: str, model: Model) -> "TaskAgent":
        """Return the agent of one turn.

        It is a copy: to check the same fields anew for each turn costs more than to verify its
        user's token.
        """
        agent = copy(self)
        agent.instructions, agent.model = instructions, model
        return agent

    async def get_mcp_tools(self, run_context: RunContextWrapper[TurnTools]) -> list[Tool]:
        """Return the tools of the turn.

        Raises:
            ToolServiceUnavailable: The MCP server can't be reached.
        """
        return [*await run_context.context.functions()]


def _read_arguments(name: str, arguments: str) -> dict[str, Any]:
    try:
        values = orjson.loads(arguments or "{}")
    except ValueError as error:
        raise ModelBehaviorError(f"the arguments of {name} are no JSON") from error
    if not isinstance(values, dict):
        raise ModelBehaviorError(f"the arguments of {name} are no JSON object")
    return values


def _outcome(result: CallToolResult) -> ToolOutcome:
    text = "\n".join(part.text for part in result.content if isinstance(part, TextContent))
    if result.is_error:
        error = ToolError.of_content(result.structured_content, text)
        return ToolOutcome(error.result(), is_error=True)
    return ToolOutcome(result.structured_content or {"text": text}, is_error=False)
