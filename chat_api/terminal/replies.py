"""How a reply is shown while it comes: drawn in a terminal, plain in a pipe."""

from typing import Protocol

from rich.console import Console

from chat_api.events import TurnEvent
from chat_api.terminal.drawn_reply import DrawnReply
from chat_api.terminal.plain_reply import PlainReply


class Reply(Protocol):
    """Shows the events of one turn."""

    def show(self, event: TurnEvent) -> None:
        """Show what the event says."""

    def close(self) -> None:
        """Leave the screen in order, however the turn ended."""


def reply_on(console: Console) -> Reply:
    """Begin a reply where the console writes."""
    return DrawnReply(console) if console.is_terminal else PlainReply()
