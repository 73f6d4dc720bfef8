"""Recorded turns and scripts for the tests of the verdict."""

from datetime import date
from typing import Any

from chat_api.events import ToolCall, Usage
from chat_api.replay.script import Conversation, Outcome, Turn
from chat_api.replay.transcript import Rows, Transcript, TurnRecord

TODAY = date(2026, 11, 21)  # a Saturday


def call(
    name: str, *, error: str = "", result: dict[str, Any] | None = None, **arguments: Any
) -> ToolCall:
    return ToolCall(
        id="call_1",
        name=name,
        arguments=arguments,
        result={"code": "tool_error", "message": error}
        if error
        else result or {"task_id": arguments.get("task_id", 1)},
        is_error=bool(error),
    )


def heard(reply: str = "", *calls: ToolCall, **facts: Any) -> TurnRecord:
    usage = Usage(requests=2, input_tokens=1000, output_tokens=50)
    known = {"said": "x", "zone": "UTC", "days": [TODAY], "seconds": 0.5, "usage": usage}
    return TurnRecord(reply=reply, calls=list(calls), **{**known, **facts})


def outcome(**expected: Any) -> Outcome:
    return Outcome.model_validate(expected)


def turn(**expected: Any) -> Turn:
    return Turn.model_validate({"say": "x", "expect": expected})


def row(number: int, title: str, **facts: Any) -> dict[str, Any]:
    usual = {"description": "", "completed": False, "due_on": None, "priority": "none", "tags": []}
    return {"id": number, "title": title, **usual, **facts}


def conversation(*turns: Turn, **facts: Any) -> Conversation:
    return Conversation.model_validate({"name": "one", "turns": list(turns), **facts})


def transcript(
    *turns: TurnRecord,
    before: list[dict[str, Any]] | None = None,
    after: list[dict[str, Any]] | None = None,
    theirs: list[dict[str, Any]] | None = None,
) -> Transcript:
    """What was heard; `theirs` are the neighbour's rows in the end, of which there were none."""
    return Transcript(
        turns=list(turns),
        tasks=Rows(before=before or [], after=after or []),
        neighbour=Rows(before=[], after=theirs or []),
    )
