"""The MCP tools as one turn's agent sees them."""

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

_TOKEN_SECONDS = 60
_RENEW_AFTER = 40


@dataclass(frozen=True)
class ToolOutcome:
    """What a tool said, as the client and the history keep it."""

    result: dict[str, Any]
    is_error: bool


class TurnTools(MCPServer):
    """The tools for one user and turn, over the service that all turns share.

    Identity is a token minted for this user; the model has no say in it. Every call carries the
    idempotency key `key_root:call`. A turn that is tried again has the root of the first try, and
    gives a call that was `written` then the key it had: the answer is replayed.
    """

    def __init__(
        self,
        service: McpClient,
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
        self._service = service
        self._minter = minter
        self._audience = audience
        self._user_id = user_id
        self._turn_id = turn_id
        self._timezone = timezone
        self._token = ""
        self._minted_at = float("-inf")
        self._key_root = key_root
        self._written = list(written)
        self._calls: dict[str, str] = {}
        self._in_order = asyncio.Lock()
        self._outcomes: dict[str, ToolOutcome] = {}

    def outcome(self, call_id: str) -> ToolOutcome | None:
        """Return what the tool said to a call, if the call reached it."""
        return self._outcomes.get(call_id)

    @property
    def name(self) -> str:
        """Name the server in the SDK's messages."""
        return "todochat"

    async def connect(self) -> None:
        """Do nothing: requests need no session."""

    async def cleanup(self) -> None:
        """Do nothing: the service outlives the turn."""

    async def list_tools(
        self, run_context: RunContextWrapper[Any] | None = None, agent: AgentBase | None = None
    ) -> list[Tool]:
        """Return the tools.

        Raises:
            ToolServiceUnavailable: The MCP server can't be reached.

        """
        return await self._service.list_tools(self._bearer())

    async def call_tool(
        self,
        tool_name: str,
        arguments: dict[str, Any] | None,
        meta: dict[str, Any] | None = None,
    ) -> CallToolResult:
        """Call a tool and remember its outcome.

        Raises:
            ToolServiceUnavailable: The MCP server can't be reached.

        """
        sent = meta or {}
        # The agent sends the calls of one answer all at once; tasks get their numbers in its order.
        async with self._in_order:
            said = await self._service.call(tool_name, arguments or {}, sent, self._bearer())
        outcome = _outcome(said)
        self._outcomes[self._calls[sent[IDEMPOTENCY_META]]] = outcome
        return _readable(said, outcome)

    async def list_prompts(self) -> ListPromptsResult:
        """Return none: the agent uses tools only."""
        return ListPromptsResult(prompts=[])

    async def get_prompt(
        self, name: str, arguments: dict[str, Any] | None = None
    ) -> GetPromptResult:
        """Refuse: there are no prompts here."""
        raise NotImplementedError(name)

    def _meta(self, context: MCPToolMetaContext) -> dict[str, Any]:
        call = context.run_context
        call_id = call.tool_call_id if isinstance(call, ToolContext) else ""
        known = self._written_before(context.tool_name, context.arguments or {})
        key = f"{self._key_root}:{known or call_id}"
        self._calls[key] = call_id
        return {IDEMPOTENCY_META: key}

    def _written_before(self, tool: str, arguments: dict[str, Any]) -> str | None:
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
                lifetime=_TOKEN_SECONDS,
                timezone=self._timezone,
                turn_id=str(self._turn_id),
            )
            self._minted_at = time.monotonic()
        return self._token


def _readable(answer: CallToolResult, outcome: ToolOutcome) -> CallToolResult:
    """Give an error the text that the history gives it later: the SDK shows no structure of one."""
    if not outcome.is_error:
        return answer
    text = TextContent(type="text", text=ToolError.of(outcome.result).text())
    return answer.model_copy(update={"content": [text]})


def _outcome(answer: CallToolResult) -> ToolOutcome:
    text = "\n".join(part.text for part in answer.content if isinstance(part, TextContent))
    if answer.is_error:
        error = ToolError.of_content(answer.structured_content, text)
        return ToolOutcome(error.result(), is_error=True)
    return ToolOutcome(answer.structured_content or {"text": text}, is_error=False)
