"""Reminders of a user who moves to another time zone: they keep their wall times."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from db.notifier import REMINDERS_TOPIC
from db.reminder_spec import fires_at
from db.user_connection import UserConnection

_WAITING = """
    select r.id, r.spec, t.due_on, t.due_time
    from reminders r join tasks t on t.user_id = r.user_id and t.id = r.task_id
    where r.user_id = $1 and r.status = 'waiting'
"""
# One that has fired since is left as it is.
_MOVE = """
    update reminders r set fires_at = m.fires_at
    from unnest(cast($2 as uuid[]), cast($3 as timestamptz[])) as m (id, fires_at)
    where r.user_id = $1 and r.id = m.id and r.status = 'waiting'
"""


async def move_reminders(connection: UserConnection, zone: ZoneInfo) -> None:
    """Work out anew when the waiting reminders of a user fire; the transaction is one that writes.

    One whose time has passed in the new zone fires at once.
    """
    now = datetime.now(UTC)
    moved: dict[object, datetime] = {}
    for row in await connection.fetch(_WAITING):
        due_on: date | None = row["due_on"]
        due_time: time | None = row["due_time"]
        if moment := fires_at(row["spec"], due_on, due_time, zone, now):
            moved[row["id"]] = moment
    if moved:
        await connection.fetch(_MOVE, list(moved), list(moved.values()))
        await connection.notify(REMINDERS_TOPIC)
