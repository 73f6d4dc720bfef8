"""Repeats as calendars read them mean the dates that the tasks will have."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from hypothesis import assume, given

from chat_api.formats.recurrence import MOST_DATES, Recurrence, recurrence_of, rrule_text
from db.repeat_rule import RepeatRule
from db.schedule import pinned
from tests.db.repeats import DATES, RULES, occurrences
from tests.formats.calendars import a_task

MOST = 12


def read(recurrence: Recurrence, most: int) -> list[date]:
    """Return the dates as a calendar app would find them."""
    if recurrence.rule is None:
        return [recurrence.start, *recurrence.dates][:most]
    start = datetime.combine(recurrence.start, time.min)
    text = rrule_text(recurrence.rule, None, ZoneInfo("UTC"))
    dates = rrulestr(text, dtstart=start).xafter(start, most, inc=True)
    return [day.date() for day in dates]


@pytest.mark.requirement("FR-TASK-042")
@given(RULES, DATES)
def test_the_dates_are_those_of_the_task(rule: RepeatRule, start: date) -> None:
    assume(rule.repeat_from == "due" and not (rule.until and rule.until < start))
    rule = pinned(rule, start)
    task = a_task(due_on=start, repeat=rule.rrule, repeat_from="due")
    recurrence = recurrence_of(task)
    expected = occurrences(rule, start, MOST)
    if expected[-1].year < 2200:
        assert (read(recurrence, MOST) if recurrence else [start]) == expected


@pytest.mark.requirement("FR-TASK-042")
@pytest.mark.parametrize(
    ("repeat", "start", "rule"),
    [
        ("MONTHLY;BYMONTHDAY=31", "2026-01-31", "MONTHLY;BYMONTHDAY=-1"),
        ("YEARLY;BYMONTH=2;BYMONTHDAY=29", "2024-02-29", "YEARLY;BYMONTH=2;BYMONTHDAY=-1"),
        ("MONTHLY;BYMONTHDAY=30", "2026-01-30", "MONTHLY;BYMONTHDAY=28,29,30;BYSETPOS=-1"),
        ("MONTHLY;BYMONTHDAY=5,30", "2026-01-30", "MONTHLY;BYMONTHDAY=5,28,29,30;BYSETPOS=1,-1"),
        (
            "YEARLY;BYMONTH=1,2;BYMONTHDAY=30",
            "2026-01-30",
            "MONTHLY;BYMONTH=1,2;BYMONTHDAY=28,29,30;BYSETPOS=-1",
        ),
        ("MONTHLY;BYMONTHDAY=29,30", "2026-01-30", None),
        ("WEEKLY;BYDAY=MO", "2026-12-01", None),
    ],
)
def test_a_day_that_a_month_lacks_is_its_last_one(
    repeat: str, start: str, rule: str | None
) -> None:
    due_on = date.fromisoformat(start)
    recurrence = recurrence_of(a_task(due_on=due_on, repeat=f"FREQ={repeat}", repeat_from="due"))
    assert recurrence
    assert (recurrence.rule.rrule if recurrence.rule else None) == (rule and f"FREQ={rule}")
    assert len(recurrence.dates) == (0 if rule else MOST_DATES)


@pytest.mark.requirement("FR-TASK-042")
def test_an_end_that_is_past_leaves_one_date() -> None:
    task = a_task(due_on=date(2026, 12, 1), repeat="FREQ=DAILY;UNTIL=20261130", repeat_from="due")
    assert recurrence_of(task) is None
