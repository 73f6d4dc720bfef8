"""ChatKit's store over the stored conversations: they are its threads, messages its items."""

from collections.abc import Sequence
from datetime import date
from typing import NoReturn
from uuid import UUID

from chatkit.store import Store, StoreItemType
from chatkit.types import Attachment, Page, ThreadItem, ThreadMetadata
from sqlalchemy.ext.asyncio import AsyncSession

from chat_api.chatkit_protocol.context import RequestContext
from chat_api.chatkit_protocol.items import (
    ItemId,
    ThreadMessage,
    conversation_id_of,
    items_of,
)
from chat_api.problems import MalformedBody, NotSupported
from db.conversations import UserConversations, cursor_behind
from db.errors import InvalidCursor, MessageNotFound
from db.messages import UserMessages
from db.models import Conversation

ATTACHMENTS = "Attachments are not supported; send the text itself."
_LARGEST_PAGE = 100


class ConversationStore(Store[RequestContext]):
    """Reads and renames a user's conversations.

    A turn stores both of its messages itself, and a retry removes what it replaces. So the methods
    by which the library would add, replace or remove items have nothing left to do.
    """

    def generate_thread_id(self, context: RequestContext) -> str:
        """Return the id of the conversation of the started turn."""
        return str(context.started_turn.stream.conversation_id)

    def generate_item_id(
        self, item_type: StoreItemType, thread: ThreadMetadata, context: RequestContext
    ) -> str:
        """Return the id of the stored message: the library makes the user's item only."""
        return str(context.started_turn.user_message_id)

    async def load_thread(self, thread_id: str, context: RequestContext) -> ThreadMetadata:
        """Return a thread.

        Raises:
            ConversationNotFound: The user has none of that id.
        """
        async with context.transaction() as session:
            conversations = UserConversations(session, context.user_id)
            return _thread(await conversations.get(conversation_id_of(thread_id)))

    async def save_thread(self, thread: ThreadMetadata, context: RequestContext) -> None:
        """Rename a thread; one that has just started was named by its turn.

        Raises:
            ConversationNotFound: The user has none of that id.
        """
        if thread.title is None:
            return
        async with context.transaction() as session:
            conversations = UserConversations(session, context.user_id)
            await conversations.rename(conversation_id_of(thread.id), thread.title)

    async def delete_thread(self, thread_id: str, context: RequestContext) -> None:
        """Delete a thread with its items.

        Raises:
            ConversationNotFound: The user has none of that id.
        """
        async with context.transaction() as session:
            conversations = UserConversations(session, context.user_id)
            await conversations.delete(conversation_id_of(thread_id))

    async def load_threads(
        self, limit: int, after: str | None, order: str, context: RequestContext
    ) -> Page[ThreadMetadata]:
        """Return threads by when they were last used; `after` is a cursor, or a thread's id.

        Raises:
            ConversationNotFound: The user has no thread of the id `after`.
            MalformedBody: `after` is neither a cursor nor an id.
        """
        async with context.transaction() as session:
            conversations = UserConversations(session, context.user_id)
            try:
                page = await conversations.page(
                    limit=_clamped(limit),
                    cursor=after and await _cursor(conversations, after),
                    ascending=order == "asc",
                )
            except InvalidCursor as error:
                raise MalformedBody.of("params.after", str(error)) from error
        threads = [_thread(row) for row in page.rows]
        return Page(data=threads, has_more=page.next_cursor is not None, after=page.next_cursor)

    async def load_thread_items(
        self, thread_id: str, after: str | None, limit: int, order: str, context: RequestContext
    ) -> Page[ThreadItem]:
        """Return the items behind the one whose id is `after`.

        Raises:
            ConversationNotFound: The user has no such thread.
            MessageNotFound: No item can have the id `after`.
        """
        ascending, size = order == "asc", _clamped(limit)
        start = ItemId.parse(after) if after else None
        async with context.transaction() as session:
            # Every message has an item at least, so these hold one more than the page.
            messages = await UserMessages(session, context.user_id).from_message(
                conversation_id_of(thread_id),
                start and start.message_id,
                limit=size + 2,
                ascending=ascending,
            )
            per_message = await current_items(
                session, context, list(map(ThreadMessage.of, messages))
            )
        items = [item for each in per_message for item in (each if ascending else reversed(each))]
        if start:
            items = [item for item in items if _is_behind(item, start, ascending)]
        page, more = items[:size], len(items) > size
        return Page(data=page, has_more=more, after=page[-1].id if more else None)

    async def load_item(self, thread_id: str, item_id: str, context: RequestContext) -> ThreadItem:
        """Return an item.

        Raises:
            ConversationNotFound: The user has no such thread.
            MessageNotFound: It has no such item.
        """
        parsed = ItemId.parse(item_id)
        async with context.transaction() as session:
            messages = UserMessages(session, context.user_id)
            message = await messages.get(conversation_id_of(thread_id), parsed.message_id)
            (items,) = await current_items(session, context, [ThreadMessage.of(message)])
        found = next((item for item in items if item.id == str(parsed)), None)
        if found is None:
            raise MessageNotFound
        return found

    async def add_thread_item(
        self, thread_id: str, item: ThreadItem, context: RequestContext
    ) -> None:
        """Do nothing: the turn stores its messages."""

    async def save_item(self, thread_id: str, item: ThreadItem, context: RequestContext) -> None:
        """Do nothing: a task list is built from the tasks as they are now."""

    async def delete_thread_item(
        self, thread_id: str, item_id: str, context: RequestContext
    ) -> None:
        """Do nothing: a retry has deleted what it replaces."""

    async def save_attachment(self, attachment: Attachment, context: RequestContext) -> NoReturn:
        """Refuse: there are no attachments."""
        raise NotSupported(ATTACHMENTS)

    async def load_attachment(self, attachment_id: str, context: RequestContext) -> NoReturn:
        """Refuse: there are no attachments."""
        raise NotSupported(ATTACHMENTS)

    async def delete_attachment(self, attachment_id: str, context: RequestContext) -> NoReturn:
        """Refuse: there are no attachments."""
        raise NotSupported(ATTACHMENTS)


async def current_items(
    session: AsyncSession, context: RequestContext, messages: Sequence[ThreadMessage]
) -> list[list[ThreadItem]]:
    """Return the items of each message, with the tasks as they are now."""
    task_ids = {task_id for message in messages for task_id in message.task_ids}
    user_tasks = await context.tasks(session)
    tasks = await user_tasks.numbered(task_ids) if task_ids else {}
    today = await user_tasks.today() if tasks else date.min
    return [items_of(message, tasks, today) for message in messages]


async def _cursor(conversations: UserConversations, after: str) -> str:
    """Return the cursor that `after` is, or that of the thread whose id it is."""
    try:
        thread_id = UUID(after)
    except ValueError:
        return after
    return cursor_behind(await conversations.get(thread_id))


def _thread(conversation: Conversation) -> ThreadMetadata:
    return ThreadMetadata(
        id=str(conversation.id), title=conversation.title, created_at=conversation.created_at
    )


def _is_behind(item: ThreadItem, start: ItemId, ascending: bool) -> bool:
    item_id = ItemId.parse(item.id)
    return item_id > start if ascending else item_id < start


def _clamped(limit: int) -> int:
    return min(max(limit, 1), _LARGEST_PAGE)
