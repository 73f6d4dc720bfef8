"""A temporary stack: Postgres, the MCP server and the API, deleted when the replay is over."""

import os
import socket
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from chat_api.replay.service import TargetService
from chat_api.settings import ApiSettings
from chat_api.supervisor.database import prepare_database
from chat_api.supervisor.processes import (
    Launcher,
    ProgramEnded,
    StartError,
    environment,
    last_lines,
)
from chat_api.supervisor.readiness import RunningProgram, launch_services, until_all_ready
from chat_api.supervisor.services import local_api_url, services
from chat_api.supervisor.signals import StopSignals
from chat_api.tokens import login_token
from db.embedded import hold_folder

_TAIL_LINES = 15
_HOST = "127.0.0.1"
# Variables that would lead to other servers, or change the behaviour that scripts expect.
_EXCLUDED_PREFIXES = (
    "API_", "AUTH_", "BETTER_AUTH_", "CORS_", "DATABASE_", "HOST", "LOGIN_", "MCP_", "OAUTH_",
    "TODOCHAT_", "WEB_",
)  # fmt: skip
# The settings of these variables, as far as this process reads them.
_EXCLUDED_SETTINGS = (
    "api_issuer", "api_signing_key", "auth_audience", "auth_hs256", "auth_hs256_max_hours",
    "auth_issuer", "auth_jwks_url",
    "better_auth_secret", "database_url", "login_secret", "mcp_url",
)  # fmt: skip


# One user plays in minutes what would take a person days.
_UNLIMITED = dict.fromkeys(
    (
        *("MAX_TURNS_PER_USER", "MESSAGES_PER_MINUTE", "WRITES_PER_MINUTE"),
        *("MAX_STREAMS_PER_USER", "REQUESTS_PER_SECOND"),
    ),
    "1000000",
)


@dataclass(frozen=True)
class TemporaryStack:
    """The service of a stack that runs, and its programs."""

    service: TargetService
    programs: list[RunningProgram]


@asynccontextmanager
async def temporary_stack(
    settings: ApiSettings, model_variables: Mapping[str, str], stop: StopSignals
) -> AsyncIterator[TemporaryStack]:
    """Run Postgres, the MCP server and the API in a temporary folder until the block ends.

    Raises:
        Stopped: A signal asked to stop.
        StartError: Something prevents the start, or a program ended.
        EmbeddedError: Postgres does not start.
    """
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(TemporaryDirectory(prefix="todochat-replay-"))
        data_dir = stack.enter_context(hold_folder(Path(folder)))
        own = _own_settings(settings, data_dir)
        # Entered before the services, so that it is left after them.
        database = await stack.enter_async_context(AsyncExitStack())
        stack.enter_context(_log_in_error())
        launcher = Launcher(_variables(own, model_variables), stop.force_stop)
        programs = await launch_services(stack, launcher, services(own), data_dir)
        prepared = await prepare_database(database, launcher, None, data_dir, stop)
        for service, running in zip(services(own), programs, strict=True):
            running.program.start(prepared.variables(service.module))
        await until_all_ready(services(own), programs, stop)
        yield TemporaryStack(service_at(own, local_api_url(own)), programs)


def service_at(settings: ApiSettings, url: str) -> TargetService:
    """Return the service at `url`, whose tokens are made by these settings."""
    return TargetService(url, lambda user: login_token(settings, user))


@contextmanager
def _log_in_error() -> Iterator[None]:
    """Add the end of a program's log to the error, since the folder with the log is deleted."""
    try:
        yield
    except ProgramEnded as error:
        raise StartError("\n".join([str(error), *last_lines(error.log, _TAIL_LINES)])) from error


def _own_settings(settings: ApiSettings, data_dir: Path) -> ApiSettings:
    api_port, mcp_port = _free_ports()
    own = {"data_dir": data_dir, "host": _HOST, "api_port": api_port, "mcp_port": mcp_port}
    excluded = {name: ApiSettings.model_fields[name].default for name in _EXCLUDED_SETTINGS}
    return settings.model_copy(update={**excluded, **own, "turn_grace": 0.0})


def _variables(settings: ApiSettings, model_variables: Mapping[str, str]) -> Mapping[str, str]:
    inherited = {
        name: value for name, value in os.environ.items() if not name.startswith(_EXCLUDED_PREFIXES)
    }
    own = environment(settings.data_dir)
    return {
        **inherited,
        **{name: own[name] for name in ("TODOCHAT_DATA_DIR", "PYTHONUNBUFFERED")},
        "HOST": _HOST,
        "API_PORT": str(settings.api_port),
        "MCP_PORT": str(settings.mcp_port),
        "TURN_GRACE": "0",
        **_UNLIMITED,
        **model_variables,
    }


def _free_ports() -> tuple[int, int]:
    with socket.socket() as one, socket.socket() as other:
        one.bind((_HOST, 0))
        other.bind((_HOST, 0))
        return one.getsockname()[1], other.getsockname()[1]
