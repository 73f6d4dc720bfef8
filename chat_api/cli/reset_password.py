"""The command `todochat reset-password`."""

import sys
from typing import Annotated

import typer

from chat_api.client.password_reset import request_reset_link
from chat_api.settings import read_settings
from chat_api.supervisor.services import local_web_url
from chat_api.tokens import password_reset_token


def reset_password(
    address: Annotated[str, typer.Argument(help="The e-mail of the account.")],
    url: Annotated[
        str | None, typer.Option(help="The web app, by default the one of this machine.")
    ] = None,
) -> None:
    """Print a link to a new password for who forgot theirs, and nothing else."""
    settings = read_settings()
    token = password_reset_token(settings, address.strip())
    typer.echo(request_reset_link(url or local_web_url(settings), token))
    if sys.stderr.isatty():
        typer.echo("It works once, within an hour; give it to nobody else.", err=True)
