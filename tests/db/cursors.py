"""Cursors that decode to something, but were made by nobody."""

from datetime import timedelta, timezone
from typing import Any

from hypothesis import strategies as st

from db.user_scoped import cursor_of
from db.values import LARGEST_ID

SORTS = ("created", "-created", "due", "priority", "-updated", "title")
# In a zone far from UTC, the first and last times of the calendar are beyond it.
_ZONES = st.integers(-24 * 60 + 1, 24 * 60 - 1).map(lambda m: timezone(timedelta(minutes=m)))
_TIMES = st.datetimes(timezones=_ZONES) | st.datetimes()
_VALUES: st.SearchStrategy[Any] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.sampled_from([0, LARGEST_ID, LARGEST_ID + 1, -(2**63), 2**64, 10**400, 1e300]),
    st.floats(),
    st.text(),
    st.text(st.characters(min_codepoint=1, max_codepoint=0x2FF), min_size=150, max_size=700),
    st.dates().map(str),
    _TIMES.map(lambda time: time.isoformat()),
    st.sampled_from(["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "infinity", "now"]),
    st.uuids().map(str),
    st.lists(st.integers(), max_size=2),
    st.dictionaries(st.text(), st.integers(), max_size=2),
)
_NUMBERS = st.integers(1, LARGEST_ID) | _VALUES


def _packed(position: Any) -> str:
    return cursor_of(*position)


def task_cursors(sort: str) -> st.SearchStrategy[str]:
    """Cursors for one order of tasks, any value in any place."""
    whole = st.tuples(st.just(sort) | _VALUES, _VALUES, _NUMBERS)
    return st.one_of(whole, st.lists(_VALUES, max_size=4)).map(_packed)


def conversation_cursors() -> st.SearchStrategy[str]:
    """Cursors for conversations and for messages."""
    places = st.tuples(_VALUES, st.uuids().map(str) | _VALUES)
    return st.one_of(places, st.tuples(_VALUES), st.lists(_VALUES, max_size=3)).map(_packed)
