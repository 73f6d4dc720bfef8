"""Every replica is restarted while people chat, and nobody notices."""

import asyncio
import re
from dataclasses import dataclass, field

import pytest

from tests.faults.person import Person
from tests.replicas.installation import Installation


@dataclass(frozen=True)
class Load:
    """How many people chat, and how often all replicas are restarted."""

    people: int
    rounds: int


SMALL, FULL = Load(people=4, rounds=1), Load(people=25, rounds=4)
# Streams that outlast the restart of their replica, single answers, and answers to REST.
_TURNS = ("[slow 30]\nadd milk\nthen add bread", "add milk\nthen add bread")

_UNSENT = re.compile(r"(Connection refused\)|timed out\)) while connecting to upstream")


@dataclass
class Chatter:
    """Somebody who says one thing after the other, and counts what they were promised."""

    person: Person
    turns: int = 0
    tasks: int = 0
    failures: list[str] = field(default_factory=list)

    async def chat(self, installation: Installation, over: asyncio.Event) -> None:
        """Chat and add tasks until it is over."""
        while not over.is_set():
            await self._stream(installation)
            await self._say(installation)
            await self._add(installation)

    async def _stream(self, installation: Installation) -> None:
        async with self.person.chatting(installation, _TURNS[0]) as stream:
            seen = await stream.rest()
        self._count(seen[-1].type == "turn.finished", str(seen[-1]))

    async def _say(self, installation: Installation) -> None:
        answer = await self.person.say(installation, _TURNS[1])
        finished = answer.status_code == 200 and len(answer.json()["tool_calls"]) == 2
        self._count(finished, f"{answer.status_code}: {answer.text}")

    async def _add(self, installation: Installation) -> None:
        added = await self.person.request(installation, "POST", "tasks", json={"title": "eggs"})
        self.tasks += 1
        if added.status_code != 201:
            self.failures.append(f"{added.status_code}: {added.text}")

    def _count(self, finished: bool, what: str) -> None:
        self.turns += 1
        self.tasks += 2
        if not finished:
            self.failures.append(what)


@pytest.mark.longest(60)
@pytest.mark.timeout(900)
@pytest.mark.requirement("FR-RUN-172")
async def test_no_turn_fails_while_all_replicas_are_restarted_in_turn(
    installation: Installation, request: pytest.FixtureRequest
) -> None:
    load = FULL if request.config.getoption("full") else SMALL
    chatters = [Chatter(installation.person()) for _ in range(load.people)]
    over = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        for chatter in chatters:
            group.create_task(chatter.chat(installation, over))
        for _ in range(load.rounds):
            for replica in (*installation.mcps, *installation.apis):
                await installation.roll(replica)
        over.set()
    assert [failure for chatter in chatters for failure in chatter.failures] == []
    assert min(chatter.turns for chatter in chatters) > 1
    for chatter in chatters:
        page = await chatter.person.get(installation, "tasks?limit=1")
        assert page["total"] == chatter.tasks
    # nginx goes on to another replica only where one accepted no connection.
    assert [line for line in installation.nginx.errors if not _UNSENT.search(line)] == []
