"""The web app alone, over a network to Postgres that fails, with the login role of its own."""

import asyncio
import os
import secrets
import subprocess
from collections.abc import AsyncIterator
from dataclasses import dataclass
from ipaddress import IPv6Address
from pathlib import Path

import httpx2
import pytest
from sqlalchemy.engine import make_url

from chat_api.supervisor.web_process import START_SCRIPT, find_node
from db.login_roles import ensure_login_roles
from tests.faults.network import Network, network_to, through
from tests.postgres import new_database
from tests.processes import free_port
from tests.serving import NO_AUTHORITIES
from tests.web.running import PASSWORD, PROXY, SECRET, new_email, sign_up

_TIMEOUT = 2
_AT_ONCE = 8


@dataclass(frozen=True)
class Alone:
    """A visitor of the web app, and the network that its connections go through."""

    visitor: httpx2.AsyncClient
    network: Network
    log: Path

    async def statuses(self) -> set[int]:
        """Sign in with a wrong password many times at once, and return how that was answered."""
        wrong = [{"email": new_email(), "password": PASSWORD} for _ in range(_AT_ONCE)]
        answers = await asyncio.gather(
            *(
                # Tries are counted by address.
                self.visitor.post(
                    "/api/auth/sign-in/email",
                    json=body,
                    headers={"X-Forwarded-For": str(IPv6Address(secrets.randbits(128)))},
                )
                for body in wrong
            )
        )
        assert all(one.headers["retry-after"] for one in answers if one.status_code == 503)
        return {answer.status_code for answer in answers}


@pytest.fixture(scope="module")
async def alone(
    migrated_url: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Alone]:
    url = await new_database(migrated_url)
    await ensure_login_roles(url, _TIMEOUT)
    own = make_url(url).set(username="todochat_web").render_as_string(hide_password=False)
    port = free_port()
    log: Path = tmp_path_factory.mktemp("alone") / "web.log"
    async with network_to(own) as network:
        variables = {
            "DATABASE_URL": through(own, network),
            "DATABASE_TIMEOUT": str(_TIMEOUT),
            "BETTER_AUTH_SECRET": SECRET,
            "WEB_PORT": str(port),
            "TRUSTED_PROXIES": PROXY,
        }
        node = find_node()
        assert node
        with (
            log.open("wb") as output,
            subprocess.Popen(  # noqa: ASYNC220  it starts at once
                [node, START_SCRIPT], env={**os.environ, **variables}, stdout=output, stderr=output
            ) as program,
        ):
            address = f"http://localhost:{port}"
            async with httpx2.AsyncClient(
                base_url=address, headers={"Origin": address}, timeout=30, verify=NO_AUTHORITIES
            ) as visitor:
                try:
                    await until_ready(visitor)
                    yield Alone(visitor, network, log)
                finally:
                    program.terminate()
                    program.wait(10)


async def until_ready(visitor: httpx2.AsyncClient) -> None:
    async with asyncio.timeout(30):
        while not await is_ready(visitor):  # noqa: ASYNC110  it is another process
            await asyncio.sleep(0.1)


async def is_ready(visitor: httpx2.AsyncClient) -> bool:
    try:
        return (await visitor.get("/ready")).status_code == 200
    except httpx2.TransportError:
        return False


@pytest.mark.requirement("FR-RUN-123")
async def test_the_web_app_makes_its_tables_with_its_role(alone: Alone) -> None:
    assert (await sign_up(alone.visitor))["id"]


@pytest.mark.requirement("FR-RUN-124")
@pytest.mark.parametrize("fault", ["black hole", "half-open sockets"])
async def test_sign_in_is_refused_in_time_and_served_again_soon_after(
    alone: Alone, fault: str
) -> None:
    assert await alone.statuses() == {401}
    if fault == "black hole":
        alone.network.black_hole()
    else:
        alone.network.lose_peers()
    async with asyncio.timeout(2 * _TIMEOUT + 15):
        assert await alone.statuses() <= {401, 503}
        if fault == "black hole":
            answer = await alone.visitor.get("/ready")
            assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
    alone.network.heal()
    async with asyncio.timeout(10):
        while await alone.statuses() != {401}:
            pass
    # Of both faults: they follow each other.
    assert alone.log.read_text().count("The database is not available") <= 1
    assert "Error" not in alone.log.read_text()
