"""The result of a turn: its reply, how it ended, the terminal event and what is stored of them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import assert_never
from uuid import UUID

from pydantic import TypeAdapter

from chat_api.agent.failures import BY_CODE, CANCELLED, INTERNAL, INTERRUPTED, TurnFailure
from chat_api.agent.reply_details import ReplyDetails, mentioned_task_ids, stored_task_ids
from chat_api.agent.tool_errors import ToolError
from chat_api.events import (
    AgentEvent,
    Answer,
    StreamedEvent,
    TerminalEvent,
    TextDelta,
    ToolCall,
    ToolCalled,
    ToolFinished,
    TurnCancelled,
    TurnEvent,
    TurnFailed,
    TurnFinished,
    TurnStatus,
    Usage,
)
from db.idempotency import StoredWrite
from db.models import Message, Turn
from db.turn_events import EventBatch, StoredEvent
from db.turn_values import Outcome

_EVENT: TypeAdapter[StreamedEvent] = TypeAdapter(TurnEvent)


@dataclass(frozen=True)
class TurnEnd:
    """How a turn ended; `failure` is the reason of every status but finished."""

    status: TurnStatus
    failure: TurnFailure | None = None
    usage: Usage = field(default_factory=Usage)


TURN_CANCELLED = TurnEnd(TurnStatus.CANCELLED, CANCELLED)
TURN_INTERRUPTED = TurnEnd(TurnStatus.INTERRUPTED, INTERRUPTED)


class ReplyBuilder:
    """Collects the events of a turn into its answer."""

    def __init__(self, conversation_id: UUID, turn_id: UUID) -> None:
        self._conversation_id = conversation_id
        self._turn_id = turn_id
        self._text: list[str] = []
        self._open_calls: dict[str, ToolCalled] = {}
        self._finished_calls: list[ToolCall] = []
        self.details: ReplyDetails | None = None

    def add(self, event: AgentEvent) -> None:
        """Add the next event."""
        match event:
            case TextDelta():
                self._text.append(event.delta)
            case ToolCalled():
                self._open_calls[event.id] = event
            case ToolFinished():
                called = self._open_calls.pop(event.id, None)
                arguments = called.arguments if called else {}
                fields = event.model_dump(exclude={"type"})
                self._finished_calls.append(ToolCall(arguments=arguments, **fields))
            case _:
                assert_never(event)

    @property
    def text(self) -> str:
        """The text so far."""
        return "".join(self._text)

    @property
    def calls(self) -> Sequence[ToolCall]:
        """The tool calls that have a result."""
        return self._finished_calls

    @property
    def has_open_calls(self) -> bool:
        """Whether a tool call has no result yet."""
        return bool(self._open_calls)

    def add_writes(self, writes: Sequence[StoredWrite]) -> None:
        """Add the results that the database holds of calls whose response was lost."""
        finished = {call.id for call in self._finished_calls}
        for write in writes:
            if write.call_id in finished:
                continue
            self._open_calls.pop(write.call_id, None)
            call = ToolCall(
                id=write.call_id,
                name=write.tool,
                arguments=write.arguments,
                result=write.response,
                is_error=False,
            )
            self._finished_calls.append(call)

    def answer(self) -> Answer:
        """Return the answer so far; a call without a result counts as failed."""
        without_result = [
            ToolCall(
                id=called.id,
                name=called.name,
                arguments=called.arguments,
                result=ToolError(
                    code="outcome_unknown", message="The outcome of this call is not known."
                ).result(),
                is_error=True,
            )
            for called in self._open_calls.values()
        ]
        return Answer(
            conversation_id=self._conversation_id,
            turn_id=self._turn_id,
            response=self.text,
            tool_calls=[*self._finished_calls, *without_result],
            task_ids=(
                self.details.task_ids
                if self.details
                else mentioned_task_ids(self.text, self._finished_calls)
            ),
            suggestions=self.details.suggestions if self.details else [],
        )


def terminal_event(answer: Answer, end: TurnEnd) -> TerminalEvent:
    """Return the terminal event of a turn."""
    fields, failure = answer.model_dump(), end.failure
    if failure is None:
        return TurnFinished(**fields, usage=end.usage)
    if end.status is TurnStatus.CANCELLED:
        return TurnCancelled(**fields, code=failure.code, message=failure.message)
    return TurnFailed(
        **fields, code=failure.code, message=failure.message, retry_after=failure.retry_after
    )


def status_of(event: TerminalEvent) -> TurnStatus:
    """Return the status of the turn that ended with this event."""
    match event:
        case TurnFinished():
            return TurnStatus.FINISHED
        case TurnCancelled():
            return TurnStatus.CANCELLED
        case TurnFailed():
            interrupted = event.code == INTERRUPTED.code
            return TurnStatus.INTERRUPTED if interrupted else TurnStatus.FAILED
        case _:
            assert_never(event)


def turn_outcome(answer: Answer, end: TurnEnd, details: ReplyDetails | None = None) -> Outcome:
    """Return what is stored of a turn that ends and of its reply."""
    return Outcome(
        end.status,
        answer.response,
        [call.model_dump(mode="json") for call in answer.tool_calls],
        task_ids=answer.task_ids,
        suggestions=answer.suggestions,
        pending=details.pending if details else None,
        usage=end.usage.model_dump(),
        error_code=end.failure.code if end.failure else None,
    )


def stored_answer(turn: Turn, reply: Message | None) -> Answer:
    """Return the answer of a turn that has ended."""
    return Answer(
        conversation_id=turn.conversation_id,
        turn_id=turn.id,
        response=reply.content if reply else "",
        tool_calls=[ToolCall.model_validate(call) for call in (reply.tool_calls if reply else ())],
        task_ids=stored_task_ids(reply) if reply else [],
        suggestions=reply.suggestions if reply else [],
    )


def stored_end(turn: Turn) -> TurnEnd:
    """Return how a turn ended that is no longer running."""
    status = TurnStatus(turn.status)
    finished = status is TurnStatus.FINISHED
    failure = None if finished else BY_CODE.get(turn.error_code or "", INTERNAL)
    return TurnEnd(status, failure, Usage.model_validate(turn.usage or {}))


def event_batch(events: Sequence[tuple[int, StreamedEvent]]) -> EventBatch | None:
    """Return consecutive numbered events in the form in which they are stored; None for none."""
    if not events:
        return None
    return EventBatch(events[0][0], [event.model_dump(mode="json") for _, event in events])


def streamed_event(stored: StoredEvent) -> StreamedEvent:
    """Return a stored event in the form in which it was streamed."""
    return _EVENT.validate_python(stored.payload)
