"""The command `todochat`."""

import asyncio
import os
import sys
from typing import Annotated

import typer
from rich.console import Console

from auth.errors import AuthError
from chat_api.cli import access_tokens, backups, chat, doctor, keys, replay, reset_password
from chat_api.client.errors import ClientError
from chat_api.settings import load_environment_file, read_settings
from chat_api.supervisor.plan import Service
from chat_api.supervisor.processes import StartError
from chat_api.supervisor.services import services
from chat_api.supervisor.signals import INTERRUPTED, Stopped
from chat_api.supervisor.standalone import (
    call_standalone,
    exec_module,
    exec_over_database,
    exec_over_embedded,
    migrate_standalone,
    run_over_database,
)
from chat_api.supervisor.terminal import print_error, replace_unprintable
from chat_api.supervisor.up_plan import plan_up
from chat_api.supervisor.web_app import WebAppSettings, is_built, web_app
from chat_api.tokens import MCP_TOKEN_SECONDS, login_token, mcp_token
from db.embedded import EmbeddedError
from db.settings import ConfigurationProblem, load_settings

_WORKER = "chat_api.worker"
_LOGIN_ROLES = "chat_api.cli.login_roles_process"
_WORKER_STOP_SECONDS = 5

app = typer.Typer(
    help="Talk to your to-do list.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(access_tokens.app, name="access-token")
app.add_typer(keys.app, name="keys")
app.command()(replay.replay)
app.command()(reset_password.reset_password)
app.command()(doctor.doctor)
app.command()(backups.backup)
app.command()(backups.restore)
app.command()(backups.revocations)
_PASS_ON = {"allow_extra_args": True, "ignore_unknown_options": True}

User = Annotated[str, typer.Argument(help="Whose tasks the token opens.")]


@app.command()
def up() -> None:
    """Start everything on this machine, and stop it on Ctrl-C."""
    plan = plan_up(read_settings(), Console())
    exec_module("chat_api.supervisor", [str(plan.write())], os.environ)


@app.command(context_settings=_PASS_ON)
def api(context: typer.Context) -> None:
    """Run the API in the foreground, over its own Postgres unless DATABASE_URL is set."""
    _run("api", context.args)


@app.command(context_settings=_PASS_ON)
def mcp(context: typer.Context) -> None:
    """Run the MCP server in the foreground; further options go to it."""
    _run("mcp", context.args)


@app.command()
def web() -> None:
    """Run the built web app in the foreground, over its own Postgres unless DATABASE_URL is set."""
    if not is_built():
        raise StartError("The web app is not built: `make web` builds it.")
    settings = read_settings()
    own = load_settings(WebAppSettings).model_copy(update={"data_dir": settings.data_dir})
    service = web_app(own)
    os.environ.update(service.variables)
    exec_over_database(settings, service.module, [])
    exec_over_embedded(settings, service.module, [], service.stop_seconds)


@app.command()
def worker() -> None:
    """Fire reminders in the foreground, beside APIs that run with RUN_WORKER=false."""
    settings = read_settings()
    exec_over_database(settings, _WORKER, [])
    exec_over_embedded(settings, _WORKER, [], _WORKER_STOP_SECONDS)


@app.command()
def migrate(
    roles: Annotated[
        bool,
        typer.Option("--roles", help="Also make a login role for each service, and print its URL."),
    ] = False,
    new_passwords: Annotated[
        bool, typer.Option("--new-passwords", help="Give those roles new passwords.")
    ] = False,
) -> None:
    """Bring the database to the newest schema."""
    settings = read_settings()
    asyncio.run(migrate_standalone(settings))
    Console().print("The database is up to date.")
    if roles or new_passwords:
        arguments = ["--new-passwords"] if new_passwords else []
        run_over_database(settings, _LOGIN_ROLES, arguments)
        sys.exit(asyncio.run(call_standalone(settings, _LOGIN_ROLES, arguments)))


@app.command()
def token(
    user: User,
    hours: Annotated[
        float | None,
        typer.Option(min=0.01, max=24 * 366, help="How long it is good for, by default a day."),
    ] = None,
    mcp: Annotated[
        bool,
        typer.Option(
            "--mcp", help=f"One for the MCP server, good for {MCP_TOKEN_SECONDS} seconds."
        ),
    ] = False,
) -> None:
    """Print a token for a user, and nothing else."""
    settings = read_settings()
    typer.echo(mcp_token(settings, user) if mcp else login_token(settings, user, hours))


app.command()(chat.chat)


def main() -> None:
    """Run the command, and print errors that are not bugs as one line."""
    replace_unprintable()
    try:
        load_environment_file()
        app()
    except (AuthError, ClientError, ConfigurationProblem, EmbeddedError, StartError) as error:
        print_error(error)
        sys.exit(1)
    except (KeyboardInterrupt, Stopped):
        sys.exit(INTERRUPTED)


def _run(name: str, arguments: list[str]) -> None:
    settings, service = read_settings(), _service(name)
    exec_over_database(settings, service.module, arguments)
    exec_over_embedded(settings, service.module, arguments, service.stop_seconds)


def _service(name: str) -> Service:
    return next(service for service in services(read_settings()) if service.name == name)
