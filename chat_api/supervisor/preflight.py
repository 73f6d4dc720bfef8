"""Checks of the ports before anything starts."""

import asyncio
import errno
import socket
import time
from collections.abc import Sequence

import psutil

from chat_api.supervisor.plan import Service
from chat_api.supervisor.processes import StartError

# The services of a supervisor that was killed a moment ago still hold their ports.
_GRACE_SECONDS = 2
_POLL_SECONDS = 0.05


async def check_ports(
    host: str, services: Sequence[Service], seconds: float = _GRACE_SECONDS
) -> None:
    """Make sure that every service can listen on its port of `host`.

    Raises:
        StartError: A port is taken, given twice or not allowed, or the host is not this machine.
    """
    _check_distinct(services)
    deadline = time.monotonic() + seconds
    for service in services:
        while problem := _problem(host, service):
            if problem.errno != errno.EADDRINUSE or time.monotonic() >= deadline:
                raise StartError(_message(host, service, problem)) from problem
            await asyncio.sleep(_POLL_SECONDS)


def _check_distinct(services: Sequence[Service]) -> None:
    seen: dict[int, Service] = {}
    for service in services:
        other = seen.setdefault(service.port, service)
        if other is not service:
            raise StartError(
                f"{other.variable} and {service.variable} are both {service.port}: "
                "each service needs a port of its own."
            )


def _problem(host: str, service: Service) -> OSError | None:
    try:
        addresses = socket.getaddrinfo(
            host, service.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
        for family, kind, protocol, _, address in addresses:
            with socket.socket(family, kind, protocol) as listener:
                # As the servers do: a port whose old connections linger is free.
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                listener.bind(address)
    except OSError as error:
        return error
    return None


def _message(host: str, service: Service, problem: OSError) -> str:
    port = f"{service.variable} {service.port}"
    if problem.errno == errno.EADDRINUSE:
        return (
            f"Port {service.port} of the {service.title} is taken{_owner(service.port)}. "
            f"Stop that, or set {service.variable} to a free port."
        )
    if problem.errno == errno.EACCES:
        return f"{port} is not open to ordinary users: set {service.variable} above 1023."
    return f"HOST {host} can't be listened on: {problem.strerror}."


def _owner(port: int) -> str:
    try:
        for connection in psutil.net_connections(kind="tcp"):
            listening = connection.status == psutil.CONN_LISTEN
            if listening and getattr(connection.laddr, "port", None) == port:
                return f" by {_process_name(connection.pid)}" if connection.pid else ""
    except psutil.Error:
        pass
    return ""


def _process_name(pid: int) -> str:
    try:
        return f"{psutil.Process(pid).name()} (process {pid})"
    except psutil.Error:
        return f"process {pid}"
