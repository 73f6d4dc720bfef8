"""What is to be sent to browsers and e-mail addresses of all users, kept until it is sent.

A delivery is taken by one process at a time, and is due again after a pause that grows. So one
whose process was killed is sent again, and one whose service fails is tried later. No transaction
is open meanwhile.
"""

import math
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from db.engine import Sessions, reminders_transaction
from db.reminder_values import ChannelName

# Then it is given up: the notification stays in the app.
MOST_ATTEMPTS = 6

# 20 s, 40 s and so on, more than a sending may last.
_TAKE = text(
    """
    with soonest as (
        select extract(epoch from min(d.next_at) - statement_timestamp()) as seconds
        from push_deliveries d
        join push_subscriptions s on s.user_id = d.user_id and s.id = d.subscription_id
        where s.channel = :channel
    ), due as (
        select d.user_id, d.notification_id, d.subscription_id,
            now() + interval '20 seconds' * power(2, d.attempts) as next_at
        from push_deliveries d
        join push_subscriptions s on s.user_id = d.user_id and s.id = d.subscription_id
        where d.next_at <= now() and s.channel = :channel
        order by d.next_at
        limit :batch
        for update of d skip locked
    ), taken as (
        update push_deliveries d
        set attempts = attempts + 1, next_at = due.next_at
        from due
        where d.user_id = due.user_id and d.notification_id = due.notification_id
            and d.subscription_id = due.subscription_id
        returning d.user_id, d.notification_id, d.subscription_id, d.attempts
    )
    select
        soonest.seconds, t.user_id, t.notification_id, t.subscription_id, t.attempts,
        s.endpoint, s.p256dh, s.auth, n.task_id, n.title, n.fires_at, n.late,
        n.read_at is not null or n.fires_at < now() - interval '1 day' as is_outdated
    from soonest
    left join taken t on true
    left join push_subscriptions s on s.user_id = t.user_id and s.id = t.subscription_id
    left join notifications n on n.user_id = t.user_id and n.id = t.notification_id
    """
)
_DONE = """
    delete from push_deliveries
    where user_id = :user_id and notification_id = :notification_id
        and subscription_id = :subscription_id
"""
_SENT = text(
    f"""
    with done as ({_DONE})
    update push_subscriptions set last_ok_at = now(), failures = 0, last_error = null
    where user_id = :user_id and id = :subscription_id
    """  # noqa: S608  the text is ours
)
_FAILED = text(
    f"""
    with done as ({_DONE} and attempts >= :most)
    update push_subscriptions set failures = failures + 1, last_error = :error
    where user_id = :user_id and id = :subscription_id
    """  # noqa: S608  the text is ours
)
_GONE = text("delete from push_subscriptions where user_id = :user_id and id = :subscription_id")
_OUTDATED = text(_DONE)


@dataclass(frozen=True)
class Delivery:
    """A notification to be sent to one browser, or to one e-mail address, which has no keys.

    It is outdated once the notification was read in the app, or is over a day old.
    """

    user_id: str
    notification_id: UUID
    subscription_id: UUID
    attempts: int
    endpoint: str
    p256dh: str
    auth: str
    task_id: int
    title: str
    fires_at: datetime
    late: bool
    is_outdated: bool

    @property
    def key(self) -> dict[str, object]:
        """What names its row."""
        return {
            "user_id": self.user_id,
            "notification_id": self.notification_id,
            "subscription_id": self.subscription_id,
        }


@dataclass(frozen=True)
class TakenDeliveries:
    """What this process is to send, and the seconds until more is due if none was taken."""

    deliveries: list[Delivery]
    seconds: float


async def take_deliveries(sessions: Sessions, channel: ChannelName, batch: int) -> TakenDeliveries:
    """Take up to `batch` deliveries of a channel that are due.

    Raises:
        DatabaseUnavailable: Postgres can't be reached.
    """
    async with reminders_transaction(sessions) as session:
        rows = (await session.execute(_TAKE, {"channel": channel, "batch": batch})).all()
    seconds = rows[0][0]
    # One whose browser was removed at this moment has no endpoint any more.
    found = [Delivery(*row[1:]) for row in rows if row[1] is not None and row[5] is not None]
    return TakenDeliveries(found, math.inf if seconds is None else float(seconds))


async def delivery_sent(sessions: Sessions, delivery: Delivery) -> None:
    """Remove what was sent.

    Raises:
        DatabaseUnavailable: Postgres can't be reached; it will be sent again.
    """
    async with reminders_transaction(sessions) as session:
        await session.execute(_SENT, delivery.key)


async def delivery_failed(
    sessions: Sessions, delivery: Delivery, error: str, *, attempts: int = MOST_ATTEMPTS
) -> None:
    """Note a failure, and give the delivery up after so many attempts.

    Raises:
        DatabaseUnavailable: Postgres can't be reached.
    """
    async with reminders_transaction(sessions) as session:
        await session.execute(_FAILED, {**delivery.key, "error": error, "most": attempts})


async def delivery_outdated(sessions: Sessions, delivery: Delivery) -> None:
    """Remove a delivery that nobody needs any more.

    Raises:
        DatabaseUnavailable: Postgres can't be reached.
    """
    async with reminders_transaction(sessions) as session:
        await session.execute(_OUTDATED, delivery.key)


async def subscription_gone(sessions: Sessions, delivery: Delivery) -> None:
    """Delete a subscription that its push service does not know any more.

    Raises:
        DatabaseUnavailable: Postgres can't be reached.
    """
    async with reminders_transaction(sessions) as session:
        await session.execute(
            _GONE, {"user_id": delivery.user_id, "subscription_id": delivery.subscription_id}
        )
