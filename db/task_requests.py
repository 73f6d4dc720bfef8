"""A request that writes tasks: one statement reads what it needs, one stores all that it does."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import asyncpg
import orjson

from db.errors import TurnOver
from db.idempotency import STORE_ANSWER, KeyedRequest
from db.notifier import REMINDERS_TOPIC, tasks_topic
from db.reminder_values import NO_REMINDER
from db.task_placement import NO_LISTS, ListWrites
from db.task_reminders import ReminderContext, fires_soon
from db.task_snapshots import restorable
from db.task_statements import STORE_ADDED, STORE_CHANGED
from db.task_values import Action, Origin, Task
from db.timezones import RequestedTimezone
from db.user_connection import UserConnection
from db.user_scoped import next_id


@dataclass(frozen=True)
class Change:
    """A change of one task, which is None before it is added; `undoes` is what it takes back."""

    action: Action
    before: Task | None
    task: Task
    undoes: Sequence[int] = ()
    lists: ListWrites = NO_LISTS


class TaskRequest:
    """A request in a transaction that writes.

    What it stores at once is one group of changes, and all that is written in one turn is another.

    With a `keyed` request, its stored answer is looked up first. `turn_id` is the running turn that
    the request belongs to: it can't end before the transaction does, so that its reply covers the
    write. Today's date is that of the request's `timezone`, else of the user's settings.
    """

    def __init__(
        self,
        connection: UserConnection,
        origin: Origin,
        keyed: KeyedRequest | None,
        turn_id: UUID | None,
        timezone: RequestedTimezone,
    ) -> None:
        self._origin = origin
        self._connection = connection
        self._keyed = keyed
        self._turn_id = turn_id
        self._timezone = timezone

    async def read(self, statement: str, *values: object) -> list[asyncpg.Record]:
        """Execute the statement that begins the write.

        Raises:
            AlreadyWritten: An earlier request with the key wrote.
            IdempotencyMismatch: The key was used for another request.
            TurnOver: The turn has ended.
        """
        key = self._keyed and self._keyed.key
        rows = await self._connection.fetch(statement, key, self._turn_id, *values)
        begun = rows[0]
        if self._keyed:
            self._keyed.refuse_if_answered(begun)
        if self._turn_id and not begun["turn_runs"]:
            raise TurnOver
        return rows

    async def store(
        self, begun: asyncpg.Record, changes: Sequence[Change], answer: Mapping[str, Any] | None
    ) -> None:
        """Store changes of different tasks, all of them added or none, and the request's answer."""
        answered = self._keyed.answer_row(answer) if self._keyed and answer is not None else None
        if not changes:
            if answered is not None:
                await self._connection.fetch(STORE_ANSWER, answered)
            return
        topics = [tasks_topic(self._connection.user_id)]
        if any(fires_soon(change.task, change.before, begun["now"]) for change in changes):
            topics.append(REMINDERS_TOPIC)
        await self._connection.notify(*topics)
        group = self._turn_id or next_id()
        lists = {row["id"]: row for change in changes for row in change.lists.rows}
        await self._connection.fetch(
            STORE_ADDED if changes[0].before is None else STORE_CHANGED,
            answered,
            _json([self._row(begun, group, n, change) for n, change in enumerate(changes, 1)]),
            _json([change.task for change in changes]),
            _json(list(lists.values())),
            _json([number for change in changes for number in change.undoes]),
            max(change.task.id for change in changes),
            begun["last_change"] + len(changes),
        )

    def today(self, begun: asyncpg.Record) -> date:
        """Return the user's date."""
        return self._timezone.today(begun["timezone"])

    def zone(self, begun: asyncpg.Record) -> ZoneInfo:
        """Return the user's time zone."""
        return ZoneInfo(self._timezone.or_else(begun["timezone"]))

    def reminder_context(self, begun: asyncpg.Record) -> ReminderContext:
        """Return what the times of reminders depend on."""
        default = begun["default_reminder"]
        spec = None if default == NO_REMINDER else default
        return ReminderContext(begun["now"], self.zone(begun), spec)

    def _row(
        self, begun: asyncpg.Record, group: UUID, place: int, change: Change
    ) -> dict[str, Any]:
        return {
            "id": begun["last_change"] + place,
            "task_id": change.task.id,
            "action": change.action,
            "before": change.before and restorable(change.before),
            "client": self._origin.client,
            "turn_id": self._origin.turn_id,
            "group_id": group,
            "undoes": change.undoes[-1] if change.undoes else None,
            "made_list": change.lists.made,
            "created_at": begun["now"],
        }


def _json(value: Any) -> str:
    # The driver has a UUID of its own.
    return orjson.dumps(value, default=str, option=orjson.OPT_UTC_Z).decode()
