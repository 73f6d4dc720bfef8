"""A turn is stopped at one replica while another runs it."""

import asyncio

import pytest

from tests.faults.invariants import check_turn
from tests.faults.world import SLACK, World

# Sooner than a replica looks by itself: it was told.
_SECONDS_TO_STOP = 4


@pytest.mark.requirement("FR-CHAT-408")
@pytest.mark.parametrize(
    ("message", "position"),
    [
        pytest.param("[slow 500]\nadd milk", 5, id="while the model streams"),
        pytest.param("[slow 500]\nadd milk", 1, id="while the model writes a call"),
        pytest.param("[late stall]\nadd milk", 3, id="while the model is silent"),
        pytest.param("[stall-before]", 1, id="before the model answers"),
        pytest.param("[keep-alive]", 1, id="while the model sends signs of life only"),
    ],
)
async def test_it_ends_at_once_and_hangs_up_on_the_model(
    steady_world: World, message: str, position: int
) -> None:
    world = steady_world
    person = world.person()
    async with person.chatting(world.one, message) as stream:
        await stream.until(position)
        turn = stream.seen[0].data["turn_id"]
        async with person.following(world.two, turn) as elsewhere:
            # What is stored by then brings no news of the stop any more.
            await elsewhere.until(position)
        asked = await person.request(world.two, "POST", f"turns/{turn}/cancel")
        async with asyncio.timeout(_SECONDS_TO_STOP):
            seen = await stream.rest()
            await world.model.idle()
    assert asked.status_code == 202
    end = seen[-1]
    assert end.type == "turn.cancelled"
    deltas = [event.data["delta"] for event in seen if event.type == "text.delta"]
    assert end.data["response"] == "".join(deltas)
    finished = [event.data["id"] for event in seen if event.type == "tool.finished"]
    assert [call["id"] for call in end.data["tool_calls"]] == finished
    state = await check_turn(world, person, world.two, seen, within=SLACK)
    assert state["status"] == "cancelled"


@pytest.mark.requirement("FR-CHAT-408")
async def test_a_listener_at_a_third_place_learns_of_it(steady_world: World) -> None:
    world = steady_world
    person = world.person()
    async with person.chatting(world.one, "[stall]") as stream:
        await stream.until(1)
        turn = stream.seen[0].data["turn_id"]
        async with person.following(world.two, turn) as elsewhere:
            await elsewhere.until(1)
            await person.request(world.one, "POST", f"turns/{turn}/cancel")
            async with asyncio.timeout(_SECONDS_TO_STOP):
                assert await elsewhere.rest() == await stream.rest()
