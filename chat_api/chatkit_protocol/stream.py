"""A turn's events as those of a ChatKit thread."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import assert_never

from chatkit.types import (
    AssistantMessageContent,
    AssistantMessageContentPartAdded,
    AssistantMessageContentPartDone,
    AssistantMessageContentPartTextDelta,
    AssistantMessageItem,
    ThreadItemAddedEvent,
    ThreadItemUpdate,
    ThreadItemUpdatedEvent,
    ThreadStreamEvent,
    Workflow,
    WorkflowItem,
    WorkflowTaskAdded,
    WorkflowTaskUpdated,
)

from chat_api.chatkit_protocol.item_ids import ItemId, Part
from chat_api.chatkit_protocol.items import Said
from chat_api.chatkit_protocol.steps import finished_step, running_step
from chat_api.events import (
    LastEvent,
    StreamedEvent,
    TextDelta,
    ToolCall,
    ToolCalled,
    ToolFinished,
    TurnCancelled,
    TurnFailed,
    TurnFinished,
    TurnStarted,
)
from chat_api.turns.streams import LiveTurn


class ThreadTranslation:
    """Follows one turn: its text and its steps grow as items, whose ends `said` describes."""

    def __init__(self, turn: LiveTurn) -> None:
        self._turn = turn
        self._at = datetime.now(UTC)
        self._steps = 0
        self._running: dict[str, tuple[int, ToolCalled]] = {}
        self._text = ""

    def events(self, event: StreamedEvent) -> Iterator[ThreadStreamEvent]:
        """Translate the next event."""
        match event:
            case TextDelta():
                yield from self._run_agent(event.delta)
            case ToolCalled():
                yield from self._begin_step(event)
            case ToolFinished():
                yield from self._end_step(event)
            case TurnStarted():
                pass
            case TurnFinished() | TurnFailed() | TurnCancelled():
                if self._text:
                    done = AssistantMessageContent(text=self._text)
                    update = AssistantMessageContentPartDone(content_index=0, content=done)
                    yield self._update(Part.TEXT, update)
            case _:
                assert_never(event)

    def said(self, last: LastEvent) -> Said:
        """Return the reply as the turn has stored it."""
        return Said(
            self._turn.conversation_id,
            self._turn.assistant_message_id,
            "assistant",
            last.response,
            last.tool_calls,
            _status(last),
            self._at,
        )

    def _run_agent(self, delta: str) -> Iterator[ThreadStreamEvent]:
        if not self._text:
            item = AssistantMessageItem(
                id=self._id(Part.TEXT), thread_id=self._thread_id, created_at=self._at, content=[]
            )
            yield ThreadItemAddedEvent(item=item)
            begun = AssistantMessageContent(text="")
            added = AssistantMessageContentPartAdded(content_index=0, content=begun)
            yield self._update(Part.TEXT, added)
        self._text += delta
        more = AssistantMessageContentPartTextDelta(content_index=0, delta=delta)
        yield self._update(Part.TEXT, more)

    def _begin_step(self, called: ToolCalled) -> Iterator[ThreadStreamEvent]:
        if not self._steps:
            item = WorkflowItem(
                id=self._id(Part.STEPS),
                thread_id=self._thread_id,
                created_at=self._at,
                workflow=Workflow(type="custom", tasks=[]),
            )
            yield ThreadItemAddedEvent(item=item)
        added = WorkflowTaskAdded(task_index=self._steps, task=running_step(called))
        self._running[called.id] = self._steps, called
        self._steps += 1
        yield self._update(Part.STEPS, added)

    def _end_step(self, finished: ToolFinished) -> Iterator[ThreadStreamEvent]:
        begun = self._running.pop(finished.id, None)
        if begun is None:
            # Some model servers give two calls one id; the step shows when the reply has ended.
            return
        index, called = begun
        facts = finished.model_dump(exclude={"type"})
        task = finished_step(ToolCall(arguments=called.arguments, **facts))
        yield self._update(Part.STEPS, WorkflowTaskUpdated(task_index=index, task=task))

    def _update(self, part: Part, update: ThreadItemUpdate) -> ThreadStreamEvent:
        return ThreadItemUpdatedEvent(item_id=self._id(part), update=update)

    def _id(self, part: Part) -> str:
        return str(ItemId(self._turn.assistant_message_id, part))

    @property
    def _thread_id(self) -> str:
        return str(self._turn.conversation_id)


def _status(last: LastEvent) -> str:
    match last:
        case TurnFinished():
            return "finished"
        case TurnCancelled():
            return "cancelled"
        case TurnFailed():
            return "interrupted" if last.code == "interrupted" else "failed"
