"""The ChatKit server: every reply is a turn, as it is for `/chat`."""

from collections.abc import AsyncIterator
from datetime import UTC
from typing import Any

from chatkit.actions import Action
from chatkit.errors import CustomStreamError
from chatkit.server import ChatKitServer, NonStreamingResult, StreamingResult
from chatkit.types import (
    ChatKitReq,
    FeedbackKind,
    SyncCustomActionResponse,
    Thread,
    ThreadItem,
    ThreadItemBase,
    ThreadItemReplacedEvent,
    ThreadMetadata,
    ThreadStreamEvent,
    ThreadUpdatedEvent,
    UserMessageItem,
    WidgetItem,
    is_streaming_req,
)
from pydantic import BaseModel

from chat_api.chatkit_protocol.context import RequestContext
from chat_api.chatkit_protocol.followed_turn import followed_events
from chat_api.chatkit_protocol.items import ItemId, conversation_id_of
from chat_api.chatkit_protocol.stream import thread_events
from chat_api.chatkit_protocol.task_widget import TaskAction
from chat_api.turns.streams import LiveTurn
from db.errors import TaskNotFound
from db.messages import UserMessages
from db.turns import UserTurns


class ConversationServer(ChatKitServer[RequestContext]):
    """Answers requests that were checked, and whose turn has started if they need one."""

    async def answer(
        self, request: ChatKitReq, context: RequestContext
    ) -> StreamingResult | NonStreamingResult:
        """Answer a request.

        The library's own `process` does the same from bytes, but builds its parser for each
        request, which takes 3 ms.

        Raises:
            NotFound: The user has nothing of an id in the request.
            DatabaseUnavailable: Postgres can't be reached.
        """
        if is_streaming_req(request):
            return StreamingResult(self._process_streaming(request, context))
        return NonStreamingResult(await self._process_non_streaming(request, context))

    async def respond(
        self,
        thread: ThreadMetadata,
        input_user_message: UserMessageItem | None,
        context: RequestContext,
    ) -> AsyncIterator[ThreadStreamEvent]:
        """Stream the turn that was started for the request.

        Raises:
            CustomStreamError: The turn failed; the library sends it as an error event.
        """
        if thread.title is None:
            stored = await self.store.load_thread(thread.id, context)
            yield ThreadUpdatedEvent(thread=self._to_thread_response(stored))
        turn = context.started_turn.stream
        if isinstance(turn, LiveTurn):
            async for event in thread_events(turn, turn.assistant_message_id, context):
                yield event
        else:
            async for event, _ in followed_events(turn, context):
                yield event

    async def action(
        self,
        thread: ThreadMetadata,
        action: Action[str, Any],
        sender: WidgetItem | None,
        context: RequestContext,
    ) -> AsyncIterator[ThreadStreamEvent]:
        """Run the action of a button and send its list as it is then.

        Raises:
            CustomStreamError: The task was deleted; the library sends it as an error event.
        """
        not_found: TaskNotFound | None = None
        try:
            await self._run(action, thread, context)
        except TaskNotFound as error:
            not_found = error
        if sender:
            item = await self.store.load_item(thread.id, sender.id, context)
            yield ThreadItemReplacedEvent(item=item)
        if not_found:
            raise CustomStreamError(str(not_found))

    async def sync_action(
        self,
        thread: ThreadMetadata,
        action: Action[str, Any],
        sender: WidgetItem | None,
        context: RequestContext,
    ) -> SyncCustomActionResponse:
        """Run the action of a button and return its list as it is then.

        Raises:
            TaskNotFound: The task was deleted.
        """
        await self._run(action, thread, context)
        item = await self.store.load_item(thread.id, sender.id, context) if sender else None
        return SyncCustomActionResponse(updated_item=item)

    async def add_feedback(
        self, thread_id: str, item_ids: list[str], feedback: FeedbackKind, context: RequestContext
    ) -> None:
        """Store the user's feedback on replies, by any of their items.

        Raises:
            ConversationNotFound: The user has no such thread.
            MessageNotFound: One of the items is not part of a reply in it.
        """
        message_ids = {ItemId.parse(item_id).message_id for item_id in item_ids}
        async with context.transaction() as session:
            messages = UserMessages(session, context.user_id)
            await messages.rate(conversation_id_of(thread_id), message_ids, feedback)

    async def handle_stream_cancelled(
        self, thread: ThreadMetadata, pending_items: list[ThreadItem], context: RequestContext
    ) -> None:
        """Do nothing: the route cancels the turn, which stores its reply so far."""

    def _serialize(self, obj: BaseModel) -> bytes:
        # The library gives the threads and items that it creates naive local times.
        created = getattr(obj, "thread", None) or getattr(obj, "item", None)
        if isinstance(created, Thread | ThreadItemBase):
            created.created_at = created.created_at.astimezone(UTC)
        return super()._serialize(obj)

    async def _run(
        self, action: Action[str, Any], thread: ThreadMetadata, context: RequestContext
    ) -> None:
        async with context.transaction() as session:
            # The change belongs to the last turn of the thread: there, "undo that" takes it back.
            turns = UserTurns(session, context.user_id)
            turn_id = await turns.newest(conversation_id_of(thread.id))
            tasks = await context.tasks_to_change(session, turn_id)
            await TaskAction.of(action).run(tasks)
