"""The MCP tools of one turn, for the Agents SDK."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from agents import AgentBase
from agents.mcp import MCPServer, MCPToolMetaContext
from agents.run_context import RunContextWrapper
from agents.tool_context import ToolContext
from mcp_types import CallToolResult, GetPromptResult, ListPromptsResult, TextContent, Tool

from auth.minting import TokenMinter
from chat_api.agent.mcp_client import McpClient
from chat_api.agent.tool_errors import ToolError
from db.idempotency import IDEMPOTENCY_META, StoredWrite

_TOKEN_LIFETIME = 60
_RENEW_AFTER = 40


@dataclass(frozen=True)
class ToolOutcome:
    """The result of a tool call, in the form that clients get and messages store."""

    result: dict[str, Any]
    is_error: bool


class TurnTools(MCPServer):
    """The tools of one user and turn, over the client that all turns share.

    A token minted for this user identifies the caller; the model can't change it. Every call has
    the idempotency key `key_root:call_id`. A retried turn has the root of the first attempt, and a
    call that was `written` there gets its key again: the server replays the result.
    """

    def __init__(
        self,
        client: McpClient,
        minter: TokenMinter,
        *,
        audience: str,
        user_id: str,
        turn_id: UUID,
        timezone: str,
        key_root: UUID,
        written: Sequence[StoredWrite] = (),
    ) -> None:
        super().__init__(
            use_structured_content=True,
            failure_error_function=None,
            tool_meta_resolver=self._meta,
        )
        self._client = client
        self._minter = minter
        self._audience = audience
        self._user_id = user_id
        self._turn_id = turn_id
        self._timezone = timezone
        self._token = ""
        self._minted_at = float("-inf")
        self._key_root = key_root
        self._written = list(written)
        self._call_ids: dict[str, str] = {}
        self._call_lock = asyncio.Lock()
        self._outcomes: dict[str, ToolOutcome] = {}

    def outcome(self, call_id: str) -> ToolOutcome | None:
        """Return the outcome of a call, if the call reached its tool."""
        return self._outcomes.get(call_id)

    @property
    def name(self) -> str:
        """The name of the server in the SDK's messages."""
        return "todochat"

    async def connect(self) -> None:
        """Do nothing: requests are stateless."""

    async def cleanup(self) -> None:
        """Do nothing: the client outlives the turn."""

    async def list_tools(
        self, run_context: RunContextWrapper[Any] | None = None, agent: AgentBase | None = None
    ) -> list[Tool]:
        """Return the tools.

        Raises:
            ToolServiceUnavailable: The MCP server can't be reached.

        """
        return await self._client.list_tools(self._bearer())

    async def call_tool(
        self,
        tool_name: str,
        arguments: dict[str, Any] | None,
        meta: dict[str, Any] | None = None,
    ) -> CallToolResult:
        """Call a tool and store its outcome.

        Raises:
            ToolServiceUnavailable: The MCP server can't be reached.

        """
        meta = meta or {}
        # The SDK runs the calls of one response concurrently; tasks are numbered in their order.
        async with self._call_lock:
            result = await self._client.call(tool_name, arguments or {}, meta, self._bearer())
        outcome = _outcome(result)
        self._outcomes[self._call_ids[meta[IDEMPOTENCY_META]]] = outcome
        return _readable(result, outcome)

    async def list_prompts(self) -> ListPromptsResult:
        """Return no prompts."""
        return ListPromptsResult(prompts=[])

    async def get_prompt(
        self, name: str, arguments: dict[str, Any] | None = None
    ) -> GetPromptResult:
        """Raise: there are no prompts."""
        raise NotImplementedError(name)

    def _meta(self, context: MCPToolMetaContext) -> dict[str, Any]:
        call = context.run_context
        call_id = call.tool_call_id if isinstance(call, ToolContext) else ""
        previous_id = self._previous_call_id(context.tool_name, context.arguments or {})
        key = f"{self._key_root}:{previous_id or call_id}"
        self._call_ids[key] = call_id
        return {IDEMPOTENCY_META: key}

    def _previous_call_id(self, tool: str, arguments: dict[str, Any]) -> str | None:
        for write in self._written:
            if (write.tool, write.arguments) == (tool, arguments):
                self._written.remove(write)
                return write.call_id
        return None

    def _bearer(self) -> str:
        if time.monotonic() - self._minted_at > _RENEW_AFTER:
            self._token = self._minter.mint(
                self._user_id,
                audience=self._audience,
                lifetime=_TOKEN_LIFETIME,
                timezone=self._timezone,
                turn_id=str(self._turn_id),
            )
            self._minted_at = time.monotonic()
        return self._token


def _readable(result: CallToolResult, outcome: ToolOutcome) -> CallToolResult:
    """Give an error the text that the history gives it later: the SDK shows no structure of one."""
    if not outcome.is_error:
        return result
    text = TextContent(type="text", text=ToolError.of(outcome.result).text())
    return result.model_copy(update={"content": [text]})


def _outcome(result: CallToolResult) -> ToolOutcome:
    text = "\n".join(part.text for part in result.content if isinstance(part, TextContent))
    if result.is_error:
        error = ToolError.of_content(result.structured_content, text)
        return ToolOutcome(error.result(), is_error=True)
    return ToolOutcome(result.structured_content or {"text": text}, is_error=False)
