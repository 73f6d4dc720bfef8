"""A turn's events as those of a ChatKit thread."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from typing import assert_never
from uuid import UUID

from chatkit.errors import CustomStreamError
from chatkit.types import (
    AssistantMessageContent,
    AssistantMessageContentPartAdded,
    AssistantMessageContentPartDone,
    AssistantMessageContentPartTextDelta,
    AssistantMessageItem,
    NoticeEvent,
    ThreadItemAddedEvent,
    ThreadItemDoneEvent,
    ThreadItemUpdate,
    ThreadItemUpdatedEvent,
    ThreadStreamEvent,
    Workflow,
    WorkflowItem,
    WorkflowTaskAdded,
    WorkflowTaskUpdated,
)

from chat_api.chatkit_protocol.context import RequestContext
from chat_api.chatkit_protocol.items import (
    ItemId,
    Part,
    ThreadMessage,
    finished_step,
    running_step,
)
from chat_api.chatkit_protocol.store import current_items
from chat_api.events import (
    StreamedEvent,
    TerminalEvent,
    TextDelta,
    ToolCall,
    ToolCalled,
    ToolFinished,
    TurnCancelled,
    TurnFailed,
    TurnFinished,
    TurnStarted,
)
from chat_api.turns.result import status_of
from chat_api.turns.streams import TurnStream


async def thread_events(
    turn: TurnStream, message_id: UUID, context: RequestContext
) -> AsyncIterator[ThreadStreamEvent]:
    """Stream a turn, run by whichever process, as events of its thread.

    `message_id` is the id of the reply: that of the assistant's message.

    Raises:
        CustomStreamError: The turn failed; the library sends it as an error event.
    """
    translation = ReplyTranslation(turn.conversation_id, message_id)
    async for _, event in turn.events():
        for translated in translation.events(event):
            yield translated
        if isinstance(event, TerminalEvent):
            async with context.transaction() as session:
                (items,) = await current_items(session, context, [translation.message(event)])
            for item in items:
                yield ThreadItemDoneEvent(item=item)
        if isinstance(event, TurnCancelled):
            yield NoticeEvent(level="info", message=event.message)
        if isinstance(event, TurnFailed):
            raise CustomStreamError(event.message, allow_retry=True)


class ReplyTranslation:
    """Translates the events of one turn: the text and the steps of its reply grow as items."""

    def __init__(self, conversation_id: UUID, message_id: UUID) -> None:
        self._conversation_id = conversation_id
        self._message_id = message_id
        self._created_at = datetime.now(UTC)
        self._steps = 0
        self._running_steps: dict[str, tuple[int, ToolCalled]] = {}
        self._text = ""

    def events(self, event: StreamedEvent) -> Iterator[ThreadStreamEvent]:
        """Translate the next event."""
        match event:
            case TextDelta():
                yield from self._add_text(event.delta)
            case ToolCalled():
                yield from self._begin_step(event)
            case ToolFinished():
                yield from self._end_step(event)
            case TurnStarted():
                pass
            case TurnFinished() | TurnFailed() | TurnCancelled():
                if self._text:
                    content = AssistantMessageContent(text=self._text)
                    update = AssistantMessageContentPartDone(content_index=0, content=content)
                    yield self._update(Part.TEXT, update)
            case _:
                assert_never(event)

    def message(self, event: TerminalEvent) -> ThreadMessage:
        """Return the reply as the turn has stored it."""
        return ThreadMessage(
            self._conversation_id,
            self._message_id,
            "assistant",
            event.response,
            event.tool_calls,
            event.task_ids,
            event.suggestions,
            status_of(event),
            self._created_at,
        )

    def _add_text(self, delta: str) -> Iterator[ThreadStreamEvent]:
        if not self._text:
            item = AssistantMessageItem(
                id=self._id(Part.TEXT),
                thread_id=self._thread_id,
                created_at=self._created_at,
                content=[],
            )
            yield ThreadItemAddedEvent(item=item)
            empty = AssistantMessageContent(text="")
            added = AssistantMessageContentPartAdded(content_index=0, content=empty)
            yield self._update(Part.TEXT, added)
        self._text += delta
        update = AssistantMessageContentPartTextDelta(content_index=0, delta=delta)
        yield self._update(Part.TEXT, update)

    def _begin_step(self, called: ToolCalled) -> Iterator[ThreadStreamEvent]:
        if not self._steps:
            item = WorkflowItem(
                id=self._id(Part.STEPS),
                thread_id=self._thread_id,
                created_at=self._created_at,
                workflow=Workflow(type="custom", tasks=[]),
            )
            yield ThreadItemAddedEvent(item=item)
        added = WorkflowTaskAdded(task_index=self._steps, task=running_step(called))
        self._running_steps[called.id] = self._steps, called
        self._steps += 1
        yield self._update(Part.STEPS, added)

    def _end_step(self, finished: ToolFinished) -> Iterator[ThreadStreamEvent]:
        running = self._running_steps.pop(finished.id, None)
        if running is None:
            # Some model servers give two calls one id; the step shows when the reply has ended.
            return
        index, called = running
        fields = finished.model_dump(exclude={"type"})
        step = finished_step(ToolCall(arguments=called.arguments, **fields))
        yield self._update(Part.STEPS, WorkflowTaskUpdated(task_index=index, task=step))

    def _update(self, part: Part, update: ThreadItemUpdate) -> ThreadStreamEvent:
        return ThreadItemUpdatedEvent(item_id=self._id(part), update=update)

    def _id(self, part: Part) -> str:
        return str(ItemId(self._message_id, part))

    @property
    def _thread_id(self) -> str:
        return str(self._conversation_id)
