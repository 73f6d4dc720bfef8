"""The conversation: one message, or line after line."""

import sys
from collections.abc import Iterator
from contextlib import closing, suppress

from rich.console import Console

from chat_api.events import TurnFinished, TurnStarted
from chat_api.terminal.client import ChatClient
from chat_api.terminal.errors import ChatError
from chat_api.terminal.replies import reply_on

with suppress(ImportError):
    # Gives `input` its history and line editing; some builds of Python lack it.
    import readline  # noqa: F401

_HELP = """\
[bold]/new[/]   start another conversation
[bold]/help[/]  show this
[bold]/quit[/]  leave, as Ctrl-D does
[dim]Ctrl-C stops showing a reply; the server finishes it all the same.[/]"""


class Talk:
    """A user's talk with the server: the conversation goes on from message to message."""

    def __init__(self, client: ChatClient, console: Console, conversation_id: str | None) -> None:
        self._client = client
        self._console = console
        self._conversation_id = conversation_id

    def say(self, message: str) -> bool:
        """Send a message and show the reply; tells whether there was a whole one."""
        try:
            return self._say(message)
        except ChatError as error:
            self._complain(str(error))
            return False

    def go_on(self) -> bool:
        """Read messages until the input ends; tells whether all were answered."""
        answered = True
        for line in self._lines():
            match line:
                case "":
                    continue
                case "/quit" | "/exit":
                    break
                case "/new":
                    self._conversation_id = None
                    self._console.print("[dim]A new conversation.[/]\n")
                case _ if line.startswith("/"):
                    self._console.print(f"{_HELP}\n", highlight=False)
                case _:
                    answered = self._answer(line) and answered
        return answered

    def _say(self, message: str) -> bool:
        event = None
        with (
            closing(reply_on(self._console)) as reply,
            closing(self._client.send(message, self._conversation_id)) as events,
        ):
            for event in events:
                if isinstance(event, TurnStarted):
                    self._conversation_id = str(event.conversation_id)
                reply.show(event)
        return isinstance(event, TurnFinished)

    def _answer(self, line: str) -> bool:
        try:
            return self.say(line)
        except KeyboardInterrupt:
            self._console.print("[dim]Not shown any further; the server finishes it.[/]\n")
            return False

    def _lines(self) -> Iterator[str]:
        prompt = "› " if sys.stdin.isatty() and sys.stdout.isatty() else ""
        while True:
            try:
                yield input(prompt).strip()
            except KeyboardInterrupt:
                self._console.print()
            except EOFError:
                self._console.print("\n" if prompt else "", end="")
                return

    def _complain(self, line: str) -> None:
        errors = self._console if self._console.is_terminal else Console(stderr=True)
        errors.print(f"✗ {line}", style="red", markup=False, highlight=False, soft_wrap=True)
