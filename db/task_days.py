"""What the dates of a filter mean for one user: views around today, and days in their zone."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from db.timezones import start_of
from db.values import TaskFilter

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Completed:
    """When tasks were completed: from one time on, and before another."""

    since: datetime | None = None
    before: datetime | None = None


ANY_TIME = Completed()


def needs_zone(task_filter: TaskFilter) -> bool:
    """Return whether a filter means something else in another time zone."""
    days = (task_filter.completed_after, task_filter.completed_before)
    return task_filter.view not in {None, "inbox"} or any(days)


def with_view(task_filter: TaskFilter, today: date) -> TaskFilter:
    """Return a filter whose due dates and status are those of its view as well."""
    if task_filter.view is None:
        return task_filter
    first, last = {
        "today": (today, today),
        "overdue": (None, today - _DAY),
        "upcoming": (today + _DAY, None),
        "inbox": (None, None),
    }[task_filter.view]
    changes = {
        "due_after": max(_given(first, task_filter.due_after), default=None),
        "due_before": min(_given(last, task_filter.due_before), default=None),
        "status": "pending" if task_filter.status == "all" else task_filter.status,
    }
    return task_filter.model_copy(update=changes)


def completed_within(task_filter: TaskFilter, zone: str) -> Completed:
    """Return the times that the dates of completion mean in a zone."""
    first, last = task_filter.completed_after, task_filter.completed_before
    return Completed(
        start_of(first, zone) if first else None,
        start_of(last + _DAY, zone) if last and last < date.max else None,
    )


def _given(*days: date | None) -> Iterable[date]:
    return (day for day in days if day is not None)
