"""Playing the everyday conversations with the built-in assistant, in a stack of their own."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import uuid4

from chat_api.client.errors import ClientError
from chat_api.replay.request import parse_model
from chat_api.replay.service import ApiUser, TargetService
from chat_api.replay.stack import temporary_stack
from chat_api.settings import read_settings
from chat_api.supervisor.signals import StopSignals
from tests.bench.everyday.expectation import Everyday, EverydayTurn
from tests.bench.everyday.reply import falls_back, offers
from tests.bench.everyday.verdict import FINE, Grade, Verdict, judge, judge_nearest
from tests.bench.everyday.world import PlayedTurn, Task

_JOBS = 2
# Offers that lead nowhere new.
_IDLE_OFFERS = frozenset({"undo", "what can you do?"})


@dataclass(frozen=True)
class JudgedTurn:
    """A turn as it was played, and the verdict on it."""

    name: str
    played: PlayedTurn
    verdict: Verdict


async def play_all(conversations: Iterable[Everyday]) -> list[JudgedTurn]:
    """Play conversations, each with a new user, and judge their turns.

    Raises:
        StartError: The stack does not start.
        ClientError: The service can't be reached, or refuses a task that is there before.
    """
    gate = asyncio.Semaphore(_JOBS)

    async def play_one(conversation: Everyday, service: TargetService) -> list[JudgedTurn]:
        async with gate:
            return await play(conversation, service)

    model = parse_model("offline").variables
    with StopSignals() as stop:
        async with temporary_stack(read_settings(), model, stop) as stack:
            found = await asyncio.gather(*(play_one(each, stack.service) for each in conversations))
    return [turn for turns in found for turn in turns]


async def play(conversation: Everyday, service: TargetService) -> list[JudgedTurn]:
    """Play a conversation; turns after one that went astray are blocked, unless they are right."""
    turns: list[JudgedTurn] = []
    astray = False
    async with service.as_user(_new_name()) as user:
        chat = await _begin(conversation, user)
        for number, turn in enumerate(conversation.turns, 1):
            played = await chat.send(turn.say)
            verdict = judge(turn.expect, played)
            if verdict.grade is Grade.QUESTION and played.suggestions and not played.wrote:
                verdict = await _follow(conversation, number, played, verdict, service)
            right = verdict.grade is Grade.RIGHT and played.wrote
            if astray and not right and verdict.grade is not Grade.ERROR:
                reasons = (f"would be {verdict.grade}", *verdict.reasons)
                verdict = Verdict(Grade.BLOCKED, reasons)
            astray = astray or verdict.grade not in FINE
            turns.append(JudgedTurn(f"{conversation.id}.{number}", played, verdict))
    return turns


async def _follow(
    conversation: Everyday,
    number: int,
    question: PlayedTurn,
    verdict: Verdict,
    service: TargetService,
) -> Verdict:
    """Judge a question by its offers, each sent by a new user: one must lead to what was meant."""
    turns = conversation.turns[:number]
    goals = [each for each in turns[-1].expect.alternatives if not each.asks]
    if not goals:
        return verdict
    reasons = [*verdict.reasons]
    for offer in question.suggestions:
        if offer.lower() in _IDLE_OFFERS:
            continue
        outcome = await _after_offer(conversation, turns, offer, service)
        if judge_nearest(goals, outcome).grade in FINE:
            return Verdict(Grade.QUESTION, (*reasons, f"the offer “{offer}” leads there"))
        reasons.append(f"the offer “{offer}” leads elsewhere: {' / '.join(outcome.lines())}")
    lost = falls_back(question) and not offers(question)
    return Verdict(Grade.DEAD_END if lost else Grade.MISS, tuple(reasons))


async def _after_offer(
    conversation: Everyday, turns: Sequence[EverydayTurn], offer: str, service: TargetService
) -> PlayedTurn:
    """Return the last turn as if it had ended with the answer to the offer."""
    async with service.as_user(_new_name()) as user:
        chat = await _begin(conversation, user)
        for turn in turns:
            last = await chat.send(turn.say)
        answer = await chat.send(offer)
    return PlayedTurn(
        last.say, last.before, answer.after, answer.reply, answer.suggestions, answer.sent_at
    )


@dataclass
class _Chat:
    user: ApiUser
    tasks: list[Task] = field(default_factory=list)
    conversation_id: str | None = None

    async def send(self, message: str) -> PlayedTurn:
        """Send a message, and read the tasks after it."""
        before, sent_at = self.tasks, datetime.now(UTC)
        body = {"message": message, "timezone": "UTC", "conversation_id": self.conversation_id}
        answer, error = {}, ""
        try:
            answer = await self.user.client.request(
                "POST",
                "/chat",
                json={name: value for name, value in body.items() if value is not None},
                headers={"Accept": "application/json"},
            )
        except ClientError as problem:
            error = str(problem)
        self.conversation_id = answer.get("conversation_id", self.conversation_id)
        self.tasks = await _tasks(self.user)
        suggestions = answer.get("suggestions", [])
        reply = answer.get("response", "")
        return PlayedTurn(message, before, self.tasks, reply, suggestions, sent_at, error)


async def _begin(conversation: Everyday, user: ApiUser) -> _Chat:
    await user.add_tasks(conversation.seed_rows(datetime.now(UTC).date()))
    return _Chat(user, await _tasks(user))


async def _tasks(user: ApiUser) -> list[Task]:
    return [Task.model_validate(row) for row in await user.tasks()]


def _new_name() -> str:
    return f"everyday-{uuid4().hex[:12]}"
