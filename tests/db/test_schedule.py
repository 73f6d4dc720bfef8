"""When repeating tasks are due next, against dateutil and the examples of RFC 5545."""

from calendar import monthrange
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from hypothesis import assume, given
from hypothesis import strategies as st

from db.repeat_rule import ImpossibleRepeat, RepeatRule
from db.repeat_words import words_of
from db.schedule import first_occurrence, next_occurrence, parse_repeat, pinned
from tests.db.repeats import DATES, RULES, occurrences

MONDAY = date(2026, 11, 30)
# No search goes less far.
SEARCHED = date(2200, 1, 1)
Months = list[tuple[int, int, list[int]]]
# RFC 5545, 3.8.5.3: what fits of the examples, all of which begin on 2 September 1997.
RFC_EXAMPLES: dict[str, Months] = {
    "FREQ=DAILY;COUNT=10": [(1997, 9, list(range(2, 12)))],
    "FREQ=DAILY;INTERVAL=10;COUNT=5": [(1997, 9, [2, 12, 22]), (1997, 10, [2, 12])],
    "FREQ=WEEKLY;COUNT=10": [
        (1997, 9, [2, 9, 16, 23, 30]),
        (1997, 10, [7, 14, 21, 28]),
        (1997, 11, [4]),
    ],
    "FREQ=WEEKLY;UNTIL=19971007;BYDAY=TU,TH": [
        (1997, 9, [2, 4, 9, 11, 16, 18, 23, 25, 30]),
        (1997, 10, [2, 7]),
    ],
    "FREQ=WEEKLY;INTERVAL=2;COUNT=8;BYDAY=TU,TH": [
        (1997, 9, [2, 4, 16, 18, 30]),
        (1997, 10, [2, 14, 16]),
    ],
    "FREQ=MONTHLY;COUNT=10;BYMONTHDAY=2,15": [(1997, month, [2, 15]) for month in range(9, 13)]
    + [(1998, 1, [2, 15])],
    "FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3": [
        (1997, 9, [2, 4]),
        (1997, 10, [7]),
    ],
    "FREQ=MONTHLY;INTERVAL=2;COUNT=10;BYDAY=TU": [
        (1997, 9, [2, 9, 16, 23, 30]),
        (1997, 11, [4, 11, 18, 25]),
        (1998, 1, [6]),
    ],
    "FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8;COUNT=4": [
        (1997, 9, [2]),
        (1997, 11, [4]),
        (2001, 11, [6]),
        (2005, 11, [8]),
    ],
    "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2;COUNT=5": [
        (1997, 9, [2, 29]),
        (1997, 10, [30]),
        (1997, 11, [27]),
        (1997, 12, [30]),
    ],
    "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13;COUNT=4": [
        (1997, 9, [2]),
        (1998, 2, [13]),
        (1998, 3, [13]),
        (1998, 11, [13]),
    ],
    "FREQ=YEARLY;BYDAY=20MO;COUNT=4": [
        (1997, 9, [2]),
        (1998, 5, [18]),
        (1999, 5, [17]),
        (2000, 5, [15]),
    ],
    "FREQ=MONTHLY;BYMONTHDAY=-3;COUNT=5": [
        (1997, 9, [2, 28]),
        (1997, 10, [29]),
        (1997, 11, [28]),
        (1997, 12, [29]),
    ],
}


def _next(text: str, due_on: date, today: date | None = None, completed: int = 1) -> date | None:
    rule = pinned(parse_repeat(text), due_on)
    return next_occurrence(
        rule, occurrence=due_on, due_on=due_on, today=today or due_on, completed=completed
    )


def _by_dateutil(rule: RepeatRule, start: date, after: date) -> date | None:
    """Ask for the same days 7,600 years later, since a search ends in the year 9999."""
    endless = replace(rule, count=None, until=None)
    begin, later = (
        datetime.combine(day.replace(year=day.year + 7600), time.min) for day in (start, after)
    )
    found = rrulestr(endless.rrule, dtstart=begin).after(later)
    return found.date().replace(year=found.year - 7600) if found else None


