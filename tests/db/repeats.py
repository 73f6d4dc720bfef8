"""Repeat rules of any kind, for property tests."""

from datetime import date
from itertools import pairwise

from hypothesis import strategies as st

from db.repeat_rule import Frequency, RepeatError, RepeatRule, Weekday, in_order, weekdays_in_order
from db.schedule import next_occurrence, parse_repeat

DATES = st.dates(date(1999, 1, 1), date(2101, 12, 31))
FREQUENCIES: list[Frequency] = ["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]
WEEKDAYS = st.builds(Weekday, st.sampled_from([0, 0, 1, 2, 4, 5, -1, -2]), st.integers(0, 6))


def _some(numbers: st.SearchStrategy[int]) -> st.SearchStrategy[tuple[int, ...]]:
    return st.lists(numbers, max_size=3).map(in_order)


_MONTH_DAYS = st.integers(1, 31) | st.integers(-31, -1)
_ANY_RULES = st.builds(
    RepeatRule,
    st.sampled_from(FREQUENCIES),
    st.sampled_from([1, 1, 2, 3, 12]),
    st.just(()) | _some(st.integers(1, 12)),
    st.just(()) | _some(_MONTH_DAYS),
    st.just(()) | st.lists(WEEKDAYS, max_size=3).map(weekdays_in_order),
    st.just(()) | st.just(()) | _some(st.sampled_from([1, 2, 3, -1, -2])),
    st.none() | st.integers(1, 999),
    st.none() | DATES,
    st.sampled_from(["due", "completion"]),
)


def _read(rule: RepeatRule) -> RepeatRule | None:
    try:
        return parse_repeat(rule.rrule, rule.repeat_from)
    except RepeatError:
        return None


# Those of all rules that are accepted.
RULES = _ANY_RULES.map(_read).filter(lambda rule: rule is not None)


def occurrences(rule: RepeatRule, start: date, most: int) -> list[date]:
    """Return the dates of a task that is due on `start` and always completed in time."""
    found = [start]
    while len(found) < most:
        due = found[-1]
        following = next_occurrence(
            rule, occurrence=due, due_on=due, today=due, completed=len(found)
        )
        if following is None:
            break
        found.append(following)
    assert all(one < other for one, other in pairwise(found))
    return found
