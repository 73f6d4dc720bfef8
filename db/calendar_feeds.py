"""Calendar feeds: a user's tasks at an address that only its owner knows, for calendar apps.

A user has one at a time. Its token is looked up without a user, and only its hash is stored.
"""

from dataclasses import dataclass
from datetime import datetime

from db.bearer_secrets import find_row, new_secret, read_secret, secret_hash
from db.engine import Sessions
from db.errors import CalendarFeedNotFound
from db.task_rows import task_of
from db.task_statements import NOT_ARCHIVED, TASKS
from db.task_values import Task
from db.user_connection import UserConnection, token_connection

# More would be a burden for calendar apps.
MOST_IN_FEED = 10_000

_VALID = "select created_at from calendar_feeds where user_id = $1 and revoked_at is null"
_REVOKE = """
    update calendar_feeds set revoked_at = now() where user_id = $1 and revoked_at is null
    returning created_at
"""
_DELETE_OLD = """
    delete from calendar_feeds where user_id = $1 and revoked_at < now() - interval '30 days'
"""
_CREATE = """
    insert into calendar_feeds (user_id, token_hash) select $1, $2 returning created_at
"""
_FIND = "select user_id from calendar_feeds where token_hash = $1 and revoked_at is null"
# All that the tasks in a feed depend on: each of their changes has a number.
_STATE = """
    select
        (select coalesce(max(id), 0) from task_changes where user_id = $1) as last_change,
        (select timezone from user_settings where user_id = $1) as timezone,
        array(
            select id from lists where user_id = $1 and archived_at is not null order by id
        ) as archived
"""
_TASKS = f"""
    {TASKS} and deleted_at is null and due_on is not null and {NOT_ARCHIVED}
    order by completed, due_on desc, id
    limit {MOST_IN_FEED}
"""


class UserCalendarFeed:
    """The calendar feed of one user; the transaction must be one that writes for what does."""

    def __init__(self, connection: UserConnection) -> None:
        self._connection = connection

    async def created_at(self) -> datetime | None:
        """Return when the valid feed was made; None if there is none."""
        rows = await self._connection.fetch(_VALID)
        return rows[0]["created_at"] if rows else None

    async def create(self) -> tuple[datetime, str]:
        """Make a feed, and return its token, which is not stored. The one before is revoked."""
        await self._connection.fetch(_REVOKE)
        await self._connection.fetch(_DELETE_OLD)
        token = new_secret(self._connection.user_id)
        (row,) = await self._connection.fetch(_CREATE, secret_hash(token))
        return row["created_at"], token

    async def revoke(self) -> None:
        """Revoke the feed; from the next request on its address is unknown.

        Raises:
            CalendarFeedNotFound: There is none.
        """
        if not await self._connection.fetch(_REVOKE):
            raise CalendarFeedNotFound


@dataclass(frozen=True)
class CalendarState:
    """What tasks of a feed depend on; while it is the same, so are they."""

    last_change: int
    timezone: str | None
    archived: list[int]


async def find_calendar_user(sessions: Sessions, token: str) -> str:
    """Return the user whose valid feed has a token.

    A text that is not formed like a token is refused without a query.

    Raises:
        CalendarFeedNotFound: No valid feed has it.
        DatabaseUnavailable: Postgres can't be reached.
    """
    known = read_secret(token)
    if known is None:
        raise CalendarFeedNotFound
    async with token_connection(sessions, known.hash) as connection:
        row = await find_row(connection, _FIND, known)
    if row is None:
        raise CalendarFeedNotFound
    user_id: str = row["user_id"]
    return user_id


async def calendar_state(connection: UserConnection) -> CalendarState:
    """Return the state of the user's calendar."""
    (row,) = await connection.fetch(_STATE)
    return CalendarState(**row)


async def calendar_tasks(connection: UserConnection) -> list[Task]:
    """Return the tasks with a due date, open ones first, at most `MOST_IN_FEED`."""
    return [task_of(row) for row in await connection.fetch(_TASKS)]
