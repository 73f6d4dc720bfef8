"""What must hold for a turn whatever happened while it ran."""

from collections import Counter
from typing import Any

from tests.faults.person import LAST, Event, Person
from tests.faults.programs import Program
from tests.faults.world import World

_TOLD = {
    "failed": "This reply broke off because of an error.",
    "cancelled": "This reply was stopped.",
    "interrupted": "This reply was interrupted.",
}


async def check_turn(
    world: World, person: Person, replica: Program, seen: list[Event], *, within: float
) -> dict[str, Any]:
    """Check a turn by its first event, and all that was seen of it; returns its final state.

    `within` is how many seconds it may take from now on to its end.
    """
    turn, conversation = seen[0].data["turn_id"], seen[0].data["conversation_id"]
    state = await person.ended(replica, turn, within=within)
    check_events(await person.followed(replica, turn), seen, state)
    check_messages(await messages_of(person, replica, conversation), state)
    await check_tasks(world, person, [state])
    await check_next_turn(world, person, replica, conversation, state)
    return state


def check_events(kept: list[Event], seen: list[Event], state: dict[str, Any]) -> None:
    """The stream can be read anew: in order, with one end, and none under another's number."""
    numbers = [event.id for event in kept]
    assert numbers == sorted(set(numbers))
    assert [event.type in LAST for event in kept] == [False] * (len(kept) - 1) + [True]
    by_number = {event.id: event for event in kept}
    assert [event for event in seen if by_number.get(event.id, event) != event] == []
    end = kept[-1].data
    answer = state["answer"]
    assert {name: end[name] for name in answer} == answer


async def messages_of(person: Person, replica: Program, conversation: str) -> list[Any]:
    """Return a conversation's messages, of which a page has room for a hundred."""
    page = await person.get(replica, f"conversations/{conversation}/messages?limit=100")
    return list(page["messages"])


def check_messages(messages: list[Any], state: dict[str, Any]) -> None:
    """The message is stored once, with one reply, which is what the turn's answer says."""
    of_turn = [message for message in messages if message["turn_id"] == state["id"]]
    assert Counter(message["role"] for message in of_turn) == {"user": 1, "assistant": 1}
    reply = next(message for message in of_turn if message["role"] == "assistant")
    answer = state["answer"]
    assert reply["status"] == state["status"]
    assert (reply["content"], reply["tool_calls"]) == (answer["response"], answer["tool_calls"])


async def check_tasks(world: World, person: Person, states: list[dict[str, Any]]) -> None:
    """What the messages say of tools is what they did, no more and no less, and once.

    `states` are all turns of the person that added tasks, each under other titles.
    """
    added = [
        (call["result"]["task_id"], call["arguments"]["title"], state["id"])
        for state in states
        for call in state["answer"]["tool_calls"]
        if call["name"] == "add_task" and not call["is_error"]
    ]
    rows = await world.rows("select id, title from tasks where user_id = $1", person.user)
    assert sorted((number, title) for number, title, _ in added) == sorted(
        (row["id"], row["title"]) for row in rows
    )
    assert max(Counter(title for _, title, _ in added).values(), default=1) == 1
    changes = await world.rows(
        "select task_id, turn_id::text from task_changes where user_id = $1", person.user
    )
    assert sorted(map(tuple, changes)) == sorted((number, turn) for number, _, turn in added)
    for state in states:
        calls = state["answer"]["tool_calls"]
        assert len({call["id"] for call in calls}) == len(calls)


async def check_next_turn(
    world: World, person: Person, replica: Program, conversation: str, state: dict[str, Any]
) -> None:
    """The conversation is free, and the model is told how the turn before ended."""
    answer = await person.say(replica, "and now?", conversation_id=conversation)
    assert answer.status_code == 200, answer.text
    shown = str(world.model.requests[-1].body)
    assert _TOLD.get(state["status"], "") in shown
    for call in state["answer"]["tool_calls"]:
        assert call["arguments"]["title"] in shown
