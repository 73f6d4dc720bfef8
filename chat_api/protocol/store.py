"""Threads are conversations and items are messages: the one stored truth, in ChatKit's terms."""

from collections.abc import Sequence
from typing import NoReturn
from uuid import UUID

from chatkit.store import Store, StoreItemType
from chatkit.types import Attachment, Page, ThreadItem, ThreadMetadata
from sqlalchemy.ext.asyncio import AsyncSession

from chat_api.problems import MalformedBody, NotSupported
from chat_api.protocol.item_ids import ItemId, conversation_id_of
from chat_api.protocol.items import Said, items_of
from chat_api.protocol.task_widget import concerned
from chat_api.protocol.visit import Visit
from db.conversations import UserConversations, cursor_behind
from db.errors import InvalidCursor, MessageNotFound
from db.messages import UserMessages
from db.models import Conversation
from db.tasks import Origin, UserTasks

CLIENT = "chatkit"
_LARGEST_PAGE = 100


class ConversationStore(Store[Visit]):
    """Reads and renames a user's conversations.

    A turn stores both of its messages itself, and a retry removes what it replaces. So the methods
    by which the library would add, replace or remove items have nothing left to do.
    """

    def generate_thread_id(self, context: Visit) -> str:
        """Return the id of the conversation that the turn has started."""
        return str(context.opened.conversation_id)

    def generate_item_id(
        self, item_type: StoreItemType, thread: ThreadMetadata, context: Visit
    ) -> str:
        """Return the id of the stored message: the library makes the user's item only."""
        return str(context.opened.user_message_id)

    async def load_thread(self, thread_id: str, context: Visit) -> ThreadMetadata:
        """Return a thread.

        Raises:
            ConversationNotFound: The user has none of that id.
        """
        async with context.transaction() as session:
            conversations = UserConversations(session, context.user_id)
            return _thread(await conversations.get(conversation_id_of(thread_id)))

    async def save_thread(self, thread: ThreadMetadata, context: Visit) -> None:
        """Rename a thread; one that has just started was named by its turn.

        Raises:
            ConversationNotFound: The user has none of that id.
        """
        if thread.title is None:
            return
        async with context.transaction() as session:
            conversations = UserConversations(session, context.user_id)
            await conversations.rename(conversation_id_of(thread.id), thread.title)

    async def delete_thread(self, thread_id: str, context: Visit) -> None:
        """Delete a thread with its items.

        Raises:
            ConversationNotFound: The user has none of that id.
        """
        async with context.transaction() as session:
            conversations = UserConversations(session, context.user_id)
            await conversations.delete(conversation_id_of(thread_id))

    async def load_threads(
        self, limit: int, after: str | None, order: str, context: Visit
    ) -> Page[ThreadMetadata]:
        """Return threads by when they were last used; `after` is a page's, or a thread's id.

        Raises:
            ConversationNotFound: `after` is the id of a thread that is not there.
            MalformedBody: It is neither.
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
        self, thread_id: str, after: str | None, limit: int, order: str, context: Visit
    ) -> Page[ThreadItem]:
        """Return items from behind `after` on, which is an item's id.

        Raises:
            ConversationNotFound: The user has no such thread.
            MessageNotFound: No item can have the id `after`.
        """
        ascending, size = order == "asc", _clamped(limit)
        start = ItemId.read(after) if after else None
        async with context.transaction() as session:
            # Every message has an item at least, so these hold one more than the page.
            messages = await UserMessages(session, context.user_id).from_message(
                conversation_id_of(thread_id),
                start and start.message_id,
                limit=size + 2,
                ascending=ascending,
            )
            items = await _items(session, context, [Said.of(message) for message in messages])
        if not ascending:
            items.reverse()
        if start:
            items = [item for item in items if _behind(ItemId.read(item.id), start, ascending)]
        page, more = items[:size], len(items) > size
        return Page(data=page, has_more=more, after=page[-1].id if more else None)

    async def load_item(self, thread_id: str, item_id: str, context: Visit) -> ThreadItem:
        """Return an item.

        Raises:
            ConversationNotFound: The user has no such thread.
            MessageNotFound: It has no such item.
        """
        wanted = ItemId.read(item_id)
        async with context.transaction() as session:
            messages = UserMessages(session, context.user_id)
            message = await messages.get(conversation_id_of(thread_id), wanted.message_id)
            items = await _items(session, context, [Said.of(message)])
        found = next((item for item in items if item.id == str(wanted)), None)
        if found is None:
            raise MessageNotFound
        return found

    async def add_thread_item(self, thread_id: str, item: ThreadItem, context: Visit) -> None:
        """Do nothing: the turn stores its messages."""

    async def save_item(self, thread_id: str, item: ThreadItem, context: Visit) -> None:
        """Do nothing: a task list is drawn from the tasks as they are."""

    async def delete_thread_item(self, thread_id: str, item_id: str, context: Visit) -> None:
        """Do nothing: a retry has removed what it replaces."""

    async def save_attachment(self, attachment: Attachment, context: Visit) -> NoReturn:
        """Refuse.

        Raises:
            NotSupported: Always.
        """
        raise NotSupported.attachments()

    async def load_attachment(self, attachment_id: str, context: Visit) -> NoReturn:
        """Refuse.

        Raises:
            NotSupported: Always.
        """
        raise NotSupported.attachments()

    async def delete_attachment(self, attachment_id: str, context: Visit) -> NoReturn:
        """Refuse.

        Raises:
            NotSupported: Always.
        """
        raise NotSupported.attachments()


async def _items(session: AsyncSession, visit: Visit, said: Sequence[Said]) -> list[ThreadItem]:
    """Return the items of messages in the order of the messages, with the tasks as they are now."""
