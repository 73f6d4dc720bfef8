"""What happened in one run of a conversation."""

from datetime import date
from typing import Any

from pydantic import BaseModel

from chat_api.events import ToolCall, Usage

FINISHED = "finished"


class TurnRecord(BaseModel):
    """One turn as the user saw it.

    Attributes:
        days: The user's day when they asked and, if it is another one, when the turn ended.
        ended: finished, or the code of the refusal or failure.
        seconds: Until the turn ended.
        usage: What the model counted; nothing is known of turns that failed.

    """

    said: str
    zone: str
    days: list[date]
    ended: str = FINISHED
    reply: str = ""
    calls: list[ToolCall] = []
    model: str = ""
    usage: Usage = Usage()
    seconds: float = 0.0


Row = dict[str, Any]


class Rows(BaseModel):
    """One user's tasks before the first turn and after the last one."""

    before: list[Row]
    after: list[Row]


class Transcript(BaseModel):
    """All turns of a run, and what became of the tasks of both users."""

    turns: list[TurnRecord]
    tasks: Rows
    neighbour: Rows
    neighbour_name: str = ""

    @property
    def days(self) -> list[date]:
        """The days on which it was played, in the zones of its turns."""
        return sorted({day for turn in self.turns for day in turn.days})
