"""The notifications of one user: what the bell of the app shows."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg
from pydantic import TypeAdapter

from db.notifier import tasks_topic
from db.reminder_errors import NotificationNotFound
from db.reminder_values import Notification
from db.user_connection import UserConnection
from db.user_scoped import cursor_of, read_cursor

_COLUMNS = "id, task_id, reminder_id, title, fires_at, late, created_at, read_at"
_UNREAD = "(select count(*) from notifications where user_id = $1 and read_at is null) as unread"
_POSITION: TypeAdapter[tuple[UUID]] = TypeAdapter(tuple[UUID])


def _listed(matching: str) -> str:
    """Return the statement of some notifications, each with the number of unread ones."""
    return f"""
        select {_UNREAD}, statement_timestamp() as now, n.* from (select) as one left join (
            select {_COLUMNS} from notifications where user_id = $1 and {matching}
        ) as n on true
    """  # noqa: S608  the text is ours


_PAGE = _listed("(cast($2 as uuid) is null or id < $2) order by id desc limit $3")
# A firing may commit a little later than one that began after it.
_LATEST = _listed(
    "created_at > coalesce($2, statement_timestamp()) - interval '1 minute' order by id"
)
_NOTIFICATION = f"select {_COLUMNS} from notifications where user_id = $1 and id = $2"  # noqa: S608
_READ = """
    update notifications set read_at = now()
    where user_id = $1 and read_at is null
        and (cast($2 as uuid[]) is null or id = any(cast($2 as uuid[])))
"""
_COUNT = f"select {_UNREAD}"


@dataclass(frozen=True)
class NotificationPage:
    """A page of notifications, newest first; `unread` counts all that were not read."""

    notifications: list[Notification]
    unread: int
    next_cursor: str | None = None


class UserNotifications:
    """The notifications of one user in one transaction."""

    def __init__(self, connection: UserConnection) -> None:
        self._connection = connection

    async def page(self, *, limit: int, cursor: str | None = None) -> NotificationPage:
        """Return one page, newest first.

        Raises:
            InvalidCursor: The cursor is not of this list.
        """
        (after,) = (None,) if cursor is None else read_cursor(cursor, _POSITION)
        rows = await self._connection.fetch(_PAGE, after, limit + 1)
        page = _page_of(rows)
        if len(page.notifications) <= limit:
            return page
        shown = page.notifications[:limit]
        return NotificationPage(shown, page.unread, cursor_of(shown[-1].id))

    async def get(self, notification_id: UUID) -> Notification:
        """Return one.

        Raises:
            NotificationNotFound: The user has none of that id.
        """
        rows = await self._connection.fetch(_NOTIFICATION, notification_id)
        if not rows:
            raise NotificationNotFound
        return _notification_of(rows[0])

    async def read(self, notification_ids: Collection[UUID] | None = None) -> int:
        """Mark notifications as read, all of them if none are given; return how many are not."""
        given = None if notification_ids is None else list(notification_ids)
        await self._connection.fetch(_READ, given)
        await self._connection.notify(tasks_topic(self._connection.user_id))
        ((unread,),) = await self._connection.fetch(_COUNT)
        number: int = unread
        return number


class NotificationFeed:
    """The notifications of one user as they are made, each of them once."""

    def __init__(self) -> None:
        self._read_at: datetime | None = None
        self._returned: frozenset[UUID] = frozenset()
        self._unread = 0

    async def start(self, connection: UserConnection) -> None:
        """Start behind those that there are."""
        await self.next(connection)

    async def next(self, connection: UserConnection) -> NotificationPage | None:
        """Return those made since the last call, oldest first; None if the bell shows as before."""
        rows = await connection.fetch(_LATEST, self._read_at)
        page = _page_of(rows)
        new = [one for one in page.notifications if one.id not in self._returned]
        same = not new and page.unread == self._unread
        self._returned = frozenset(one.id for one in page.notifications)
        self._read_at, self._unread = rows[0]["now"], page.unread
        return None if same else NotificationPage(new, page.unread)


def _page_of(rows: list[asyncpg.Record]) -> NotificationPage:
    found = [_notification_of(row) for row in rows if row["id"] is not None]
    return NotificationPage(found, rows[0]["unread"])


def _notification_of(row: asyncpg.Record) -> Notification:
    return Notification(*(row[name] for name in _COLUMNS.split(", ")))
