"""Many users at once, and what any of them can see or touch of another's."""

import asyncio
import json
import re
from typing import Any
from uuid import uuid4

import pytest

from db.models import TABLES
from tests.faults.person import LAST, Event, Person
from tests.faults.size import Size
from tests.faults.world import World

_SECRET = re.compile(r"secret-of-(user-\w+)")
_CONVERSATIONS = 2


def secrets_in(*things: Any) -> set[str]:
    """Whose secrets are somewhere in there."""
    return {owner for thing in things for owner in _SECRET.findall(json.dumps(thing, default=str))}


class Life:
    """What one user does, and got to see."""

    def __init__(self, world: World, person: Person) -> None:
        self._world = world
        self.person = person
        self.conversations: list[str] = []
        self.turns: list[str] = []
        self.seen: list[Event] = []

    async def live(self, turns: int) -> None:
        for number in range(turns):
            await self._take_turn(number)

    async def _take_turn(self, number: int) -> None:
        replica = self._world.replicas[number % 2]
        secret = f"secret-of-{self.person.user}"
        message = f"[slow 2]\nadd {secret} {number}\nthen call list_tasks"
        known = self.conversations[number % _CONVERSATIONS :]
        goes_on = {"conversation_id": known[0]} if known else {}
        async with self.person.chatting(replica, message, **goes_on) as stream:
            seen = await stream.rest()
        assert seen[-1].type == "turn.finished", seen[-1]
        self.seen += seen
        self.turns.append(seen[0].data["turn_id"])
        if not goes_on:
            self.conversations.append(seen[0].data["conversation_id"])


@pytest.mark.requirement("FR-CHAT-406")
@pytest.mark.timeout(300)
async def test_nobody_sees_or_touches_what_is_anothers(steady_world: World, size: Size) -> None:
    world = steady_world
    lives = [Life(world, world.person()) for _ in range(size.users)]
    await asyncio.gather(*(life.live(size.turns_per_user) for life in lives))
    for number, life in enumerate(lives):
        await check_what_is_shown(world, life, size)
        await check_what_is_refused(world, life, lives[number - 1])
    await check_what_is_stored(world, lives, size)
    for request in world.model.requests:
        assert len(secrets_in(request.body)) <= 1


async def check_what_is_shown(world: World, life: Life, size: Size) -> None:
    person, (one, two) = life.person, world.replicas
    mine = {person.user}
    tasks = await person.get(two, "tasks?limit=100")
    assert tasks["total"] == size.turns_per_user
    conversations = await person.get(one, "conversations?limit=100")
    shown = [row["id"] for row in conversations["conversations"]]
    assert sorted(shown) == sorted(life.conversations)
    messages = [await person.get(two, f"conversations/{id_}/messages?limit=100") for id_ in shown]
    states = [await person.get(one, f"turns/{turn}") for turn in life.turns]
    read = [event.data for event in life.seen]
    for told in (tasks, conversations, *messages, read):
        assert secrets_in(told) == mine
    assert {event.type for event in life.seen} & set(LAST) == {"turn.finished"}
    assert secrets_in(states) == mine


async def check_what_is_refused(world: World, life: Life, other: Life) -> None:
    """Another's ids are as unknown as ids of nothing, and another's path is closed."""
    person = life.person
    turns, conversations = (other.turns[0], str(uuid4())), (other.conversations[0], str(uuid4()))
    asked = [
        *(("GET", f"turns/{turn}", None) for turn in turns),
        *(("GET", f"turns/{turn}/events", None) for turn in turns),
        *(("POST", f"turns/{turn}/cancel", None) for turn in turns),
        *(("GET", f"conversations/{id_}", None) for id_ in conversations),
        *(("GET", f"conversations/{id_}/messages", None) for id_ in conversations),
        *(("PATCH", f"conversations/{id_}", {"title": "mine"}) for id_ in conversations),
        *(("DELETE", f"conversations/{id_}", None) for id_ in conversations),
        *(("POST", "chat", {"message": "hi", "conversation_id": id_}) for id_ in conversations),
    ]
    for replica in world.replicas:
        for method, path, body in asked:
            answer = await person.request(replica, method, path, json=body)
            assert answer.status_code == 404, (method, path)
            assert not secrets_in(answer.text)
        answer = await person.request(replica, "GET", f"../{other.person.user}/tasks")
        assert answer.status_code == 403


async def check_what_is_stored(world: World, lives: list[Life], size: Size) -> None:
    """Look at every row of every table, as their owner's owner."""
    ours = [life.person.user for life in lives]
    counted = {}
    for table in TABLES:
        query = f"select user_id, to_jsonb(t)::text as row from {table} t where user_id = any($1)"
        rows = await world.rows(query, ours)
        counted[table] = len(rows)
        for row in rows:
            assert secrets_in(row["row"]) <= {row["user_id"]}, table
    turns = size.users * size.turns_per_user
    assert counted["tasks"] == counted["task_changes"] == counted["turns"] == turns
    assert counted["messages"] == 2 * turns
