"""A tool as a model is shown it: what the model can't use costs tokens and invites invention."""

from typing import Any

from mcp_types import Tool

# Retries are keyed by the turn itself, and a reply has no room for a second page.
_NOT_FOR_MODELS = frozenset({"idempotency_key", "cursor"})
# The server holds arguments to its bounds, and says so plainly when they are passed.
# That there are no other arguments stays: servers that hold a model to the schema go by it.
_BOUNDS = frozenset(["minLength", "maxLength", "minimum", "maximum", "maxItems", "default"])


def for_model(tool: Tool) -> Tool:
    """Return the tool without arguments that are not a model's to give, and without bounds."""
    shown = dict(tool.input_schema)
    arguments = shown.get("properties", {})
    shown["properties"] = {
        name: schema for name, schema in arguments.items() if name not in _NOT_FOR_MODELS
    }
    return tool.model_copy(update={"input_schema": _unbounded(shown)})


def _unbounded(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_unbounded(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {name: part for name, part in schema.items() if name not in _BOUNDS}
    named = kept.pop("properties", None)
    bare = {name: _unbounded(part) for name, part in kept.items()}
    if named is None:
        return bare
    # An argument may be called what a bound is called.
    return {**bare, "properties": {name: _unbounded(part) for name, part in named.items()}}
