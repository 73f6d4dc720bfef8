"""A stack of our own, thrown away when it was judged."""

import os
import socket
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from chat_api.replay.service import TargetService
from chat_api.settings import ApiSettings
from chat_api.supervisor.database import open_database
from chat_api.supervisor.errors import ProgramEnded, StartError
from chat_api.supervisor.logs import last_lines
from chat_api.supervisor.migrate import migrate
from chat_api.supervisor.processes import Launcher
from chat_api.supervisor.services import environment, services
from chat_api.supervisor.signals import StopSignals
from chat_api.supervisor.start import start, until_all_ready
from chat_api.supervisor.watch import Watched
from chat_api.tokens import login_token
from db.embedded import hold_folder

_TOKEN_HOURS = 24
_TAIL_LINES = 15
_HOST = "127.0.0.1"
# What would lead to other servers, or make this one another than the script is written for.
_NOT_OURS = (
    "API_", "AUTH_", "BETTER_AUTH_", "CORS_", "DATABASE_", "HOST", "MCP_", "OAUTH_", "TODOCHAT_",
    "WEB_",
)  # fmt: skip
_NOT_OURS_HERE = (
    "api_issuer", "api_signing_key", "auth_audience", "auth_issuer", "auth_jwks_url",
    "better_auth_secret", "database_url", "mcp_url",
)  # fmt: skip


@dataclass(frozen=True)
class Stack:
    """A service that runs, with the programs to keep an eye on."""

    service: TargetService
    programs: list[Watched]


@asynccontextmanager
async def temporary_stack(
    settings: ApiSettings, model: Mapping[str, str], stop: StopSignals
) -> AsyncIterator[Stack]:
    """Run Postgres, the MCP server and the API in a folder of their own until the block ends.

    Raises:
        Stopped: a signal asked to stop.
        StartError: something is in the way.
        EmbeddedError: Postgres does not start.

    """
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(TemporaryDirectory(prefix="todochat-replay-"))
        data_dir = stack.enter_context(hold_folder(Path(folder)))
        ours = _settings(settings, data_dir)
        url = await open_database(stack, None, data_dir)
        launcher = Launcher(_variables(ours, url, model), stop.force_stop)
        await migrate(launcher, data_dir, stop)
        all_services = services(ours)
        stack.enter_context(_logs_told())
        programs = await start(stack, launcher, all_services, data_dir)
        await until_all_ready(all_services, programs, stop)
        yield Stack(_service(ours), programs)


def served_by(settings: ApiSettings, url: str) -> TargetService:
    """Return the service at `url`, for which tokens are made by these settings."""
    return TargetService(
        url if "://" in url else f"http://{url}",
        lambda user: login_token(settings, user, _TOKEN_HOURS),
    )


@contextmanager
def _logs_told() -> Iterator[None]:
    """Tell the end of a program's log, which goes with its folder."""
    try:
        yield
    except ProgramEnded as error:
        raise StartError("\n".join([str(error), *last_lines(error.log, _TAIL_LINES)])) from error


def _service(settings: ApiSettings) -> TargetService:
    return served_by(settings, f"http://{_HOST}:{settings.api_port}")


def _settings(settings: ApiSettings, data_dir: Path) -> ApiSettings:
    api_port, mcp_port = _free_ports()
    ours = {"data_dir": data_dir, "host": _HOST, "api_port": api_port, "mcp_port": mcp_port}
    return settings.model_copy(update={**dict.fromkeys(_NOT_OURS_HERE), **ours, "turn_grace": 0.0})


def _variables(settings: ApiSettings, url: str, model: Mapping[str, str]) -> Mapping[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_NOT_OURS)}
    ours = environment(settings.data_dir, url)
    return {
        **kept,
        **{name: ours[name] for name in ("DATABASE_URL", "TODOCHAT_DATA_DIR", "PYTHONUNBUFFERED")},
        "HOST": _HOST,
        "API_PORT": str(settings.api_port),
        "MCP_PORT": str(settings.mcp_port),
        "TURN_GRACE": "0",
        **model,
    }


def _free_ports() -> tuple[int, int]:
    with socket.socket() as one, socket.socket() as other:
        one.bind((_HOST, 0))
        other.bind((_HOST, 0))
        return one.getsockname()[1], other.getsockname()[1]
