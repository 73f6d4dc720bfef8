"""What `todochat up` prints once all services are ready."""

import json
import os
import shlex
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote, urlsplit

from rich.console import Console
from rich.padding import Padding
from rich.table import Table

from chat_api.settings import ApiSettings
from chat_api.supervisor.plan import Service

_USER = "demo"
_DATA_DIR = "TODOCHAT_DATA_DIR"
_MESSAGE = "Add a task to buy groceries"
_MODELS = {
    "offline": "built in; OPENAI_API_KEY or OPENAI_BASE_URL brings a real one",
    "openai": "OpenAI",
    "openai-chat": "OPENAI_BASE_URL",
}


def welcome(
    console: Console, settings: ApiSettings, services: Sequence[Service], data_dir: Path
) -> None:
    """Print the addresses, and the first commands to try."""
    api = next(service for service in services if service.name == "api")
    console.print("\n[bold green]Todochat is running.[/]\n")
    console.print(Padding(_addresses(settings, services, data_dir), (0, 0, 0, 2)))
    _print_first_step(console, services)
    if settings.auth_hs256:
        _print_commands(console, first_command(api.url, data_dir))
    console.print("[dim]Ctrl-C stops everything; the data stays.[/]\n")


def _print_commands(console: Console, command: str) -> None:
    console.print("\nPaste this into another terminal to add a task without it:\n")
    # Wrapped by the terminal alone, so that it is copied as the one line it is.
    console.print(
        command,
        style="cyan",
        soft_wrap=True,
        markup=False,
        highlight=False,
        emoji=False,
    )
    console.print(f"\nOr talk to it:  [cyan]{this_command()} chat[/]")


def _print_first_step(console: Console, services: Sequence[Service]) -> None:
    web = next((service for service in services if service.name == "web"), None)
    if web is not None:
        console.print(f"\n[bold]Open [cyan]{web.url}[/] and sign up.[/]")
    else:
        console.print("\n[dim]The web app is not built: `make run` builds it.[/]")


def first_command(api_url: str, data_dir: Path) -> str:
    """Return a shell command, on one line, that adds a task.

    It makes its token itself: what is printed here may end in a file that others read.
    """
    # Another terminal may not have the variable, and would take the keys of another folder.
    folder = f"{_DATA_DIR}={shlex.quote(str(data_dir))} " if _DATA_DIR in os.environ else ""
    token = f"$({folder}{shlex.quote(this_command())} token {_USER})"
    body = json.dumps({"message": _MESSAGE})
    return (
        f'curl -N {api_url}/api/{quote(_USER)}/chat -H "Authorization: Bearer {token}" '
        f"-H 'Content-Type: application/json' -d {shlex.quote(body)}"
    )


def _addresses(settings: ApiSettings, services: Sequence[Service], data_dir: Path) -> Table:
    table = Table.grid(padding=(0, 3))
    table.add_column(style="bold", no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(style="dim", overflow="fold")
    for service in reversed(services):
        log = data_dir / "logs" / f"{service.name}.log"
        table.add_row(service.title, service.url, f"log {_short(log)}")
    table.add_row("Postgres", *_database(settings.database_url, data_dir))
    model = settings.provider if settings.provider == "offline" else settings.chat_model
    table.add_row("Model", model, _MODELS[settings.provider])
    return table


def _database(database_url: str | None, data_dir: Path) -> tuple[str, str]:
    if database_url is None:
        return "embedded", f"data {_short(data_dir / 'postgres')}"
    return urlsplit(database_url).hostname or "local socket", "DATABASE_URL"


def _short(path: Path) -> str:
    home = Path.home()
    return f"~/{path.relative_to(home)}" if path.is_relative_to(home) else str(path)


def this_command() -> str:
    """Return the command that starts this program from the working folder."""
    program = Path(sys.executable).with_name("todochat")
    if shutil.which("todochat") == str(program):
        return "todochat"
    here = Path.cwd()
    return str(program.relative_to(here) if program.is_relative_to(here) else program)
