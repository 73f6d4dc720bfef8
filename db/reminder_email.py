"""The e-mail address to which the reminders of one user are sent."""

from dataclasses import dataclass
from datetime import datetime

from db.user_connection import UserConnection
from db.user_scoped import next_id

_COLUMNS = "endpoint, last_ok_at, failures, last_error"
_MINE = "from push_subscriptions where user_id = $1 and channel = 'email'"
_GET = f"select {_COLUMNS} {_MINE}"
# An address that is set again has a clean record.
_SET = f"""
    insert into push_subscriptions (user_id, id, channel, endpoint, p256dh, auth, user_agent)
    values ($1, $2, 'email', $3, '', '', '')
    on conflict (user_id) where channel = 'email' do update
    set endpoint = excluded.endpoint, failures = 0, last_error = null
    returning {_COLUMNS}
"""  # noqa: S608  the text is ours
_DELETE = f"delete {_MINE}"


@dataclass(frozen=True, slots=True)
class ReminderEmail:
    """An address; `failures` counts those since the last success, which `last_error` names."""

    address: str
    last_ok_at: datetime | None
    failures: int
    last_error: str | None


class UserReminderEmail:
    """The address of one user in one transaction."""

    def __init__(self, connection: UserConnection) -> None:
        self._connection = connection

    async def get(self) -> ReminderEmail | None:
        """Return the address; None if no reminders are mailed."""
        rows = await self._connection.fetch(_GET)
        return ReminderEmail(*rows[0]) if rows else None

    async def set(self, address: str) -> ReminderEmail:
        """Mail reminders to this address from now on; the transaction must write."""
        (row,) = await self._connection.fetch(_SET, next_id(), address)
        return ReminderEmail(*row)

    async def delete(self) -> None:
        """Mail no reminders any more, also none that are to be sent."""
        await self._connection.fetch(_DELETE)
