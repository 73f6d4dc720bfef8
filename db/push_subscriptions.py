"""The browsers of one user that take notifications by Web Push."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from db.reminder_errors import PushSubscriptionNotFound, TooManyPushSubscriptions
from db.user_connection import UserConnection
from db.user_scoped import next_id

SUBSCRIPTIONS_PER_USER = 20

_COLUMNS = "id, endpoint, p256dh, auth, user_agent, created_at, last_ok_at, failures, last_error"
_MINE = f"select {_COLUMNS} from push_subscriptions where user_id = $1 and channel = 'web_push'"  # noqa: S608
_ALL = f"{_MINE} order by id"
_ONE = f"{_MINE} and id = $2"
# A browser that subscribes again has new keys, and a clean record.
_ADD = f"""
    insert into push_subscriptions (user_id, id, endpoint, p256dh, auth, user_agent)
    values ($1, $2, $3, $4, $5, $6)
    on conflict (user_id, endpoint) do update
    set p256dh = excluded.p256dh, auth = excluded.auth, user_agent = excluded.user_agent,
        failures = 0, last_error = null
    returning {_COLUMNS}
"""  # noqa: S608  the text is ours
_DELETE = """
    delete from push_subscriptions
    where user_id = $1 and id = $2 and channel = 'web_push' returning id
"""


@dataclass(frozen=True, slots=True)
class PushSubscription:
    """A browser; `failures` counts those since the last success, which `last_error` names."""

    id: UUID
    endpoint: str
    p256dh: str
    auth: str
    user_agent: str
    created_at: datetime
    last_ok_at: datetime | None
    failures: int
    last_error: str | None


class UserPushSubscriptions:
    """The subscriptions of one user in one transaction."""

    def __init__(self, connection: UserConnection) -> None:
        self._connection = connection

    async def all(self) -> list[PushSubscription]:
        """Return them, oldest first."""
        return [_subscription_of(row) for row in await self._connection.fetch(_ALL)]

    async def get(self, subscription_id: UUID) -> PushSubscription:
        """Return one.

        Raises:
            PushSubscriptionNotFound: The user has none of that id.
        """
        rows = await self._connection.fetch(_ONE, subscription_id)
        if not rows:
            raise PushSubscriptionNotFound
        return _subscription_of(rows[0])

    async def add(
        self, endpoint: str, *, p256dh: str, auth: str, user_agent: str
    ) -> PushSubscription:
        """Add a browser, or renew the keys of one that is known; the transaction must write.

        Raises:
            TooManyPushSubscriptions: The user has as many as a user may have.
        """
        known = await self.all()
        is_known = any(one.endpoint == endpoint for one in known)
        if len(known) >= SUBSCRIPTIONS_PER_USER and not is_known:
            raise TooManyPushSubscriptions(SUBSCRIPTIONS_PER_USER)
        (row,) = await self._connection.fetch(_ADD, next_id(), endpoint, p256dh, auth, user_agent)
        return _subscription_of(row)

    async def delete(self, subscription_id: UUID) -> None:
        """Delete one, with what is to be sent to it.

        Raises:
            PushSubscriptionNotFound: The user has none of that id.
        """
        if not await self._connection.fetch(_DELETE, subscription_id):
            raise PushSubscriptionNotFound


def _subscription_of(row: asyncpg.Record) -> PushSubscription:
    return PushSubscription(*(row[name] for name in _COLUMNS.split(", ")))
