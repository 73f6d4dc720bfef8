"""Playing a conversation: two new users, their tasks, and one turn after the other."""

import time
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import uuid4
from zoneinfo import ZoneInfo

from chat_api.client.errors import RequestRefused
from chat_api.events import TurnCancelled, TurnEvent, TurnFailed, TurnFinished, TurnStarted
from chat_api.replay.placeholders import Known, fill
from chat_api.replay.script import Conversation, StartingTask, Turn
from chat_api.replay.service import ApiUser, TargetService
from chat_api.replay.transcript import Row, Rows, Transcript, TurnRecord


@dataclass(frozen=True)
class Scene:
    """A conversation of a script, and the zone that the script is in."""

    conversation: Conversation
    zone: str

    def zone_of(self, turn: Turn | None = None) -> str:
        """Return where the user is, for a turn or before all of them."""
        return (turn and turn.zone) or self.conversation.zone or self.zone


async def play(scene: Scene, service: TargetService) -> Transcript:
    """Play a conversation with users that nobody had before.

    Raises:
        ClientError: The service can't be reached, or refuses what is no message.

    """
    conversation = scene.conversation
    async with AsyncExitStack() as stack:
        user = await stack.enter_async_context(service.as_user(_new_name()))
        neighbour = await stack.enter_async_context(service.as_user(_new_name()))
        known = Known(_day(scene.zone_of()), neighbour.name)
        await user.add_tasks(_rows(conversation.tasks, known))
        await neighbour.add_tasks(_rows(conversation.neighbour, known))
        before = await user.tasks(), await neighbour.tasks()
        turns = await _talk(scene, user, known)
        after = await user.tasks(), await neighbour.tasks()
    mine, theirs = (Rows(before=old, after=new) for old, new in zip(before, after, strict=True))
    return Transcript(turns=turns, tasks=mine, neighbour=theirs, neighbour_name=neighbour.name)


async def _talk(scene: Scene, user: ApiUser, known: Known) -> list[TurnRecord]:
    heard: list[TurnRecord] = []
    conversation_id: str | None = None
    for turn in scene.conversation.turns:
        zone = scene.zone_of(turn)
        said = fill(turn.say, replace(known, today=_day(zone)))
        answer, conversation_id = await _turn(user, said, zone, conversation_id)
        heard.append(answer)
    return heard


async def _turn(
    user: ApiUser, said: str, zone: str, conversation_id: str | None
) -> tuple[TurnRecord, str | None]:
    """Return what was heard, and the conversation to go on with."""
    started, asked_on = time.perf_counter(), _day(zone)
    heard = TurnRecord(said=said, zone=zone, days=[asked_on])
    try:
        events = user.client.send_message(said, conversation_id=conversation_id, timezone=zone)
        async for event in events:
            conversation_id = _take_in(event, heard) or conversation_id
    except RequestRefused as error:
        heard.ended = error.code
    heard.seconds = time.perf_counter() - started
    heard.days = sorted({asked_on, _day(zone)})
    return heard, conversation_id


def _take_in(event: TurnEvent, heard: TurnRecord) -> str | None:
    """Keep what an event tells; return the conversation if it names one."""
    match event:
        case TurnStarted():
            heard.model = event.model
            return str(event.conversation_id)
        case TurnFinished():
            heard.reply, heard.calls, heard.usage = event.response, event.tool_calls, event.usage
        case TurnFailed() | TurnCancelled():
            heard.reply, heard.calls, heard.ended = event.response, event.tool_calls, event.code
    return None


def _day(zone: str) -> date:
    return datetime.now(ZoneInfo(zone)).date()


def _rows(tasks: list[StartingTask], known: Known) -> list[Row]:
    rows: list[Row] = fill([task.model_dump(exclude_none=True) for task in tasks], known)
    return rows


def _new_name() -> str:
    return f"replay-{uuid4().hex[:12]}"
