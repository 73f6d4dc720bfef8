"""Checks of the machine: Python, Node, ports, disk."""

import asyncio
import platform
import shutil
import sys
from pathlib import Path

import httpx2

from auth.download import fetching_client
from chat_api.doctor.finding import Finding, error, ok, skipped, warning
from chat_api.settings import ApiSettings
from chat_api.supervisor.plan import Service
from chat_api.supervisor.preflight import check_ports
from chat_api.supervisor.processes import StartError
from chat_api.supervisor.services import reachable
from chat_api.supervisor.web_app import is_built
from chat_api.supervisor.web_process import find_node

_OLDEST_PYTHON = (3, 11)
_OLDEST_NODE = (20, 9)
_LITTLE_DISK = 1024**3
_NO_DISK = 100 * 1024**2
_ANSWER_SECONDS = 5
_HEALTH = {"web": "/healthz"}


def check_python(version: tuple[int, ...] = sys.version_info[:3]) -> Finding:
    """Check the version of Python."""
    name = ".".join(map(str, version))
    if version[:2] < _OLDEST_PYTHON:
        return error("python", f"Python {name} is too old.", "Install Python 3.11 or newer.")
    return ok("python", f"Python {name} on {platform.system()}")


async def check_node(node: str | None = None, *, built: bool | None = None) -> Finding:
    """Check the version of Node, which the web app runs on."""
    if not (is_built() if built is None else built):
        return skipped("node", "The web app is not built here; `make web` builds it.")
    node = node or find_node()
    version = await _version(node) if node else None
    if version is None:
        return error("node", "The web app needs Node, and there is none.", "Run `make web`.")
    name = ".".join(map(str, version))
    if version[:2] < _OLDEST_NODE:
        return error("node", f"Node {name} is too old.", "Install Node 20.9 or newer.")
    return ok("node", f"Node {name}")


async def _version(node: str) -> tuple[int, ...] | None:
    try:
        process = await asyncio.create_subprocess_exec(
            node, "--version", stdout=asyncio.subprocess.PIPE
        )
        printed, _ = await process.communicate()
        return tuple(int(part) for part in printed.decode().strip().lstrip("v").split("."))
    except (OSError, ValueError):
        return None


async def check_port(settings: ApiSettings, service: Service) -> Finding:
    """Check that a service can listen on its port, or does."""
    check = f"port {service.port}"
    try:
        await check_ports(settings.host, [service], 0)
    except StartError as problem:
        if await _answers(settings, service):
            return ok(check, f"The {service.title} runs there.")
        return error(check, str(problem), f"Free the port, or set {service.variable}.")
    return ok(check, f"It is free for the {service.title}.")


async def _answers(settings: ApiSettings, service: Service) -> bool:
    """Return whether what listens there says that it is alive, as our services do."""
    path = _HEALTH.get(service.name, "/health")
    address = f"http://{reachable(settings.host)}:{service.port}{path}"
    try:
        async with fetching_client() as client:
            answer = await client.get(address, timeout=_ANSWER_SECONDS)
        return bool(answer.is_success and answer.json()["status"] == "ok")
    except (httpx2.HTTPError, ValueError, KeyError, TypeError):
        return False


def check_disk(folder: Path, free: int | None = None) -> Finding:
    """Check the room for the database, logs and keys."""
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    free = shutil.disk_usage(existing).free if free is None else free
    room = f"{free / 1024**3:.1f} GB are free for {folder}."
    if free < _NO_DISK:
        return error("disk", room, "Make room: the database and the logs can't grow.")
    if free < _LITTLE_DISK:
        return warning("disk", room, "Make room, or set TODOCHAT_DATA_DIR to another disk.")
    return ok("disk", room)
