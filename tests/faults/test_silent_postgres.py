"""The network to Postgres fails without a word: no error, no end of any connection."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2
import pytest

from db.engine import create_engine, create_sessions
from db.settings import STATEMENT_SECONDS
from tests.faults.network import Network, network_to, through
from tests.faults.standby import promote, standby_of
from tests.stack import Stack, running_stack

_POOL_SIZE = 10
# More than there are connections: some wait for one.
_AT_ONCE = 14


@pytest.fixture
def statement_seconds(request: pytest.FixtureRequest) -> float:
    """The limit as it is by default, or one that is not waited for so long."""
    return STATEMENT_SECONDS if request.config.getoption("full") else 1.0


@pytest.fixture
async def network(own_database_url: str) -> AsyncIterator[Network]:
    async with network_to(own_database_url) as network:
        yield network


@pytest.fixture
async def served(
    network: Network, own_database_url: str, statement_seconds: float, tmp_path: Path
) -> AsyncIterator[Stack]:
    url = through(own_database_url, network)
    async with serving(url, statement_seconds, tmp_path) as stack:
        yield stack


@asynccontextmanager
async def serving(url: str, statement_seconds: float, folder: Path) -> AsyncIterator[Stack]:
    """Run the services, all connections of their pool open."""
    engine = create_engine(url, pool_size=_POOL_SIZE, statement_seconds=statement_seconds)
    async with running_stack(create_sessions(engine), folder, chat_provider="offline") as stack:
        assert await statuses(stack) == {201}
        yield stack
    await engine.dispose()


async def statuses(stack: Stack) -> set[int]:
    """Add many tasks at once, each as another user, and return how that was answered."""
    added = await asyncio.gather(*(add(stack, f"user-{number}") for number in range(_AT_ONCE)))
    assert all("retry-after" in answer.headers for answer in added if answer.status_code == 503)
    return {answer.status_code for answer in added}


async def add(stack: Stack, user: str) -> httpx2.Response:
    return await stack.client.post(
        f"/api/{user}/tasks", json={"title": "milk"}, headers=stack.as_user(user)
    )


@pytest.mark.requirement("FR-RUN-120")
@pytest.mark.parametrize("fault", ["black hole", "half-open sockets", "latency"])
async def test_requests_are_refused_in_time_and_served_again_soon_after(
    network: Network, served: Stack, statement_seconds: float, fault: str
) -> None:
    match fault:
        case "black hole":
            network.black_hole()
        case "half-open sockets":
            network.lose_peers()
        case "latency":
            network.latency = statement_seconds * 5 / 8
    # Those that find no connection have it after the others have given theirs up.
    async with asyncio.timeout(2 * statement_seconds + 10):
        during = await statuses(served)
    assert during <= {201, 503}
    network.heal()
    await until_served(served)


@pytest.mark.requirement("FR-RUN-120")
async def test_a_standby_that_takes_over_is_found_by_the_urls_other_host(
    own_database_url: str, statement_seconds: float, tmp_path: Path
) -> None:
    async with (
        standby_of(own_database_url) as standby_url,
        network_to(own_database_url) as to_primary,
        network_to(standby_url) as to_standby,
        serving(
            through(own_database_url, to_standby, to_primary), statement_seconds, tmp_path
        ) as stack,
    ):
        to_primary.black_hole()
        await promote(standby_url)
        await until_served(stack)


async def until_served(stack: Stack) -> None:
    """Wait until all requests are served, at most ten seconds."""
    async with asyncio.timeout(10):
        while await statuses(stack) != {201}:
            pass


@pytest.mark.requirement("FR-RUN-120")
async def test_a_peer_that_vanished_while_nothing_was_sent_costs_a_moment_and_no_request(
    network: Network, served: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("db.engine._PING_AFTER_SECONDS", 0)
    network.lose_peers()
    async with asyncio.timeout(10):
        assert await statuses(served) == {201}
