"""The events of a turn as text: on one line each, and as plain output for a pipe or a file."""

import json
import sys
from collections.abc import Mapping
from typing import Any, Protocol

from chat_api.client.responses import printable
from chat_api.events import (
    TextDelta,
    ToolCalled,
    ToolFinished,
    TurnCancelled,
    TurnEvent,
    TurnFailed,
)

_MAX_LINE = 60


class ReplyRenderer(Protocol):
    """Shows the events of one turn."""

    def show(self, event: TurnEvent) -> None:
        """Show the event; types that have nothing to show are skipped."""

    def close(self) -> None:
        """Leave the screen in order, however the turn ended."""


class PlainRenderer:
    """Writes the text of the reply to standard output, tool calls and errors to standard error."""

    def __init__(self) -> None:
        self._midline = False

    def show(self, event: TurnEvent) -> None:
        """Write the event."""
        match event:
            case TextDelta():
                self._write(printable(event.delta))
            case ToolCalled():
                self._note(f"… {printable(event.name)} {arguments_line(event.arguments)}")
            case ToolFinished():
                mark = "✗" if event.is_error else "✓"
                self._note(f"{mark} {printable(event.name)} → {result_line(event.result)}")
            case TurnFailed() | TurnCancelled():
                self._note(f"✗ {printable(event.message)}")
            case _:
                pass

    def close(self) -> None:
        """End the line."""
        if self._midline:
            self._write("\n")

    def _write(self, text: str) -> None:
        if text:
            sys.stdout.write(text)
            sys.stdout.flush()
            self._midline = not text.endswith("\n")

    def _note(self, line: str) -> None:
        self.close()
        sys.stderr.write(f"{line}\n")
        sys.stderr.flush()


def arguments_line(arguments: Mapping[str, Any]) -> str:
    """Return the arguments of a tool call on one line."""
    return " ".join(f"{printable(name)}={_compact(value)}" for name, value in arguments.items())


def result_line(result: Mapping[str, Any]) -> str:
    """Return a summary of a tool's result on one line."""
    match result:
        case {"code": str(), "message": str(message)} | {"error": str(message)}:
            return _one_line(message)
        case {"tasks": [*tasks]}:
            return _count(int(result.get("total", len(tasks))))
        case {"task_id": int(number), "status": str(status)}:
            return _one_line(f"task {number} {status}")
        case _:
            return _compact(result)


def _count(total: int) -> str:
    return "1 task" if total == 1 else f"{total} tasks"


def _compact(value: object) -> str:
    return _one_line(json.dumps(value, ensure_ascii=False, default=str))


def _one_line(text: str) -> str:
    line = " ".join(printable(text).split())
    return line if len(line) <= _MAX_LINE else f"{line[: _MAX_LINE - 1]}…"
