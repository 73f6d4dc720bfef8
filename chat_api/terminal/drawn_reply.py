"""A reply in a terminal."""

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.markdown import Markdown
from rich.padding import Padding
from rich.spinner import Spinner
from rich.text import Text

from chat_api.events import (
    TextDelta,
    ToolCalled,
    ToolFinished,
    TurnCancelled,
    TurnEvent,
    TurnFailed,
)
from chat_api.terminal.tail import Tail
from chat_api.terminal.text import arguments_line, clean, result_line

_INDENT = (0, 2)
_FRAMES_PER_SECOND = 12


class DrawnReply:
    """Markdown as it grows, tool calls as they happen, and a spinner while there is neither."""

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
        """Show what the event says."""
        match event:
            case TextDelta():
                self._text += clean(event.delta)
            case ToolCalled():
                self._settle()
                self._calls[event.id] = (event, Spinner("dots", _line(*_call(event)), style="cyan"))
            case ToolFinished():
                self._finish(event)
            case TurnFailed() | TurnCancelled():
                self._settle()
                self._print(Text(f"✗ {clean(event.message)}", "red"))
            case _:
                pass

    def close(self) -> None:
        """Keep the words that came, and give the screen back."""
        self._settle()
        self._live.stop()
        self._console.print()

    def _finish(self, event: ToolFinished) -> None:
        called, _ = self._calls.pop(event.id, (event, None))
        mark, color = ("✗", "red") if event.is_error else ("✓", "green")
        outcome = (f" → {result_line(event.result)}", "red" if event.is_error else "")
        self._print(_line((f"{mark} ", color), *_call(called), outcome))

    def _settle(self) -> None:
        """Print the text so far for good."""
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


def _call(call: ToolCalled | ToolFinished) -> list[tuple[str, str]]:
    arguments = arguments_line(call.arguments) if isinstance(call, ToolCalled) else ""
    return [(clean(call.name), "bold"), (f" {arguments}" if arguments else "", "dim")]


def _line(*parts: tuple[str, str]) -> Text:
    return Text.assemble(*parts, no_wrap=True, overflow="ellipsis")
