"""The command `todochat access-token`."""

import asyncio
from typing import Annotated
from uuid import UUID

import typer
from pydantic import ValidationError

from auth.errors import InvalidUserId
from auth.principal import is_name
from chat_api.settings import read_settings
from chat_api.supervisor.standalone import call_standalone, run_over_database
from db.values import DEFAULT_DAYS, MOST_DAYS, TOKEN_SCOPES, NewAccessToken

# Loaded by who needs it, so that no other command loads the database libraries.
_PROGRAM = "chat_api.cli.access_token_process"
_OPTIONS = {"name": "--name", "scopes": "--scope"}

app = typer.Typer(
    help="Make, list and revoke personal access tokens for the MCP server.", no_args_is_help=True
)


def _validate_user(user: str) -> str:
    if not is_name(user):
        raise InvalidUserId
    return user


User = Annotated[str, typer.Argument(help="Whose tasks it opens.", callback=_validate_user)]


@app.command()
def create(
    user: User,
    name: Annotated[str, typer.Option(help="What it is for, such as the client's name.")],
    scope: Annotated[
        list[str] | None,
        typer.Option(help=f"What it opens: {' or '.join(TOKEN_SCOPES)}; by default both."),
    ] = None,
    days: Annotated[
        int, typer.Option(min=1, max=MOST_DAYS, help="How long it is good for.")
    ] = DEFAULT_DAYS,
) -> None:
    """Make a token and print it, this once and with nothing else."""
    given = {"name": name, "scopes": scope or TOKEN_SCOPES, "expires_in_days": days}
    try:
        new = NewAccessToken.model_validate(given)
    except ValidationError as error:
        first = error.errors()[0]
        reason = first["msg"].removeprefix("Value error, ")
        option = _OPTIONS.get(str(first["loc"][0]))
        raise typer.BadParameter(reason, param_hint=option) from error
    _call("create", user, new.model_dump_json())


@app.command("list")
def list_tokens(user: User) -> None:
    """List a user's tokens that were not revoked."""
    _call("list", user)


@app.command()
def revoke(
    user: User,
    token_id: Annotated[UUID, typer.Argument(metavar="ID", help="Its id in the list.")],
) -> None:
    """Revoke a token: the next request that carries it is refused."""
    _call("revoke", user, str(token_id))


def _call(*arguments: str) -> None:
    settings = read_settings()
    run_over_database(settings, _PROGRAM, arguments)
    raise typer.Exit(asyncio.run(call_standalone(settings, _PROGRAM, arguments)))
