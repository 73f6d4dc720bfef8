"""A user who sends message after message, with a client that does not give up."""

import asyncio
import random
import time
from collections import Counter
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field

import httpx2

from tests.faults.invariants import (
    check_events,
    check_messages,
    check_next_turn,
    check_tasks,
    messages_of,
)
from tests.faults.person import LAST, Event, Person, Refused, Stream
from tests.faults.programs import Program
from tests.faults.soak.installation import Installation
from tests.faults.world import SLACK

# A message, its reply and those of the check fit a page of a conversation's messages.
_TURNS_OF_CONVERSATION = 20
_LONGEST_TURN = 90.0
_RETRY_SECONDS = 0.3
# Of five streams, one is given up by its client, before its first event or behind some.
_CUTS = 0.2
_MOST_READ = 4


@dataclass
class Turn:
    """One message, and what the client saw of its turn."""

    number: int
    conversation: str | None
    began: float = field(default_factory=time.monotonic)
    ended: float = 0.0
    seen: list[Event] = field(default_factory=list)

    @property
    def id(self) -> str:
        return str(self.seen[0].data["turn_id"])

    @property
    def conversation_id(self) -> str:
        return str(self.seen[0].data["conversation_id"])

    @property
    def outcome(self) -> str:
        last = self.seen[-1]
        return str(last.data.get("code") or last.type.removeprefix("turn."))

    @property
    def is_over(self) -> bool:
        return bool(self.seen) and self.seen[-1].type in LAST


class Life:
    """What one user does, and what came of it; `disturbances` counts what a client retries."""

    def __init__(self, made: Installation, seed: int, pause: float) -> None:
        self._made = made
        self._chance = random.Random(seed)
        self._pause = pause
        self._reading: asyncio.Task[None] | None = None
        self.person: Person = made.world.person()
        self.turns: list[Turn] = []
        self.disturbances: Counter[str] = Counter()

    async def live(self, over: asyncio.Event) -> None:
        """Send messages until it is over, each to the end of its turn."""
        await asyncio.sleep(self._chance.random() * self._pause)
        while not over.is_set():
            turn = Turn(len(self.turns), self._conversation())
            self.turns.append(turn)
            async with asyncio.timeout(_LONGEST_TURN):
                await self._take(turn)
            turn.ended = time.monotonic()
            await asyncio.sleep(self._pause * (0.5 + self._chance.random()))

    def cut(self) -> None:
        """Let the client's connection end, if it has one."""
        if self._reading:
            self._reading.cancel()

    async def check(self) -> None:
        """Check that nothing was lost or doubled: an `AssertionError` says what was."""
        replica, person, world = self._made.second.api, self.person, self._made.world
        conversations = {turn.conversation_id for turn in self.turns}
        messages = {one: await messages_of(person, replica, one) for one in conversations}
        states = []
        for turn in self.turns:
            state = await person.ended(replica, turn.id, within=SLACK)
            check_events(await person.followed(replica, turn.id), turn.seen, state)
            check_messages(messages[turn.conversation_id], state)
            states.append(state)
        await check_tasks(world, person, states)
        stored = await world.rows("select id::text from turns where user_id = $1", person.user)
        assert sorted(row["id"] for row in stored) == sorted(turn.id for turn in self.turns)

    async def check_next(self) -> None:
        """Check that the conversation goes on, while nobody else asks the model."""
        replica, person, turn = self._made.second.api, self.person, self.turns[-1]
        state = await person.ended(replica, turn.id, within=SLACK)
        await check_next_turn(self._made.world, person, replica, turn.conversation_id, state)

    def _conversation(self) -> str | None:
        started = len(self.turns) % _TURNS_OF_CONVERSATION == 0
        return None if started else self.turns[-1].conversation_id

    async def _take(self, turn: Turn) -> None:
        while not turn.is_over:
            self._reading = asyncio.create_task(self._read(turn))
            await asyncio.wait({self._reading})
            if self._reading.cancelled():
                self.disturbances["client cut off"] += 1
            elif problem := self._reading.exception():
                self._count(problem)
                await asyncio.sleep(_RETRY_SECONDS)
        self._reading = None

    def _count(self, problem: BaseException) -> None:
        match problem:
            case Refused(status=status, code=code):
                self.disturbances[f"{status} {code}"] += 1
            case httpx2.TransportError():
                self.disturbances["no connection"] += 1
            case _:
                raise problem

    async def _read(self, turn: Turn) -> None:
        """Read on from what was seen, at any replica; a message that may be lost is sent again."""
        replica = self._chance.choice(self._made.replicas)
        async with self._opened(turn, replica) as stream:
            stream.seen = turn.seen
            if self._chance.random() >= _CUTS:
                await stream.rest()
            elif further := self._chance.randint(0, _MOST_READ):
                await stream.until(len(turn.seen) + further)

    def _opened(self, turn: Turn, replica: Program) -> AbstractAsyncContextManager[Stream]:
        if turn.seen:
            return self.person.following(replica, turn.id, after=turn.seen[-1].id)
        milk = f"[slow 20]\nadd milk {turn.number}\nthen add bread {turn.number}"
        goes_on = {"conversation_id": turn.conversation} if turn.conversation else {}
        return self.person.chatting(replica, milk, key=f"message-{turn.number}", **goes_on)