@pytest.mark.requirement("FR-TASK-011")
@pytest.mark.parametrize(("rrule", "expected"), RFC_EXAMPLES.items())
def test_the_examples_of_the_standard(rrule: str, expected: Months) -> None:
    dates = [date(year, month, day) for year, month, days in expected for day in days]
    start = date(1997, 9, 2)

    rule = pinned(parse_repeat(rrule), start)
    assert occurrences(rule, start, len(dates) + 1) == dates


@pytest.mark.requirement("FR-TASK-011")
@given(RULES, DATES, st.integers(0, 4000))
def test_the_next_occurrence_is_that_of_dateutil(rule: RepeatRule, start: date, days: int) -> None:
    rule = pinned(rule, start)
    assume(rule.repeat_from == "due" and (rule.by_day or not _late(rule)))
    today = start + timedelta(days=days)

    found = next_occurrence(rule, occurrence=start, due_on=start, today=today, completed=0)

    expected = _by_dateutil(rule, start, today)
    if expected and rule.until and expected > rule.until:
        expected = None
    soon = expected is None or expected < SEARCHED
    assert found == expected or (found is None and not soon)


@pytest.mark.requirement("FR-TASK-011")
@given(st.integers(29, 31), st.integers(1, 5), DATES)
def test_a_day_that_a_month_lacks_is_its_last_day(day: int, interval: int, start: date) -> None:
    rule = parse_repeat(f"FREQ=MONTHLY;INTERVAL={interval};BYMONTHDAY={day}")
    start = start.replace(day=min(day, monthrange(start.year, start.month)[1]))

    found = occurrences(rule, start, 8)

    assert all(each.day == min(day, monthrange(each.year, each.month)[1]) for each in found)
    months = [12 * each.year + each.month for each in found]
    assert months == list(range(months[0], months[0] + 8 * interval, interval))


@pytest.mark.requirement("FR-TASK-011")
def test_leap_days() -> None:
    assert _next("yearly on 29 feb", date(2024, 2, 29)) == date(2025, 2, 28)
    assert _next("yearly on 29 feb", date(2027, 2, 28)) == date(2028, 2, 29)
    assert _next("every 4 years on 29 feb", date(2096, 2, 29)) == date(2100, 2, 28)
    assert _next("yearly", date(2024, 2, 29)) == date(2025, 2, 28)
    assert _next("monthly on 30, 31", date(2028, 1, 31)) == date(2028, 2, 29)
    assert _next("monthly on 31", date(2026, 2, 28)) == date(2026, 3, 31)


@pytest.mark.requirement("FR-TASK-011")
def test_missed_occurrences_are_skipped() -> None:
    assert _next("daily", MONDAY, today=date(2026, 12, 24)) == date(2026, 12, 25)
    assert _next("every 2 weeks", MONDAY, today=date(2026, 12, 24)) == date(2026, 12, 28)
    assert _next("monthly on 31", date(1970, 1, 31), today=MONDAY) == date(2026, 12, 31)


@pytest.mark.requirement("FR-TASK-011")
def test_an_early_completion_counts_for_the_day_that_was_due() -> None:
    assert _next("weekly", MONDAY, today=date(2026, 11, 27)) == date(2026, 12, 7)


@pytest.mark.requirement("FR-TASK-011")
def test_a_moved_occurrence_leaves_the_others_where_they_are() -> None:
    rule = parse_repeat("every 2 weeks on mon")
    for moved in (date(2026, 11, 28), date(2026, 12, 1), date(2026, 12, 9)):
        following = next_occurrence(rule, occurrence=MONDAY, due_on=moved, today=moved, completed=1)
        assert following == date(2026, 12, 14), moved


