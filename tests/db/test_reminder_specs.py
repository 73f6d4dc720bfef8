"""Reminders as text, and the instants at which they fire."""

from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.reminder_spec import After, At, Before, UnreadableReminder, fires_at, parse_reminder

BERLIN, NEW_YORK, SYDNEY = map(ZoneInfo, ("Europe/Berlin", "America/New_York", "Australia/Sydney"))
ZONES = st.sampled_from((BERLIN, NEW_YORK, SYDNEY, ZoneInfo("Asia/Kathmandu"), ZoneInfo("UTC")))
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))
MINUTES = st.times().map(lambda value: value.replace(second=0, microsecond=0))


@pytest.mark.requirement("FR-TASK-012")
@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("0m", "0m"),
        ("10m", "10m"),
        ("010m", "10m"),
        ("10 minutes before", "10m"),
        ("1 hour before", "1h"),
        ("60m", "1h"),
        ("90 min", "90m"),
        ("24h", "24h"),
        ("1d", "1d"),
        ("2 weeks", "14d"),
        ("0d", "0m"),
        ("in 20m", "in 20m"),
        ("In 2 hours", "in 2h"),
        ("2026-12-24T18:00", "2026-12-24T18:00"),
        ("2026-12-24 18:00:00", "2026-12-24T18:00"),
    ],
)
def test_durations_and_wall_times_are_read_and_printed(text: str, printed: str) -> None:
    assert parse_reminder(text).text == printed


@pytest.mark.requirement("FR-TASK-012")
@pytest.mark.parametrize(
    "text",
    [
        *("", "soon", "m", "10", "-10m", "1.5h", "10s", "367d", "9999999m", "10m after"),
        *("2026-02-30T10:00", "2026-12-24", "2026-12-24T25:00", "2026-12-24T18:00Z", "18:00"),
        *("2026-12-24T18:00:30", "١٠m"),
    ],
)
def test_another_text_is_refused_with_what_to_send(text: str) -> None:
    with pytest.raises(UnreadableReminder) as refused:
        parse_reminder(text)
    assert "10m" in refused.value.hint


@pytest.mark.requirement("FR-TASK-012")
@given(
    st.builds(Before, st.integers(0, 366), st.sampled_from("mhd"))
    | st.builds(After, st.integers(0, 366), st.sampled_from("mhd"))
    | st.builds(At, st.datetimes().map(lambda at: at.replace(second=0)))
)
def test_what_is_printed_is_read_as_the_same(spec: Before | After | At) -> None:
    read = parse_reminder(spec.text)
    assert parse_reminder(read.text) == read
    if isinstance(spec, At):
        assert read.text == spec.text
    else:
        assert isinstance(read, type(spec))
        hours = {"m": Fraction(1, 60), "h": Fraction(1), "d": Fraction(24)}
        assert read.count * hours[read.unit] == spec.count * hours[spec.unit]


@pytest.mark.requirement("FR-TASK-013")
@given(DAYS, MINUTES, st.integers(0, 60 * 24 * 366), ZONES)
def test_minutes_and_hours_are_counted_in_real_time(
    day: date, due_time: time, minutes: int, zone: ZoneInfo
) -> None:
    due = fires_at("0m", day, due_time, zone, LONG_AGO)
    before = fires_at(Before(minutes, "m").text, day, due_time, zone, LONG_AGO)
    assert due is not None
    assert before is not None
    assert due - before == timedelta(minutes=minutes)
    back = due.astimezone(zone)
    wall = datetime.combine(day, due_time)
    # A wall time that the clocks skip is shown as the one after the gap.
    assert timedelta() <= back.replace(tzinfo=None) - wall <= timedelta(hours=1)


@pytest.mark.requirement("FR-TASK-013")
@given(DAYS, MINUTES, st.integers(0, 366), ZONES)
def test_days_keep_the_wall_time(day: date, due_time: time, days: int, zone: ZoneInfo) -> None:
    earlier = day - timedelta(days=days)
    assert fires_at(f"{days}d", day, due_time, zone, LONG_AGO) == fires_at(
        "0m", earlier, due_time, zone, LONG_AGO
    )


