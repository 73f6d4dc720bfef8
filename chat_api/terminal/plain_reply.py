"""A reply in a pipe or a file."""

import sys

from chat_api.events import (
    TextDelta,
    ToolCalled,
    ToolFinished,
    TurnCancelled,
    TurnEvent,
    TurnFailed,
)
from chat_api.terminal.text import arguments_line, clean, result_line


class PlainReply:
    """The words of the reply alone on standard output; tool calls and errors on standard error."""

    def __init__(self) -> None:
        self._midline = False

    def show(self, event: TurnEvent) -> None:
        """Write what the event says."""
        match event:
            case TextDelta():
                self._write(clean(event.delta))
            case ToolCalled():
                self._note(f"… {clean(event.name)} {arguments_line(event.arguments)}")
            case ToolFinished():
                mark = "✗" if event.is_error else "✓"
                self._note(f"{mark} {clean(event.name)} → {result_line(event.result)}")
            case TurnFailed() | TurnCancelled():
                self._note(f"✗ {clean(event.message)}")
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
