"""Who holds a turn while its process is busy, or can't reach Postgres."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from chat_api.turns.recovery import recover
from db.engine import Sessions, create_engine, create_sessions, transaction
from db.errors import DatabaseUnavailable
from tests.api.conftest import LEASE
from tests.db.turns import open_turn
from tests.faults.network import Network, network_to, through
from tests.model_server import ModelServer
from tests.sse import Event, events_of
from tests.stack import Stack, running_stack


@pytest.fixture
async def network(own_database_url: str) -> AsyncIterator[Network]:
    async with network_to(own_database_url) as network:
        yield network


@pytest.fixture
async def served(
    network: Network, own_database_url: str, slow_model: dict[str, Any], tmp_path: Path
) -> AsyncIterator[Stack]:
    """The services, which reach Postgres through the network."""
    engine = create_engine(through(own_database_url, network), statement_seconds=1)
    async with running_stack(create_sessions(engine), tmp_path, **slow_model) as stack:
        yield stack
        # Connections that went dead would else be closed at leisure.
        await network.refuse()
    await engine.dispose()


@asynccontextmanager
async def chatting(stack: Stack, user: str, message: str) -> AsyncIterator[AsyncIterator[Event]]:
    """Send a message, and yield the events of its turn behind the first text."""
    async with stack.client.stream(
        "POST", f"/api/{user}/chat", json={"message": message}, headers=stack.as_user(user)
    ) as answer:
        events = events_of(answer)
        async for event in events:
            if event.name == "text.delta":
                break
        yield events


async def is_held(sessions: Sessions, user: str) -> bool:
    """Return whether no other process may end the user's one turn."""
    query = text("select lease_until > now() from turns where user_id = :user")
    async with sessions() as session:
        return bool(await session.scalar(query, {"user": user}))


@pytest.mark.requirement("FR-CHAT-053")
async def test_a_process_whose_event_loop_is_busy_keeps_its_turns(
    own_sessions: Sessions, slow_model: dict[str, Any], tmp_path: Path, user: str
) -> None:
    async with (
        running_stack(own_sessions, tmp_path, **slow_model) as stack,
        chatting(stack, user, "[slow 100] tell me") as events,
    ):
        time.sleep(LEASE * 1.3)  # noqa: ASYNC251  it is what keeps the loop busy
        held = await is_held(own_sessions, user)
        names = [event.name async for event in events]
    assert held
    assert names[-1] == "turn.finished"


@pytest.mark.requirement("FR-CHAT-053")
async def test_a_process_that_reaches_postgres_no_more_gives_its_turns_up_before_others_end_them(
    served: Stack, network: Network, own_sessions: Sessions, model_server: ModelServer, user: str
) -> None:
    async with chatting(served, user, "[slow 2000] tell me") as events:
        network.black_hole()
        async with asyncio.timeout(LEASE * 2):
            await model_server.idle()
        held = await is_held(own_sessions, user)
        network.heal()
        last = [event async for event in events][-1]
    assert held
    assert (last.name, last.data["code"]) == ("turn.failed", "interrupted")


@pytest.mark.requirement("FR-CHAT-403")
async def test_a_turn_outlasts_a_postgres_that_is_down_for_longer_than_a_lease(
    served: Stack, network: Network, own_sessions: Sessions, user: str
) -> None:
    async with chatting(served, user, "[slow 600] tell me") as events:
        await network.refuse()
        await asyncio.sleep(LEASE * 1.3)
        held = await is_held(own_sessions, user)
        await network.accept()
        last = [event async for event in events][-1]
    assert not held
    assert last.name == "turn.finished"


@pytest.mark.requirement("FR-CHAT-053")
async def test_after_an_outage_nobody_ends_a_turn_before_its_process_had_time_to_renew_its_lease(
    network: Network, own_database_url: str, user: str
) -> None:
    engine = create_engine(through(own_database_url, network))
    sessions = create_sessions(engine)
    async with transaction(sessions, user) as session:
        turn = (await open_turn(session, user)).turn_id
        await session.execute(text("update turns set lease_until = now() - interval '1 minute'"))
    await network.refuse()
    with pytest.raises(DatabaseUnavailable):
        await recover(sessions, LEASE, user, turn)
    await network.accept()
    at_once = await recover(sessions, 60, user, turn)
    later = await recover(sessions, 0, user, turn)
    await engine.dispose()
    assert (at_once, later) == (False, True)