@pytest.mark.requirement("FR-TASK-013")
@pytest.mark.parametrize(
    ("zone", "day", "skipped", "moment"),
    [
        (BERLIN, date(2027, 3, 28), time(2, 30), "2027-03-28T01:30+00:00"),
        (NEW_YORK, date(2027, 3, 14), time(2, 30), "2027-03-14T07:30+00:00"),
        (SYDNEY, date(2026, 10, 4), time(2, 30), "2026-10-03T16:30+00:00"),
    ],
)
def test_a_time_that_the_clocks_skip_is_counted_as_if_they_had_not(
    zone: ZoneInfo, day: date, skipped: time, moment: str
) -> None:
    at = datetime.combine(day, skipped).isoformat(timespec="minutes")
    assert fires_at("0m", day, skipped, zone, LONG_AGO) == datetime.fromisoformat(moment)
    assert fires_at(at, None, None, zone, LONG_AGO) == datetime.fromisoformat(moment)


@pytest.mark.requirement("FR-TASK-013")
@pytest.mark.parametrize(
    ("zone", "twice", "first"),
    [
        (BERLIN, "2026-10-25T02:30", "2026-10-25T00:30+00:00"),
        (NEW_YORK, "2026-11-01T01:30", "2026-11-01T05:30+00:00"),
        (SYDNEY, "2027-04-04T02:30", "2027-04-03T15:30+00:00"),
    ],
)
def test_of_a_time_that_the_clocks_show_twice_it_is_the_first_that_is_to_come(
    zone: ZoneInfo, twice: str, first: str
) -> None:
    moment = datetime.fromisoformat(first)
    assert fires_at(twice, None, None, zone, moment - timedelta(minutes=1)) == moment
    assert fires_at(twice, None, None, zone, moment) == moment + timedelta(hours=1)


@pytest.mark.requirement("FR-TASK-013")
@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        (BERLIN, date(2027, 3, 28), 23),
        (BERLIN, date(2026, 10, 25), 25),
        (NEW_YORK, date(2026, 11, 1), 25),
    ],
)
def test_a_day_before_is_not_always_24_hours(zone: ZoneInfo, day: date, hours: int) -> None:
    due = fires_at("0m", day, time(12), zone, LONG_AGO)
    before = fires_at("1d", day, time(12), zone, LONG_AGO)
    assert due is not None
    assert before is not None
    assert due - before == timedelta(hours=hours)


@pytest.mark.requirement("FR-TASK-013")
def test_without_a_time_it_is_counted_from_nine_and_without_a_date_from_nothing() -> None:
    day = date(2026, 12, 24)
    assert fires_at("0m", day, None, BERLIN, LONG_AGO) == datetime(2026, 12, 24, 8, tzinfo=UTC)
    assert fires_at("1h", None, None, BERLIN, LONG_AGO) is None


@pytest.mark.requirement("FR-TASK-013")
@pytest.mark.parametrize("zone", [NEW_YORK, SYDNEY])
@pytest.mark.parametrize("day", [date.min, date.max])
@pytest.mark.parametrize("spec", ["0m", "366d", "366h"])
def test_the_ends_of_the_calendar_are_reminders_too(zone: ZoneInfo, day: date, spec: str) -> None:
    for due_time in (time(0), time(23, 59)):
        assert fires_at(spec, day, due_time, zone, LONG_AGO) is not None
        at = datetime.combine(day, due_time).isoformat(timespec="minutes")
        assert fires_at(at, None, None, zone, LONG_AGO) is not None


@pytest.mark.requirement("FR-TASK-012")
def test_a_duration_from_now_becomes_the_wall_time_rounded_up() -> None:
    now = datetime(2026, 10, 25, 0, 50, 1, tzinfo=UTC)  # 2:50 in Berlin, for the first time
    at = After(20, "m").resolved(now, BERLIN)
    assert at.text == "2026-10-25T02:11"
    assert at.fires_at(BERLIN, now) == datetime(2026, 10, 25, 1, 11, tzinfo=UTC)
