"""What a turn has said and done so far."""

from collections.abc import Iterable, Sequence
from typing import assert_never
from uuid import UUID

from chat_api.agent.failures import TurnFailure
from chat_api.agent.tool_errors import ToolError
from chat_api.events import (
    AgentEvent,
    Answer,
    LastEvent,
    StreamedEvent,
    TextDelta,
    ToolCall,
    ToolCalled,
    ToolFinished,
    TurnCancelled,
    TurnFailed,
    TurnFinished,
    Usage,
)
from db.idempotency import StoredWrite
from db.turn_events import StoredEvent
from db.turns import Outcome


class Reply:
    """Collects a turn's events into its answer."""

    def __init__(self, conversation_id: UUID, turn_id: UUID) -> None:
        self._conversation_id = conversation_id
        self._turn_id = turn_id
        self._text: list[str] = []
        self._called: dict[str, ToolCalled] = {}
        self._finished: list[ToolCall] = []

    def add(self, event: AgentEvent) -> None:
        """Take in the next event."""
        match event:
            case TextDelta():
                self._text.append(event.delta)
            case ToolCalled():
                self._called[event.id] = event
            case ToolFinished():
                called = self._called.pop(event.id, None)
                arguments = called.arguments if called else {}
                facts = event.model_dump(exclude={"type"})
                self._finished.append(ToolCall(arguments=arguments, **facts))
            case _:
                assert_never(event)

    @property
    def text(self) -> str:
        """What was said."""
        return "".join(self._text)

    @property
    def calls(self) -> Sequence[ToolCall]:
        """The calls whose answer came."""
        return self._finished

    @property
    def has_open_calls(self) -> bool:
        """Whether a tool was called whose answer did not come."""
        return bool(self._called)

    def settle(self, writes: Sequence[StoredWrite]) -> None:
        """Take in what the database knows of calls whose answer did not come."""
        known = {call.id for call in self._finished}
        for write in writes:
            if write.call_id in known:
                continue
            self._called.pop(write.call_id, None)
            call = ToolCall(
                id=write.call_id,
                name=write.tool,
                arguments=write.arguments,
                result=write.response,
                is_error=False,
            )
            self._finished.append(call)

    def answer(self) -> Answer:
        """Return the answer as it stands; a call without a result counts as failed."""
        unanswered = [
            ToolCall(
                **called.model_dump(exclude={"type"}),
                result=ToolError(
                    code="outcome_unknown", message="The outcome of this call is not known."
                ).result(),
                is_error=True,
            )
            for called in self._called.values()
        ]
        return Answer(
            conversation_id=self._conversation_id,
            turn_id=self._turn_id,
            response=self.text,
            tool_calls=[*self._finished, *unanswered],
        )


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


def kept(events: Iterable[tuple[int, StreamedEvent]]) -> list[StoredEvent]:
    """Return numbered events as they are stored."""
    return [
        StoredEvent(seq, event.type, event.model_dump(mode="json", exclude={"type"}))
        for seq, event in events
    ]
