"""Playing a scripted conversation, and the transcript of what happened.

Each run has two new users: the one who talks, and another one whose tasks must not change.
"""

import time
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import uuid4
from zoneinfo import ZoneInfo

from pydantic import BaseModel

from chat_api.client.errors import RequestRefused
from chat_api.events import (
    ToolCall,
    TurnCancelled,
    TurnEvent,
    TurnFailed,
    TurnFinished,
    TurnStarted,
    Usage,
)
from chat_api.replay.placeholders import PlaceholderValues, fill
from chat_api.replay.script import ScriptConversation, ScriptTurn, StartingTask
from chat_api.replay.service import ApiUser, Row, TargetService

FINISHED = "finished"


class TurnRecord(BaseModel):
    """One turn as the user saw it.

    Attributes:
        days: The user's day when the turn started and, if it differs, when it ended.
        ended: `finished`, or the code of the refusal or failure.
        seconds: Until the turn ended.
        usage: The token counts of the model; those of failed turns are unknown.

    """

    message: str
    zone: str
    days: list[date]
    ended: str = FINISHED
    reply: str = ""
    calls: list[ToolCall] = []
    model: str = ""
    usage: Usage = Usage()
    seconds: float = 0.0


class TaskSnapshots(BaseModel):
    """One user's tasks before the first turn and after the last one."""

    before: list[Row]
    after: list[Row]


class Transcript(BaseModel):
    """All turns of a run, and the tasks of both users."""

    turns: list[TurnRecord]
    tasks: TaskSnapshots
    other_user: TaskSnapshots
    other_user_name: str = ""

    @property
    def days(self) -> list[date]:
        """The days on which it was played, in the zones of its turns."""
        return sorted({day for turn in self.turns for day in turn.days})


@dataclass(frozen=True)
class Scene:
    """A conversation of a script, and the zone of the script."""

    conversation: ScriptConversation
    zone: str

    def zone_of(self, turn: ScriptTurn | None = None) -> str:
        """Return where the user is during a turn, or before all of them."""
        return (turn and turn.zone) or self.conversation.zone or self.zone


async def play(scene: Scene, service: TargetService) -> Transcript:
    """Play a conversation with new users.

    Raises:
        ClientError: The service can't be reached, or refuses a starting task.
    """
    conversation = scene.conversation
    async with AsyncExitStack() as stack:
        user = await stack.enter_async_context(service.as_user(_new_name()))
        other = await stack.enter_async_context(service.as_user(_new_name()))
        values = PlaceholderValues(_day(scene.zone_of()), other.name)
        await user.add_tasks(_rows(conversation.tasks, values))
        await other.add_tasks(_rows(conversation.other_user, values))
        before = await user.tasks(), await other.tasks()
        turns = await _play_turns(scene, user, values)
        after = await user.tasks(), await other.tasks()
    own, others = (TaskSnapshots(before=b, after=a) for b, a in zip(before, after, strict=True))
    return Transcript(turns=turns, tasks=own, other_user=others, other_user_name=other.name)


async def _play_turns(scene: Scene, user: ApiUser, values: PlaceholderValues) -> list[TurnRecord]:
    records: list[TurnRecord] = []
    conversation_id: str | None = None
    for turn in scene.conversation.turns:
        zone = scene.zone_of(turn)
        message = fill(turn.say, replace(values, today=_day(zone)))
        record, conversation_id = await _play_turn(user, message, zone, conversation_id)
        records.append(record)
    return records


async def _play_turn(
    user: ApiUser, message: str, zone: str, conversation_id: str | None
) -> tuple[TurnRecord, str | None]:
    """Return the record of the turn, and the conversation that the next one belongs to."""
    started_at, started_on = time.perf_counter(), _day(zone)
    record = TurnRecord(message=message, zone=zone, days=[started_on])
    events = user.client.send_message(message, conversation_id=conversation_id, timezone=zone)
    try:
        async for event in events:
            conversation_id = _add_event(event, record) or conversation_id
    except RequestRefused as error:
        record.ended = error.code
    record.seconds = time.perf_counter() - started_at
    record.days = sorted({started_on, _day(zone)})
    return record, conversation_id


def _add_event(event: TurnEvent, record: TurnRecord) -> str | None:
    """Add an event to the record; return the conversation if the event names one."""
    match event:
        case TurnStarted():
            record.model = event.model
            return str(event.conversation_id)
        case TurnFinished():
            record.reply, record.calls, record.usage = event.response, event.tool_calls, event.usage
        case TurnFailed() | TurnCancelled():
            record.reply, record.calls, record.ended = event.response, event.tool_calls, event.code
    return None


def _day(zone: str) -> date:
    return datetime.now(ZoneInfo(zone)).date()


def _rows(tasks: list[StartingTask], values: PlaceholderValues) -> list[Row]:
    rows: list[Row] = fill([task.model_dump(exclude_none=True) for task in tasks], values)
    return rows


def _new_name() -> str:
    return f"replay-{uuid4().hex}"
