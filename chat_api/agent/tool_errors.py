"""The result of a tool call that failed, in structure."""

import json
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

_UNSPECIFIED = "tool_error"


class Candidate(BaseModel):
    """A task that the call may have meant."""

    id: int
    title: str
    text_by: str | None = None


class ToolError(BaseModel):
    """Why a tool call failed.

    Attributes:
        code: Stable name for programs; `tool_error` where the tool gave a text only.
        message: One or more sentences for the user.
        hint: What a model should do next.
        candidates: The tasks that the call may have meant.
        change: The change that the call may undo if the user agrees, with its `change_id`.

    """

    code: str = _UNSPECIFIED
    message: str
    hint: str | None = None
    candidates: list[Candidate] = []
    change: dict[str, Any] | None = None

    @classmethod
    def of(cls, result: Mapping[str, Any]) -> "ToolError":
        """Read the result of a failed call; those of older messages hold `error`, a text."""
        try:
            return cls.model_validate(result)
        except ValidationError:
            text = result.get("error")
            return cls(message=text if isinstance(text, str) else json.dumps(result))

    @classmethod
    def of_content(cls, structured: Any, text: str) -> "ToolError":
        """Read an MCP tool's answer, whose structured content may be missing or another one."""
        try:
            return cls.model_validate(structured)
        except ValidationError:
            return cls(message=text)

    def result(self) -> dict[str, Any]:
        """Return the error as the result of its call, without the fields that are not set."""
        return self.model_dump(exclude_defaults=True) | {"code": self.code}

    def text(self) -> str:
        """Return what a model reads: all of it as JSON, or the text of a tool that gave no more."""
        if self.code == _UNSPECIFIED:
            return self.message
        return json.dumps(self.result(), ensure_ascii=False)
