"""Checks of the ports before anything starts."""

import asyncio
import os
import re
import socket
from dataclasses import replace

import pytest

from chat_api.settings import ApiSettings
from chat_api.supervisor.plan import Service
from chat_api.supervisor.preflight import check_ports
from chat_api.supervisor.processes import StartError
from chat_api.supervisor.services import reachable, services

HOST = "127.0.0.1"

pytestmark = pytest.mark.requirement("FR-RUN-010")


def on_port(port: int) -> Service:
    return replace(services(ApiSettings())[-1], port=port)


async def test_a_taken_port_is_told_with_its_variable_and_who_has_it() -> None:
    with socket.create_server((HOST, 0)) as taken:
        port = taken.getsockname()[1]
        message = re.escape(f"Port {port} of the API is taken by ")
        with pytest.raises(StartError, match=message) as raised:
            await check_ports(HOST, [on_port(port)], seconds=0)
    assert f"(process {os.getpid()}). Stop that, or set API_PORT to a free port." in str(
        raised.value
    )


async def test_a_port_that_becomes_free_in_a_moment_is_waited_for() -> None:
    with socket.create_server((HOST, 0)) as taken:
        port = taken.getsockname()[1]
        check = asyncio.create_task(check_ports(HOST, [on_port(port)], seconds=5))
        await asyncio.sleep(0)
    await check


async def test_two_services_on_one_port_are_told_before_they_collide() -> None:
    api = on_port(8000)
    with pytest.raises(StartError, match="MCP_PORT and API_PORT are both 8000"):
        await check_ports(HOST, [replace(api, variable="MCP_PORT"), api])


@pytest.mark.parametrize("host", ["192.0.2.1", "no.such.host.invalid"])
async def test_a_host_that_is_not_this_machine_is_told(host: str) -> None:
    with pytest.raises(StartError, match=f"HOST {host} can't be listened on"):
        await check_ports(host, [on_port(8000)])


@pytest.mark.parametrize(
    ("host", "url_host"),
    [("0.0.0.0", "127.0.0.1"), ("::", "[::1]"), ("::1", "[::1]"), ("localhost", "localhost")],
)
def test_addresses_are_shown_as_a_client_needs_them(host: str, url_host: str) -> None:
    assert reachable(host) == url_host
