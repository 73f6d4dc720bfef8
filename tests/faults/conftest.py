from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from tests.faults.size import EVENTS, FULL, SMALL, SOME_POSITIONS, Size
from tests.faults.world import World, running_world


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give a test that asks for `every_position` all of them, or a few."""
    if "every_position" in metafunc.fixturenames:
        every = range(1, len(EVENTS) + 1)
        chosen = every if metafunc.config.getoption("full") else SOME_POSITIONS
        metafunc.parametrize("every_position", chosen)


@pytest.fixture(scope="session")
def size(request: pytest.FixtureRequest) -> Size:
    return FULL if request.config.getoption("full") else SMALL


@pytest.fixture(scope="session")
async def shared_world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with running_world(tmp_path_factory.mktemp("world")) as world:
        yield world


@pytest.fixture(scope="session")
async def shared_steady_world(shared_world: World) -> AsyncIterator[World]:
    one, two = (shared_world.further_replica(TURN_LEASE="15") for _ in range(2))
    async with one.running(), two.running():
        yield replace(shared_world, one=one, two=two)


@pytest.fixture
async def world(shared_world: World) -> World:
    """The services, all up again after what the test before did to them."""
    return await _anew(shared_world)


@pytest.fixture
async def steady_world(shared_steady_world: World) -> World:
    """The same with replicas that nobody kills, and a lease that a busy machine renews in time."""
    return await _anew(shared_steady_world)


async def _anew(world: World) -> World:
    await world.ready()
    world.model.reset()
    return world
