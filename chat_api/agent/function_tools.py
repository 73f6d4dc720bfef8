"""The MCP tools as function tools of the Agents SDK, made once for all turns.

A run carries the tools of its turn as its context; a call is passed on to them.
"""

from typing import Any, Protocol

from agents import FunctionTool
from agents.tool_context import ToolContext
from mcp_types import Tool

# The turn itself gives the idempotency key, and a reply has no room for a second page.
_HIDDEN_ARGUMENTS = frozenset({"idempotency_key", "cursor"})
# The server enforces the bounds, and its error names the one that was exceeded. A schema keeps
# `additionalProperties`: model servers with constrained decoding need it.
_BOUNDS = frozenset(["minLength", "maxLength", "minimum", "maximum", "maxItems", "default"])


class ToolCaller(Protocol):
    """Calls tools for one turn."""

    async def call(self, name: str, arguments: str, call_id: str) -> str:
        """Call a tool with arguments as the model wrote them; return what the model reads."""


def function_tool(tool: Tool) -> FunctionTool:
    """Return the tool as the SDK calls it, with the context of the run as its caller."""

    async def invoke(context: ToolContext[ToolCaller], arguments: str) -> str:
        return await context.context.call(tool.name, arguments, context.tool_call_id)

    shown = for_model(tool)
    return FunctionTool(
        name=tool.name,
        description=tool.description or "",
        params_json_schema=shown.input_schema,
        on_invoke_tool=invoke,
        strict_json_schema=False,
    )


def for_model(tool: Tool) -> Tool:
    """Return the tool without the bounds, and without arguments that are hidden from models."""
    schema = dict(tool.input_schema)
    arguments = schema.get("properties", {})
    schema["properties"] = {
        name: argument for name, argument in arguments.items() if name not in _HIDDEN_ARGUMENTS
    }
    return tool.model_copy(update={"input_schema": _unbounded(schema)})


def _unbounded(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_unbounded(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    keywords = {name: part for name, part in schema.items() if name not in _BOUNDS}
    arguments = keywords.pop("properties", None)
    unbounded = {name: _unbounded(part) for name, part in keywords.items()}
    if arguments is None:
        return unbounded
    # An argument may have the name of a bound.
    return {**unbounded, "properties": {name: _unbounded(arguments[name]) for name in arguments}}
