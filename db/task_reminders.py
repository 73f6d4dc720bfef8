"""The rules of reminders: which a task has after a change, and when they fire."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from db.reminder_errors import ReminderInPast, ReminderWithoutDate, TooManyReminders
from db.reminder_spec import After, At, fires_at, parse_reminder
from db.reminder_values import Reminder, ReminderStatus
from db.task_values import Task
from db.user_scoped import next_id

REMINDERS_PER_TASK = 100
# So often those who fire reminders look for new ones, if nothing notifies them.
LOOK_AGAIN = timedelta(seconds=30)
_SETTLED = frozenset({"delivered", "missed"})


@dataclass(frozen=True)
class ReminderContext:
    """What reminders depend on beside their task; `default` is that of tasks with a time."""

    now: datetime
    zone: ZoneInfo
    default: str | None


def with_reminders(
    task: Task, before: Task | None, changes: dict[str, Any], context: ReminderContext
) -> Task:
    """Return the task with its reminders after a change; `changes` may have `reminders`.

    `reminders: null` is the default, and so are missing ones where the task gets its first time.

    Raises:
        RefusedValue: A reminder is refused.
    """
    given: Sequence[str] | None = changes.get("reminders")
    if given is not None:
        return _set(task, before, given, context)
    if "reminders" in changes or _first_time(task, before):
        specs = [context.default] if context.default and task.due_time else []
    else:
        specs = specs_of(task)
    if before and (_due(before), specs_of(before)) == (_due(task), specs):
        return task
    return with_specs(task, specs, context)


def _set(task: Task, before: Task | None, given: Sequence[str], context: ReminderContext) -> Task:
    parsed = [parse_reminder(text) for text in given]
    relative = [spec for spec in parsed if isinstance(spec, After)]
    from_now = [spec.resolved(context.now, context.zone).text for spec in relative]
    specs = [spec.text for spec in parsed if not isinstance(spec, After)] + from_now
    # What is set from now fires anew, even if one at this wall time has fired in another zone.
    unmoved = before is not None and _due(before) == _due(task)
    kept = [one for one in task.reminders if unmoved and one.spec not in from_now]
    return with_specs(task, check_number(specs), context, kept=kept, set_now=True)


def with_specs(
    task: Task,
    specs: Sequence[str],
    context: ReminderContext,
    *,
    kept: Sequence[Reminder] = (),
    set_now: bool = False,
) -> Task:
    """Return the task with these reminders; those that fire as before keep what became of them.

    The `kept` ones are not worked out anew.

    Raises:
        ReminderWithoutDate: The user has set it now for a task without a date.
        ReminderInPast: The user has set it now for a time that has passed.
    """
    known = {reminder.spec: reminder for reminder in task.reminders}
    as_before = {reminder.spec: reminder for reminder in kept}
    reminders = [
        as_before.get(spec) or _scheduled(task, spec, known.get(spec), context, set_now)
        for spec in specs
    ]
    in_order = sorted(filter(None, reminders), key=lambda one: (one.fires_at, one.spec))
    return replace(task, reminders=in_order)


def specs_of(task: Task) -> list[str]:
    """Return the reminders of a task as the user set them."""
    return [reminder.spec for reminder in task.reminders]


def lasting_specs(task: Task) -> list[str]:
    """Return the reminders of a task without those at wall times that have fired."""
    return [
        reminder.spec
        for reminder in task.reminders
        if reminder.status not in _SETTLED or not isinstance(parse_reminder(reminder.spec), At)
    ]


def fires_soon(task: Task, before: Task | None, now: datetime) -> bool:
    """Return whether a change has set a reminder that those who fire them must know at once."""
    known = before.reminders if before else []
    return any(
        reminder.status == "waiting" and reminder.fires_at - now < LOOK_AGAIN
        for reminder in task.reminders
        if reminder not in known
    )


def check_number(specs: Sequence[str]) -> list[str]:
    """Return reminders once each.

    Raises:
        TooManyReminders: There are more than a task may have.
    """
    distinct = list(dict.fromkeys(specs))
    if len(distinct) > REMINDERS_PER_TASK:
        raise TooManyReminders(REMINDERS_PER_TASK)
    return distinct


def _first_time(task: Task, before: Task | None) -> bool:
    had_none = before is None or before.due_time is None
    return had_none and task.due_time is not None and not task.reminders


def _due(task: Task) -> tuple[object, ...]:
    """Return what the reminders of a task depend on."""
    return task.due_on, task.due_time, task.completed, task.deleted_at


def _scheduled(
    task: Task, spec: str, known: Reminder | None, context: ReminderContext, set_now: bool
) -> Reminder | None:
    """Return a reminder of the task; None if the task has no date any more."""
    moment = fires_at(spec, task.due_on, task.due_time, context.zone, context.now)
    if moment is None:
        if set_now:
            raise ReminderWithoutDate(spec)
        return None
    same = known is not None and known.fires_at == moment
    active, passed = not task.completed and task.deleted_at is None, moment <= context.now
    if set_now and active and passed and not same:
        raise ReminderInPast(spec, context.now.astimezone(context.zone))
    status = _status(known if same else None, active=active, passed=passed)
    return Reminder(known.id if known else next_id(), spec, moment, status)


def _status(known: Reminder | None, *, active: bool, passed: bool) -> ReminderStatus:
    """Return the status; `known` is the reminder as it was, if it fires at the same time."""
    if known and known.status in _SETTLED:
        return known.status
    # One that is due, but not delivered yet, still will be.
    due = known is not None and known.status == "waiting"
    return "waiting" if active and (due or not passed) else "dropped"
