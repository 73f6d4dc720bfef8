"""The program behind `todochat access-token`, which opens the database of DATABASE_URL."""

import asyncio
import io
import logging
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from rich.console import Console
from rich.table import Table
from rich.text import Text

from chat_api.supervisor.migration import DatabaseFailure, one_line_errors
from db.access_tokens import UserAccessTokens
from db.engine import Sessions, create_engine, create_sessions, transaction
from db.errors import TodoError
from db.models import AccessToken
from db.settings import ConfigurationProblem, settings_of_database
from db.values import NewAccessToken

_NO_TABLE = "The database has no place for access tokens; `todochat migrate` makes it"
# A table is wrapped by the terminal alone, so that its lines stay whole where they are piped.
_TABLE_WIDTH = 1000


def main() -> None:
    """Run the command, or exit with one line that says why not."""
    try:
        url, _ = settings_of_database("access-token")
    except ConfigurationProblem as error:
        sys.exit(str(error))
    # The error message says what is wrong.
    logging.basicConfig(handlers=[logging.NullHandler()])
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    try:
        with one_line_errors(_NO_TABLE):
            asyncio.run(_run(url, sys.argv[1:]))
    except (DatabaseFailure, TodoError) as error:
        sys.exit(f"todochat: {error}")


async def _run(url: str, arguments: Sequence[str]) -> None:
    engine = create_engine(url, pool_size=1)
    try:
        await _dispatch(create_sessions(engine), arguments)
    finally:
        await engine.dispose()


async def _dispatch(sessions: Sessions, arguments: Sequence[str]) -> None:
    match arguments:
        case ["create", user, new]:
            await _create(sessions, user, NewAccessToken.model_validate_json(new))
        case ["list", user]:
            await _list(sessions, user)
        case ["revoke", user, token_id]:
            await _revoke(sessions, user, UUID(token_id))
        case _:
            sys.exit("This is the program behind `todochat access-token`.")


async def _create(sessions: Sessions, user: str, new: NewAccessToken) -> None:
    async with transaction(sessions, user) as session:
        token, secret = await UserAccessTokens(session, user).create(new)
    sys.stdout.write(f"{secret}\n")
    if sys.stderr.isatty():
        until = _time(token.expires_at)
        sys.stderr.write(
            f"Good for {' and '.join(token.scopes)} until {until}; keep it safe, it "
            "is not shown again.\n"
        )


async def _list(sessions: Sessions, user: str) -> None:
    async with transaction(sessions, user) as session:
        tokens = await UserAccessTokens(session, user).all()
    if tokens:
        Console(width=_TABLE_WIDTH).print(_table(tokens))
    else:
        sys.stdout.write("There are no access tokens.\n")


async def _revoke(sessions: Sessions, user: str, token_id: UUID) -> None:
    async with transaction(sessions, user) as session:
        await UserAccessTokens(session, user).revoke(token_id)
    sys.stdout.write("Revoked.\n")


def _table(tokens: Sequence[AccessToken]) -> Table:
    table = Table("id", "name", "scopes", "made", "last used", "expires", box=None, pad_edge=False)
    for token in tokens:
        used = _time(token.last_used_at) if token.last_used_at else "never"
        ended = " (over)" if token.expires_at <= datetime.now(UTC) else ""
        cells = (
            str(token.id),
            token.name,
            " ".join(token.scopes),
            _time(token.created_at),
            used,
            f"{_time(token.expires_at)}{ended}",
        )
        table.add_row(*(Text(cell) for cell in cells))
    return table


def _time(moment: datetime) -> str:
    """Return a day and time in this machine's zone."""
    return f"{moment.astimezone():%Y-%m-%d %H:%M}"


if __name__ == "__main__":
    main()
