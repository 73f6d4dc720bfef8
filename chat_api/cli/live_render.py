"""The events of a turn in a terminal, redrawn as they come."""

from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.live import Live
from rich.markdown import Markdown
from rich.padding import Padding
from rich.segment import Segment
from rich.spinner import Spinner
from rich.text import Text

from chat_api.cli.render import arguments_line, result_line
from chat_api.client.responses import printable
from chat_api.events import (
    TextDelta,
    ToolCalled,
    ToolFinished,
    TurnCancelled,
    TurnEvent,
    TurnFailed,
)

_INDENT = (0, 2)
_FRAMES_PER_SECOND = 12
# Room for the prompt and for the tool calls that still run.
_SPARE_LINES = 4


class LiveRenderer:
    """Draws growing Markdown, tool calls as they happen, and a spinner while there is neither."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._text = ""
        self._calls: dict[str, tuple[ToolCalled, Spinner]] = {}
        self._waiting = Spinner("dots", style="dim")
        self._live = Live(
            console=console,
            transient=True,
            refresh_per_second=_FRAMES_PER_SECOND,
            get_renderable=self._draw,
        )
        self._live.start()

    def show(self, event: TurnEvent) -> None:
        """Draw the event."""
        match event:
            case TextDelta():
                self._text += printable(event.delta)
            case ToolCalled():
                self._flush()
                self._calls[event.id] = (event, Spinner("dots", _line(*_call(event)), style="cyan"))
            case ToolFinished():
                self._finish(event)
            case TurnFailed() | TurnCancelled():
                self._flush()
                self._print(Text(f"✗ {printable(event.message)}", "red"))
            case _:
                pass

    def close(self) -> None:
        """Print the text that came, and stop redrawing."""
        self._flush()
        self._live.stop()
        self._console.print()

    def _finish(self, event: ToolFinished) -> None:
        called, _ = self._calls.pop(event.id, (event, None))
        mark, color = ("✗", "red") if event.is_error else ("✓", "green")
        result = (f" → {result_line(event.result)}", "red" if event.is_error else "")
        self._print(_line((f"{mark} ", color), *_call(called), result))

    def _flush(self) -> None:
        """Print the text so far above the part that is redrawn."""
        text, self._text = self._text, ""
        if text.strip():
            self._print(Markdown(text))

    def _print(self, what: RenderableType) -> None:
        self._console.print(Padding(what, _INDENT))

    def _draw(self) -> RenderableType:
        parts: list[RenderableType] = [spinner for _, spinner in list(self._calls.values())]
        if self._text.strip():
            parts.insert(0, Tail(Markdown(self._text)))
        return Padding(Group(*parts) if parts else self._waiting, _INDENT)


@dataclass(frozen=True)
class Tail:
    """Draws the last lines that fit the screen, which is where a growing text grows."""

    content: RenderableType

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Draw as many lines as the terminal has room for."""
        lines = console.render_lines(self.content, options, pad=False)
        for line in lines[-max(1, console.height - _SPARE_LINES) :]:
            yield from line
            yield Segment.line()


def _call(call: ToolCalled | ToolFinished) -> list[tuple[str, str]]:
    arguments = arguments_line(call.arguments) if isinstance(call, ToolCalled) else ""
    return [(printable(call.name), "bold"), (f" {arguments}" if arguments else "", "dim")]


def _line(*parts: tuple[str, str]) -> Text:
    return Text.assemble(*parts, no_wrap=True, overflow="ellipsis")
