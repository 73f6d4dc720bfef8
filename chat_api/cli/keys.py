"""The command `todochat keys`: the keys in the data folder, and new ones."""

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from auth.key_ring import LEAD_SECONDS, KeyState, StoredRing
from auth.keys import new_secret, new_signing_key, new_vapid_key
from auth.state_keys import stored_state_ring
from chat_api.settings import ApiSettings, read_settings
from chat_api.tokens import stored_login_ring, stored_signing_ring, stored_web_ring

app = typer.Typer(help="Keys that sign: list them, or replace them.", no_args_is_help=True)

# The lines of a table stay whole where they are piped.
_TABLE_WIDTH = 200

_STATES: Mapping[KeyState, str] = {
    "signs": "signs",
    "published": "verifies, and signs soon",
    "verifies": "verifies what it signed",
    "retired": "retired",
}


@dataclass(frozen=True)
class _Ring:
    """A ring with what it signs, and the variables that take its place."""

    purpose: str
    variables: Sequence[str]
    stored: Callable[[ApiSettings], StoredRing[Any]]
    read_at_start: bool = False

    def given_by(self, settings: ApiSettings) -> str | None:
        """Return the variable that has the keys, if one is set."""
        return next((name for name in self.variables if getattr(settings, name.lower())), None)


_RINGS = (
    _Ring("login tokens", ("LOGIN_SECRET", "BETTER_AUTH_SECRET"), stored_login_ring),
    _Ring("tokens for the MCP server", ("API_SIGNING_KEY",), stored_signing_ring),
    _Ring("confirmations", ("MCP_STATE_KEY",), lambda given: stored_state_ring(given.data_dir)),
    _Ring("sessions of the web app", ("BETTER_AUTH_SECRET",), stored_web_ring, read_at_start=True),
)


def _one_line(pem: bytes) -> str:
    """Return a PEM text as the settings take it in one line of an environment file."""
    return pem.decode().strip().replace("\n", "\\n")


_NEW: Mapping[str, Callable[[], str]] = {
    "LOGIN_SECRET": new_secret,
    "BETTER_AUTH_SECRET": new_secret,
    "MCP_STATE_KEY": new_secret,
    "API_SIGNING_KEY": lambda: _one_line(new_signing_key()),
    "VAPID_PRIVATE_KEY": lambda: _one_line(new_vapid_key()),
}


@app.command()
def new(
    setting: Annotated[
        str | None, typer.Argument(help="The variable of one key; by default all.")
    ] = None,
) -> None:
    """Print new keys as lines of an environment file, or one alone; nothing is stored."""
    if setting is not None:
        if setting not in _NEW:
            raise typer.BadParameter(f"{setting} is none of {', '.join(_NEW)}.")
        typer.echo(_NEW[setting]())
        return
    for name, make in _NEW.items():
        # What is quoted like this, shells, systemd and .env files take as it stands.
        typer.echo(f"{name}='{make()}'")


@app.command("list")
def list_keys() -> None:
    """List the keys by what they sign: never the keys themselves."""
    settings = read_settings()
    table = Table("signs", "id", "since", "state", box=None, pad_edge=False)
    for ring in _RINGS:
        if variable := ring.given_by(settings):
            table.add_row(ring.purpose, "", "", f"set by {variable}")
            continue
        for stored, state in ring.stored(settings).states():
            table.add_row(ring.purpose, stored.key.kid, _since(stored.created), _STATES[state])
    Console(width=_TABLE_WIDTH).print(table)


@app.command()
def rotate() -> None:
    """Add a key of each kind, which signs when all services know it; the old ones still verify."""
    settings = read_settings()
    for ring in _RINGS:
        if variable := ring.given_by(settings):
            typer.echo(
                f"{ring.purpose}: {variable} is set. Add a new one at its end and restart the "
                "services, then put it first and restart them, then leave the old one out."
            )
            continue
        added = ring.stored(settings).rotate()
        seconds = math.ceil(added.created + LEAD_SECONDS - time.time())
        when = f"verifies now, and signs in {seconds} seconds"
        if ring.read_at_start:
            when = f"signs when the web app starts, {seconds} seconds from now or later"
        typer.echo(f"{ring.purpose}: {added.key.kid} {when}.")


def _since(created: int) -> str:
    moment = datetime.fromtimestamp(created, UTC)
    return f"{moment:%Y-%m-%d %H:%M} UTC" if created else "the start"
