"""The ChatKit server: every reply is a turn of the same machinery that `/chat` uses."""

from collections.abc import AsyncIterator
from datetime import UTC
from typing import Any

from chatkit.actions import Action
from chatkit.errors import CustomStreamError
from chatkit.server import ChatKitServer, NonStreamingResult, StreamingResult
from chatkit.types import (
    ChatKitReq,
    FeedbackKind,
    NoticeEvent,
    SyncCustomActionResponse,
    Thread,
    ThreadItem,
    ThreadItemBase,
    ThreadItemDoneEvent,
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
from chat_api.chatkit_protocol.item_ids import ItemId, conversation_id_of
from chat_api.chatkit_protocol.store import items_now
from chat_api.chatkit_protocol.stream import ThreadTranslation
from chat_api.chatkit_protocol.task_actions import TaskAction
from chat_api.events import LastEvent, TurnCancelled, TurnFailed
from db.errors import TaskNotFound
from db.messages import UserMessages


class ConversationServer(ChatKitServer[RequestContext]):
    """Answers requests that were checked, and whose turn was opened if they need one."""

    async def answer(
        self, request: ChatKitReq, visit: RequestContext
    ) -> StreamingResult | NonStreamingResult:
        """Answer a request.

        The library's own `process` does the same from bytes, but builds its parser for each
        request, which takes 3 ms.

        Raises:
            NotFound: What the request names is not there.
            DatabaseUnavailable: Postgres can't be reached.
        """
        if is_streaming_req(request):
            return StreamingResult(self._process_streaming(request, visit))
        return NonStreamingResult(await self._process_non_streaming(request, visit))

    async def respond(
        self,
        thread: ThreadMetadata,
        input_user_message: UserMessageItem | None,
        context: RequestContext,
    ) -> AsyncIterator[ThreadStreamEvent]:
        """Stream the turn that was opened for the request.

        Raises:
            CustomStreamError: The turn failed; the library tells it as an error event.
        """
        if thread.title is None:
            named = await self.store.load_thread(thread.id, context)
            yield ThreadUpdatedEvent(thread=self._to_thread_response(named))
        translation = ThreadTranslation(context.opened)
        async for _, event in context.opened.events():
            for translated in translation.events(event):
                yield translated
            if isinstance(event, LastEvent):
                async with context.transaction() as session:
                    (items,) = await items_now(session, context, [translation.said(event)])
                for item in items:
                    yield ThreadItemDoneEvent(item=item)
            if isinstance(event, TurnCancelled):
                yield NoticeEvent(level="info", message=event.message)
            if isinstance(event, TurnFailed):
                raise CustomStreamError(event.message, allow_retry=True)

    async def action(
        self,
        thread: ThreadMetadata,
        action: Action[str, Any],
        sender: WidgetItem | None,
        context: RequestContext,
    ) -> AsyncIterator[ThreadStreamEvent]:
        """Do what a button asks for and send its list back as it is then.

        Raises:
            CustomStreamError: The task is gone; the library tells it as an error event.
        """
        gone: TaskNotFound | None = None
        try:
            await self._run(action, context)
        except TaskNotFound as error:
            gone = error
        if sender:
            item = await self.store.load_item(thread.id, sender.id, context)
            yield ThreadItemReplacedEvent(item=item)
        if gone:
            raise CustomStreamError(str(gone))

    async def sync_action(
        self,
        thread: ThreadMetadata,
        action: Action[str, Any],
        sender: WidgetItem | None,
        context: RequestContext,
    ) -> SyncCustomActionResponse:
        """Do what a button asks for and return its list as it is then.

        Raises:
            TaskNotFound: The task is gone.
        """
        await self._run(action, context)
        item = await self.store.load_item(thread.id, sender.id, context) if sender else None
        return SyncCustomActionResponse(updated_item=item)

    async def add_feedback(
        self, thread_id: str, item_ids: list[str], feedback: FeedbackKind, context: RequestContext
    ) -> None:
        """Keep what the user thinks of replies, by any of their items.

        Raises:
            ConversationNotFound: The user has no such thread.
            MessageNotFound: One of the items is no part of a reply in it.
        """
        rated = {ItemId.read(item_id).message_id for item_id in item_ids}
        async with context.transaction() as session:
            messages = UserMessages(session, context.user_id)
            await messages.rate(conversation_id_of(thread_id), rated, feedback)

    async def handle_stream_cancelled(
        self, thread: ThreadMetadata, pending_items: list[ThreadItem], context: RequestContext
    ) -> None:
        """Do nothing: the route stops the turn, which keeps what was said."""

    def _serialize(self, obj: BaseModel) -> bytes:
        # The library stamps the threads and items that it makes with naive local times.
        made = getattr(obj, "thread", None) or getattr(obj, "item", None)
        if isinstance(made, Thread | ThreadItemBase):
            made.created_at = made.created_at.astimezone(UTC)
        return super()._serialize(obj)

    async def _run(self, action: Action[str, Any], visit: RequestContext) -> None:
        async with visit.transaction() as session:
            await TaskAction.of(action).run(visit.tasks(session))
