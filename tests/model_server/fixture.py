"""Start and stop the server inside a test's event loop."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest

from tests.model_server.app import ModelServer
from tests.serving import listen, port_of, serving


@asynccontextmanager
async def running_model_server() -> AsyncIterator[ModelServer]:
    """Serve on a free loopback port until the block ends."""
    listener = listen()
    model_server = ModelServer(f"http://127.0.0.1:{port_of(listener)}/v1")
    async with serving(model_server.app, listener):
        yield model_server


@pytest.fixture(scope="session")
async def shared_model_server() -> AsyncIterator[ModelServer]:
    async with running_model_server() as server:
        yield server


@pytest.fixture
def model_server(shared_model_server: ModelServer) -> Iterator[ModelServer]:
    """A model vendor of this test alone: nothing scripted, no requests seen yet."""
    shared_model_server.reset()
    yield shared_model_server
    shared_model_server.reset()
