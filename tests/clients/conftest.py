import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from db.access_tokens import UserAccessTokens
from db.engine import Sessions, transaction
from db.values import NewAccessToken
from tests.clients.matrix import ROWS
from tests.stack import Stack


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave to `make conformance` what `make clients` has to have installed something for."""
    left_out = collection_path.name == "test_inspector.py" and not config.getoption("full")
    return True if left_out else None


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give a test that asks for a `row` all of them, or those that need no installation."""
    if "row" in metafunc.fixturenames:
        full = metafunc.config.getoption("full")
        chosen = [row for row in ROWS if full or row.client.environment == "ours"]
        metafunc.parametrize("row", chosen, ids=str)


@dataclass(frozen=True)
class WaysIn:
    """The tools of one user: over HTTP at `url` with `token`, over stdio by `command`."""

    url: str
    token: str
    command: list[str]
    environment: dict[str, str]


@pytest.fixture
async def ways_in(stack: Stack, committed: Sessions, database_url: str, user: str) -> WaysIn:
    """Where a client of this user gets in, with a personal access token."""
    async with transaction(committed, user) as session:
        _, token = await UserAccessTokens(session, user).create(NewAccessToken(name="a client"))
    return WaysIn(
        url=stack.settings.mcp_resource,
        token=token,
        command=[sys.executable, "-m", "mcp_server", "--stdio"],
        environment={"DATABASE_URL": database_url, "TODOCHAT_TOKEN": token},
    )