@pytest.mark.requirement("FR-TASK-011")
def test_counted_from_completion() -> None:
    late = date(2026, 12, 24)
    assert _next("every 3 days after completion", MONDAY, late) == date(2026, 12, 27)
    assert _next("monthly after completion", MONDAY, date(2027, 1, 31)) == date(2027, 2, 28)
    assert _next("weekdays after completion", MONDAY, date(2026, 12, 4)) == date(2026, 12, 7)
    assert _next("every 3 days after completion", MONDAY, date(2026, 11, 20)) == date(2026, 11, 23)


@pytest.mark.requirement("FR-TASK-011")
def test_the_end_by_count_or_date() -> None:
    assert _next("daily 2 times", MONDAY, completed=1) == date(2026, 12, 1)
    assert _next("daily 2 times", MONDAY, completed=2) is None
    assert _next("daily until 2026-12-01", MONDAY) == date(2026, 12, 1)
    assert _next("daily until 2026-12-01", date(2026, 12, 1)) is None
    assert _next("daily until 2026-12-01", MONDAY, today=date(2027, 1, 1)) is None


@pytest.mark.requirement("FR-TASK-010")
def test_the_first_occurrence_is_not_before_today() -> None:
    assert first_occurrence(parse_repeat("every monday"), MONDAY) == MONDAY
    assert first_occurrence(parse_repeat("every tuesday"), MONDAY) == date(2026, 12, 1)
    assert first_occurrence(parse_repeat("monthly on 15"), MONDAY) == date(2026, 12, 15)
    assert first_occurrence(parse_repeat("every 2 weeks"), MONDAY) == MONDAY
    with pytest.raises(ImpossibleRepeat):
        first_occurrence(parse_repeat("daily until 2026-11-29"), MONDAY)


@pytest.mark.requirement("FR-TASK-010")
def test_open_days_are_pinned_to_the_first_date() -> None:
    assert words_of(pinned(parse_repeat("weekly"), MONDAY)) == "every Monday"
    assert words_of(pinned(parse_repeat("monthly"), date(2026, 1, 31))) == "monthly on 31"
    assert words_of(pinned(parse_repeat("yearly"), date(2026, 12, 24))) == "yearly on 24 December"
    assert words_of(pinned(parse_repeat("yearly in feb"), MONDAY)) == "yearly on 29 February"
    assert words_of(pinned(parse_repeat("every 3 days"), MONDAY)) == "every 3 days"


@pytest.mark.requirement("FR-TASK-011")
@given(RULES, st.dates(), st.dates())
def test_the_next_occurrence_is_later_than_today(rule: RepeatRule, due: date, today: date) -> None:
    found = next_occurrence(rule, occurrence=due, due_on=due, today=today, completed=0)
    assert found is None or found > today


def _late(rule: RepeatRule) -> bool:
    return any(day > 28 for day in rule.by_month_day) and not rule.by_set_pos


@pytest.mark.requirement("FR-TASK-011")
@pytest.mark.parametrize(
    ("zone", "changes"),
    [
        ("Europe/Berlin", [date(2026, 3, 29), date(2026, 10, 25)]),
        ("America/New_York", [date(2026, 3, 8), date(2026, 11, 1)]),
        ("Australia/Lord_Howe", [date(2026, 4, 5), date(2026, 10, 4)]),
    ],
)
def test_the_wall_time_stays_the_same_over_daylight_saving(zone: str, changes: list[date]) -> None:
    for change in changes:
        days = occurrences(parse_repeat("daily"), change - timedelta(days=2), 5)
        due = [datetime.combine(day, time(17), ZoneInfo(zone)) for day in days]
        assert [moment.astimezone(ZoneInfo(zone)).time() for moment in due] == [time(17)] * 5
        lengths = {
            other.astimezone(UTC) - moment.astimezone(UTC) for moment, other in pairwise(due)
        }
        assert len(lengths) == 2, "the clocks changed"
