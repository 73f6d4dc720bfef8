"""How a turn ends: its last event, and what is stored of it."""

from collections.abc import Iterable

from chat_api.agent.failures import TurnFailure
from chat_api.agent.reply import Reply
from chat_api.events import LastEvent, TurnCancelled, TurnFailed, TurnFinished, Usage
from chat_api.turn_stream import StreamedEvent
from db.turn_events import KeptEvent
from db.turns import Outcome


def ending(reply: Reply, usage: Usage, failure: TurnFailure | None, status: str) -> LastEvent:
    """Return the last event of a turn that ended as `status`, and why if it did not finish."""
    answer = reply.answer().model_dump()
    if failure is None:
        return TurnFinished(**answer, usage=usage)
    if status == "cancelled":
        return TurnCancelled(**answer, code=failure.code, message=failure.message)
    return TurnFailed(
        **answer,
        code=failure.code,
        message=failure.message,
        retry_after=failure.retry_after,
    )


def outcome(reply: Reply, usage: Usage, failure: TurnFailure | None, status: str) -> Outcome:
    """Return what the turn and its message keep."""
    answer = reply.answer()
    return Outcome(
        status,
        answer.response,
        [call.model_dump(mode="json") for call in answer.tool_calls],
        usage=usage.model_dump(),
        error_code=failure.code if failure else None,
    )


def kept(events: Iterable[tuple[int, StreamedEvent]]) -> list[KeptEvent]:
    """Return numbered events as they are stored."""
    return [
        KeptEvent(seq, event.type, event.model_dump(mode="json", exclude={"type"}))
        for seq, event in events
    ]
