"""Text of others, made fit for a terminal."""

import json
import re
from collections.abc import Mapping
from typing import Any

# What a terminal might obey; the words come from a model and from stored tasks.
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_ARGUMENT_LENGTH = 60


def clean(text: str) -> str:
    """Take the control characters out, but for line ends and tabs."""
    return _CONTROLS.sub("", text)


def arguments_line(arguments: Mapping[str, Any]) -> str:
    """Return a tool's arguments on one line."""
    return " ".join(f"{clean(name)}={_compact(value)}" for name, value in arguments.items())


def result_line(result: Mapping[str, Any]) -> str:
    """Say on one line what a tool answered."""
    match result:
        case {"code": str(), "message": str(message)} | {"error": str(message)}:
            return _one_line(message)
        case {"tasks": [*tasks]}:
            return _counted(int(result.get("total", len(tasks))))
        case {"task_id": int(number), "status": str(status)}:
            return _one_line(f"task {number} {status}")
        case _:
            return _compact(result)


def _counted(total: int) -> str:
    return "1 task" if total == 1 else f"{total} tasks"


def _compact(value: object) -> str:
    return _one_line(json.dumps(value, ensure_ascii=False, default=str))


def _one_line(text: str) -> str:
    line = " ".join(clean(text).split())
    return line if len(line) <= _ARGUMENT_LENGTH else f"{line[: _ARGUMENT_LENGTH - 1]}…"
