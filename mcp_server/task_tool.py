"""A tool as this server publishes and answers it, on top of the SDK's."""

from collections.abc import Mapping
from typing import Any

from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError, UnexpectedToolError
from mcp.server.mcpserver.tools import Tool
from mcp_types import CallToolResult, TextContent
from pydantic import ValidationError

from db.errors import TaskNotFound, TodoError
from mcp_server.results import Result
from mcp_server.task_lookup import NoTaskNamed

_LOOK = " list_tasks shows what there is."
# What a model can do about a broken rule, said after the rule.
_HINTS: Mapping[type[TodoError], str] = {
    TaskNotFound: _LOOK,
    NoTaskNamed: _LOOK,
}
_PLAIN: Mapping[str, str] = {
    "extra_forbidden": "unknown argument",
    "missing": "is needed",
}


class TaskTool(Tool):
    """Refuses unknown arguments, answers in short lines, and says errors plainly."""

    @classmethod
    def from_function(cls, *args: Any, **options: Any) -> "TaskTool":
        """Build a tool from a function whose result is a `Result`."""
        tool = super().from_function(*args, **options)
        arguments = tool.fn_metadata.arg_model
        arguments.model_config["extra"] = "forbid"
        arguments.model_rebuild(force=True)
        tool.parameters = _compact(arguments.model_json_schema())
        tool.fn_metadata.output_schema = _compact(tool.fn_metadata.output_schema)
        return cls(**{name: getattr(tool, name) for name in cls.model_fields})

    async def run(
        self,
        arguments: dict[str, Any],
        context: Context[Any, Any],
        convert_result: bool = False,
    ) -> Any:
        """Run the tool.

        Raises:
            ToolError: A rule was broken; the text is meant for the model.
            UnexpectedToolError: Something else failed; the text says nothing about it.

        """
        try:
            result = await super().run(arguments, context, convert_result=False)
        except ToolError as error:
            raise _plain(error) from error
        # What is no result is a question to the user, which the SDK passes on.
        answered = convert_result and isinstance(result, Result)
        return _answer(result) if answered else result


def _answer(result: Result) -> CallToolResult:
    return CallToolResult(
        content=[TextContent(type="text", text=result.text())],
        structured_content=result.model_dump(mode="json"),
    )


def _plain(error: ToolError) -> ToolError:
    match error.__cause__:
        case ValidationError() as cause if not isinstance(error, UnexpectedToolError):
            return ToolError("; ".join(_complaint(detail) for detail in cause.errors()))
        case TodoError() as cause:
            return ToolError(f"{cause}{_HINTS.get(type(cause), '')}")
        case _:
            return error


def _complaint(detail: Any) -> str:
    place = ".".join(str(part) for part in detail["loc"])
    reason = detail["ctx"]["error"] if "error" in detail.get("ctx", {}) else detail["msg"]
    return f"{place}: {_PLAIN.get(detail['type'], reason)}"


def _compact(schema: Any) -> Any:
    """Drop the titles that are made from names: they cost tokens and say nothing."""
    if isinstance(schema, list):
        return [_compact(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        name: _compact(part)
        for name, part in schema.items()
        if not (name == "title" and isinstance(part, str))
    }
