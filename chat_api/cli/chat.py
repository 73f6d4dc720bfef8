"""The command `todochat chat`: one message, or a conversation line by line."""

import asyncio
import os
import sys
from collections.abc import Iterator
from contextlib import aclosing, closing, suppress
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich.console import Console

from chat_api.cli.live_render import LiveRenderer
from chat_api.cli.render import PlainRenderer, ReplyRenderer
from chat_api.client.api_client import ApiClient
from chat_api.client.errors import ClientError, RequestRefused
from chat_api.events import TurnFinished, TurnStarted
from chat_api.settings import read_settings
from chat_api.supervisor.services import local_api_url
from chat_api.tokens import login_token

with suppress(ImportError):
    # Gives `input` its history and line editing; some builds of Python lack it.
    import readline  # noqa: F401

_LOCALTIME = Path("/etc/localtime")
_HELP = """\
[bold]/new[/]   start another conversation
[bold]/help[/]  show this
[bold]/quit[/]  leave, as Ctrl-D does
[dim]Ctrl-C stops showing a reply; the server finishes it all the same.[/]"""


def chat(
    message: Annotated[
        list[str] | None, typer.Argument(help="What to say; without it, a conversation begins.")
    ] = None,
    user: Annotated[str, typer.Option(help="Who is talking.")] = "demo",
    url: Annotated[
        str | None, typer.Option(help="The API, by default the one of this machine.")
    ] = None,
    token: Annotated[
        str | None, typer.Option(help="A login token, by default a fresh one of our own.")
    ] = None,
    conversation: Annotated[
        str | None, typer.Option(metavar="ID", help="The conversation to go on with.")
    ] = None,
) -> None:
    """Talk to your to-do list, in the terminal."""
    settings = read_settings()
    client = ApiClient(url or local_api_url(settings), user, token or login_token(settings, user))
    terminal = TerminalChat(client, Console(), conversation)
    answered = terminal.send(" ".join(message)) if message else terminal.run()
    raise typer.Exit(0 if answered else 1)


class TerminalChat:
    """A conversation that goes on from message to message."""

    def __init__(self, client: ApiClient, console: Console, conversation_id: str | None) -> None:
        self._client = client
        self._console = console
        self._conversation_id = conversation_id

    def send(self, message: str) -> bool:
        """Send a message and show the reply; return whether the turn finished."""
        try:
            return asyncio.run(self._send(message))
        except RequestRefused as error:
            self._print_error(_explanation(error, self._client))
        except ClientError as error:
            self._print_error(str(error))
        return False

    def run(self) -> bool:
        """Read messages until the input ends; return whether all were answered."""
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
                    answered = self._send_until_interrupted(line) and answered
        return answered

    async def _send(self, message: str) -> bool:
        event = None
        async with self._client as client:
            events = client.send_message(
                message, conversation_id=self._conversation_id, timezone=local_timezone()
            )
            with closing(self._renderer()) as renderer:
                async with aclosing(events):
                    async for event in events:
                        if isinstance(event, TurnStarted):
                            self._conversation_id = str(event.conversation_id)
                        renderer.show(event)
        return isinstance(event, TurnFinished)

    def _send_until_interrupted(self, message: str) -> bool:
        try:
            return self.send(message)
        except KeyboardInterrupt:
            self._console.print("[dim]Not shown any further; the server finishes it.[/]\n")
            return False

    def _renderer(self) -> ReplyRenderer:
        return LiveRenderer(self._console) if self._console.is_terminal else PlainRenderer()

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

    def _print_error(self, line: str) -> None:
        errors = self._console if self._console.is_terminal else Console(stderr=True)
        errors.print(f"✗ {line}", style="red", markup=False, highlight=False, soft_wrap=True)


def local_timezone() -> str | None:
    """Return the IANA name of this machine's time zone, if it can be found."""
    name = os.environ.get("TZ", "").removeprefix(":") or _linked_timezone()
    try:
        return ZoneInfo(name).key
    except (ValueError, OSError, KeyError):
        return None


def _linked_timezone() -> str:
    _, _, name = str(_LOCALTIME.resolve()).partition("/zoneinfo/")
    return name


def _explanation(error: RequestRefused, client: ApiClient) -> str:
    """Return why the API refused a message, and what to do about it in the terminal."""
    match error:
        case RequestRefused(status=401):
            return (
                f"{error.detail} `todochat token {client.user}` makes a token that --token takes."
            )
        case RequestRefused(status=403):
            return f"The token does not belong to the user {client.user}."
        case RequestRefused(code="conversation_not_found"):
            return "There is no such conversation of yours; /new starts one."
        case RequestRefused(code="conversation_busy"):
            return "A reply is still being written in this conversation: wait for it, or use /new."
        case RequestRefused(status=404):
            return f"There is no Todochat at {client.url}."
        case _:
            return str(error)
