"""The table of all checks."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from chat_api.doctor.database import check_database
from chat_api.doctor.delivery import check_mail, check_push
from chat_api.doctor.finding import Finding, error
from chat_api.doctor.machine import check_disk, check_node, check_port, check_python
from chat_api.doctor.model import check_model
from chat_api.doctor.services import check_issuers, check_keys, check_mcp
from chat_api.settings import ApiSettings
from chat_api.supervisor.plan import Service

_SECONDS = 45


@dataclass(frozen=True)
class Installation:
    """What is checked; `database_problem` says why the embedded Postgres is not there.

    If it is `embedded`, the URL of the settings is that of the embedded one.
    """

    settings: ApiSettings
    environment: Mapping[str, str]
    services: Sequence[Service]
    database_problem: str | None = None
    embedded: bool = False


Check = Callable[[Installation], Awaitable[Sequence[Finding]]]


async def _machine(of: Installation) -> list[Finding]:
    return [check_python(), await check_node(), check_disk(of.settings.data_dir)]


async def _ports(of: Installation) -> list[Finding]:
    return [await check_port(of.settings, service) for service in of.services]


async def _database(of: Installation) -> list[Finding]:
    return await check_database(of.settings, of.database_problem, embedded=of.embedded)


async def _keys(of: Installation) -> list[Finding]:
    return await asyncio.to_thread(check_keys, of.settings, embedded=of.embedded)


async def _mcp(of: Installation) -> list[Finding]:
    return [await check_mcp(of.settings)]


async def _issuers(of: Installation) -> list[Finding]:
    return await check_issuers(of.settings, of.environment)


async def _model(of: Installation) -> list[Finding]:
    return await check_model(of.settings)


async def _delivery(of: Installation) -> list[Finding]:
    return list(await asyncio.gather(check_mail(of.settings), check_push(of.settings)))


CHECKS: Mapping[str, Check] = {
    "machine": _machine,
    "ports": _ports,
    "database": _database,
    "keys": _keys,
    "MCP server": _mcp,
    "issuers": _issuers,
    "model": _model,
    "delivery": _delivery,
}


async def check_all(
    installation: Installation, checks: Mapping[str, Check] = CHECKS
) -> list[Finding]:
    """Return what all checks find, which run side by side, in the order of the table."""
    found = await asyncio.gather(
        *(_run(name, check, installation) for name, check in checks.items())
    )
    return [finding for findings in found for finding in findings]


async def _run(name: str, check: Check, installation: Installation) -> Sequence[Finding]:
    """Run a check; one that fails or hangs is a finding itself, and keeps no other from running."""
    try:
        async with asyncio.timeout(_SECONDS):
            return await check(installation)
    except TimeoutError:
        return [error(name, f"The check took over {_SECONDS} seconds.", "Try again.")]
    except Exception as problem:
        logging.getLogger(__name__).debug("A check failed", exc_info=problem)
        message = f"The check itself failed ({type(problem).__name__})."
        return [
            error(name, message, "Run it with the newest version, and report it if it fails again.")
        ]
