"""Records of turns, and parts of scripts, for the tests of the verdict."""

from datetime import date
from typing import Any

from chat_api.events import ToolCall, Usage
from chat_api.replay.play import TaskSnapshots, Transcript, TurnRecord
from chat_api.replay.script import ExpectedOutcome, ScriptConversation, ScriptTurn

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


def record(reply: str = "", *calls: ToolCall, **facts: Any) -> TurnRecord:
    usage = Usage(requests=2, input_tokens=1000, output_tokens=50)
    known = {"message": "x", "zone": "UTC", "days": [TODAY], "seconds": 0.5, "usage": usage}
    return TurnRecord(reply=reply, calls=list(calls), **{**known, **facts})


def outcome(**expected: Any) -> ExpectedOutcome:
    return ExpectedOutcome.model_validate(expected)


def turn(**expected: Any) -> ScriptTurn:
    return ScriptTurn.model_validate({"say": "x", "expect": expected})


def row(number: int, title: str, **facts: Any) -> dict[str, Any]:
    usual = {"description": "", "completed": False, "due_on": None, "priority": "none", "tags": []}
    return {"id": number, "title": title, **usual, **facts}


def conversation(*turns: ScriptTurn, **facts: Any) -> ScriptConversation:
    return ScriptConversation.model_validate({"name": "one", "turns": list(turns), **facts})


def transcript(
    *turns: TurnRecord,
    before: list[dict[str, Any]] | None = None,
    after: list[dict[str, Any]] | None = None,
    others: list[dict[str, Any]] | None = None,
) -> Transcript:
    """A transcript; `others` are the other user's tasks at the end, who had none before."""
    return Transcript(
        turns=list(turns),
        tasks=TaskSnapshots(before=before or [], after=after or []),
        other_user=TaskSnapshots(before=[], after=others or []),
    )
