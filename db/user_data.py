"""A user as a whole: their settings, and the deletion of all their rows."""

from zoneinfo import ZoneInfo

from sqlalchemy import delete, func, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import SQLModel, col, select

from db.access import Access, lock
from db.models import Turn
from db.notifier import notify, tasks_topic
from db.reminder_models import StoredPushSubscription, StoredReminder
from db.reminder_values import DEFAULT_REMINDER
from db.reminder_zone import move_reminders
from db.user_connection import UserConnection, connection_of
from db.user_models import StoredSettings, UserState
from db.user_scoped import UserScoped

_LOCK = text(f"select {lock(':user_id', ':access')}")
# Work for all users holds these rows while it adds others: who waits for it holds none of them.
_HELD_BY_OTHERS: tuple[type[StoredReminder | Turn | StoredPushSubscription], ...] = (
    StoredReminder,
    Turn,
    StoredPushSubscription,
)
_TIMEZONE = "select timezone from user_settings where user_id = $1"


async def timezone_of(connection: UserConnection) -> str | None:
    """Return the IANA name of the user's time zone; None until one is set."""
    rows = await connection.fetch(_TIMEZONE)
    return rows[0]["timezone"] if rows else None


class UserSettings(UserScoped):
    """The settings of one user. Nothing here commits; `transaction` does."""

    async def timezone(self) -> str | None:
        """Return the IANA name of the user's time zone; None until one is set."""
        query = select(StoredSettings.timezone).where(col(StoredSettings.user_id) == self._user_id)
        return (await self._session.scalars(query)).one_or_none()

    async def set_timezone(self, name: str) -> None:
        """Set the time zone, by its IANA name; waiting reminders keep their wall times."""
        connection = await connection_of(self._session, self._user_id, writes=True)
        await self._set("timezone", name)
        await move_reminders(connection, ZoneInfo(name))

    async def default_reminder(self) -> str | None:
        """Return the reminder that tasks with a time get; None if they get none."""
        mine = col(StoredSettings.user_id) == self._user_id
        rows = (
            await self._session.execute(select(StoredSettings.default_reminder).where(mine))
        ).all()
        return rows[0][0] if rows else DEFAULT_REMINDER

    async def set_default_reminder(self, spec: str | None) -> None:
        """Set the reminder that tasks with a time get from now on."""
        await self._set("default_reminder", spec)

    async def _set(self, name: str, value: str | None) -> None:
        row = insert(StoredSettings).values({"user_id": self._user_id, name: value})
        await self._session.execute(
            row.on_conflict_do_update(
                index_elements=["user_id"],
                set_={name: value, "updated_at": row.excluded.updated_at},
            )
        )


class UserData(UserScoped):
    """The rows of one user in every table. Nothing here commits; `transaction` does."""

    async def erase(self) -> None:
        """Delete every row of the user for good, but the one that says that they were erased.

        It waits for the transactions that add rows; those that come later are refused. It can be
        repeated.
        """
        values = {"user_id": self._user_id, "access": Access.ERASE}
        await self._session.execute(_LOCK, values)
        for held in _HELD_BY_OTHERS:
            mine = col(held.user_id) == self._user_id
            await self._session.execute(select(held.id).where(mine).with_for_update())
        for table in reversed(SQLModel.metadata.sorted_tables):
            if table.name != UserState.__tablename__:
                await self._session.execute(delete(table).where(table.c.user_id == self._user_id))
        await self._session.execute(
            update(UserState)
            .where(col(UserState.user_id) == self._user_id, col(UserState.deleted_at).is_(None))
            .values(deleted_at=func.now())
            .execution_options(synchronize_session=False)
        )
        await notify(self._session, tasks_topic(self._user_id))
