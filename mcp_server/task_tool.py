"""A tool as this server publishes and answers it, on top of the SDK's."""

import logging
import time
from typing import Any

from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError, UnexpectedToolError
from mcp.server.mcpserver.tools import Tool
from mcp_types import CallToolResult, TextContent
from pydantic import ValidationError

from db.errors import TodoError
from db.idempotency import AlreadyWritten
from db.telemetry.metrics import metrics
from mcp_server.errors import failed_by_arguments, failed_by_rule, failed_otherwise
from mcp_server.results import Result

logger = logging.getLogger(__name__)


class TaskTool(Tool):
    """Refuses unknown arguments, and answers in short lines, errors too.

    A call that is repeated with its idempotency key gets the stored answer.
    """

    @classmethod
    def from_function(cls, *args: Any, **options: Any) -> "TaskTool":
        """Build a tool from a function whose result is a `Result`."""
        tool = super().from_function(*args, **options)
        arguments = tool.fn_metadata.arg_model
        arguments.model_config["extra"] = "forbid"
        arguments.model_rebuild(force=True)
        tool.parameters = _compact(arguments.model_json_schema())
        tool.fn_metadata.output_schema = _or_failure(_compact(tool.fn_metadata.output_schema))
        return cls(**{name: getattr(tool, name) for name in cls.model_fields})

    async def run(
        self,
        arguments: dict[str, Any],
        context: Context[Any, Any],
        convert_result: bool = False,
    ) -> Any:
        """Run the tool; a failure is an answer with `is_error`, never an exception."""
        began, outcome = time.perf_counter(), "error"
        try:
            answer = await self._answer(arguments, context, convert_result=convert_result)
            failed = isinstance(answer, CallToolResult) and answer.is_error
            outcome = "error" if failed else "ok"
        finally:
            seconds = time.perf_counter() - began
            metrics().service.tool_seconds.labels(self.name, outcome).observe(seconds)
        return answer

    async def _answer(
        self, arguments: dict[str, Any], context: Context[Any, Any], *, convert_result: bool
    ) -> Any:
        try:
            result = await super().run(arguments, context, convert_result=False)
        except ToolError as error:
            return self._failed(error)
        # What is no result is a question to the user, which the SDK passes on.
        answered = convert_result and isinstance(result, Result)
        return _answer(result) if answered else result

    def _failed(self, error: ToolError) -> CallToolResult:
        unexpected = isinstance(error, UnexpectedToolError)
        match error.__cause__:
            case AlreadyWritten() as cause:
                return _answer(self.fn_metadata.output_model.model_validate(cause.response))
            case TodoError() as cause:
                return failed_by_rule(cause)
            case ValidationError() as cause if not unexpected:
                return failed_by_arguments(cause)
        if unexpected:
            logger.error("Tool %r failed", self.name, exc_info=error)
        return failed_otherwise(error)


def _answer(result: Result) -> CallToolResult:
    return CallToolResult(
        content=[TextContent(type="text", text=result.text())],
        structured_content=result.model_dump(mode="json"),
    )


def _or_failure(schema: dict[str, Any]) -> dict[str, Any]:
    """Let a failure fit the schema of results: some clients check the one against the other."""
    required = schema.pop("required")
    return {**schema, "if": {"required": ["code"]}, "else": {"required": required}}


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
