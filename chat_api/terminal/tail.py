"""The end of something too long for the screen."""

from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.segment import Segment

# Room for the prompt and for what still runs.
_SPARE_LINES = 4


@dataclass(frozen=True)
class Tail:
    """Draws the last lines that fit: where the words of a growing text appear."""

    whole: RenderableType

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Draw as many lines as the terminal has room for."""
        lines = console.render_lines(self.whole, options, pad=False)
        for line in lines[-max(1, console.height - _SPARE_LINES) :]:
            yield from line
            yield Segment.line()
