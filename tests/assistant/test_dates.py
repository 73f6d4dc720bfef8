"""Everyday English dates, on a Saturday."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_api.assistant.dates import shifted, span, take_due, whole
from tests.assistant.talk import Talk

TODAY = date(2026, 11, 21)
DAY_NAMES = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
DAYS = st.dates(date(2000, 1, 1), date(2100, 12, 31))


@pytest.mark.requirement("FR-CHAT-104")
@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("today", "2026-11-21"),
        ("tomorrow", "2026-11-22"),
        ("tommorow", "2026-11-22"),
        ("the day after tomorrow", "2026-11-23"),
        ("on friday", "2026-11-27"),
        ("saturday", "2026-11-28"),
        ("this saturday", "2026-11-21"),
        ("next monday", "2026-11-23"),
        ("next saturday", "2026-11-28"),
        ("by 3 december", "2026-12-03"),
        ("December 3rd, 2027", "2027-12-03"),
        ("3rd of january", "2027-01-03"),
        ("2026-12-31", "2026-12-31"),
        ("3.12.2026", "2026-12-03"),
        ("25/12", "2026-12-25"),
        ("on the 30th", "2026-11-30"),
        ("the 5th", "2026-12-05"),
        ("in two weeks", "2026-12-05"),
        ("in 3 days", "2026-11-24"),
        ("in a month", "2026-12-21"),
        ("two days from now", "2026-11-23"),
        ("this week", "2026-11-22"),
        ("next week", "2026-11-29"),
        ("by the end of the month", "2026-11-30"),
        ("this weekend", "2026-11-22"),
        ("next month", "2026-12-31"),
        ("end of may", "2027-05-31"),
        ("deadline is friday", "2026-11-27"),
        ("by EOD", "2026-11-21"),
        ("for the weekend", "2026-11-22"),
        ("12/5", "2026-12-05"),
        ("12/05/2026", "2026-12-05"),
        ("3/4", "2027-03-04"),
        ("wednesday next week", "2026-11-25"),
        ("next week on friday", "2026-11-27"),
        ("two weeks from monday", "2026-12-07"),
        ("a week after tomorrow", "2026-11-29"),
        ("in a fortnight", "2026-12-05"),
        ("christmas eve", "2026-12-24"),
        ("new year's day", "2027-01-01"),
        ("within 10 days", "2026-12-01"),
        ("by eow", "2026-11-22"),
    ],
)
def test_a_date_is_counted_from_today(text: str, due: str) -> None:
    days = whole(text, TODAY)
    assert days is not None
    assert days.last == date.fromisoformat(due)


@pytest.mark.parametrize(
    "text", ["31 february", "2026-13-01", "13/13", "every monday", "maybe", ""]
)
def test_what_is_no_plain_date_is_left_alone(text: str) -> None:
    assert whole(text, TODAY) is None


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("call mom tomorrow morning", "call mom in the morning"),
        ("call mom tonight", "call mom tonight"),
        ("on monday, call mom", "call mom"),
        ("tomorrow call mom", "call mom"),
        ("by friday call mom", "call mom"),
        ("dentist thursday 14:30", "dentist at 14:30"),
        ("oil change saturday 10am", "oil change at 10am"),
        ("eye doctor june 3rd at 2:15", "eye doctor at 2:15"),
        ("lunch friday noon", "lunch at noon"),
        ("call mom tomorrow at 10:20 a.m.", "call mom at 10:20 a.m."),
    ],
)
def test_a_part_of_the_day_stays_in_the_title(text: str, title: str) -> None:
    due, rest = take_due(text, TODAY)
    assert due is not None
    assert rest == title


@pytest.mark.parametrize(
    "text", ["tomorrow's meeting", "prepare monday meeting", "pay rent on the 30th of every month"]
)
def test_a_date_that_belongs_to_the_title_stays_there(text: str) -> None:
    assert take_due(text, TODAY) == (None, text)


def test_a_month_ends_where_the_calendar_says() -> None:
    days = whole("in a month", date(2027, 1, 31))
    assert days is not None
    assert days.last == date(2027, 2, 28)


def last(text: str, today: date) -> date:
    days = whole(text, today)
    assert days is not None
    return days.last


@pytest.mark.requirement("FR-CHAT-104")
@given(DAYS)
def test_tomorrow_and_weeks_are_counted_in_days(today: date) -> None:
    assert last("tomorrow", today) - today == timedelta(days=1)
    assert last("the day after tomorrow", today) - today == timedelta(days=2)
    assert last("in two weeks", today) - today == timedelta(days=14)


@pytest.mark.requirement("FR-CHAT-104")
@given(DAYS, st.sampled_from(list(enumerate(DAY_NAMES))))
def test_a_weekday_is_the_next_one_and_next_is_the_one_of_next_week(
    today: date, wanted: tuple[int, str]
) -> None:
    number, name = wanted
    plain, of_next_week = last(name, today), last(f"next {name}", today)
    assert plain.weekday() == of_next_week.weekday() == number
    assert 1 <= (plain - today).days <= 7
    assert of_next_week.isocalendar()[:2] == (today + timedelta(days=7)).isocalendar()[:2]


@pytest.mark.requirement("FR-CHAT-104")
@given(DAYS)
def test_the_end_of_the_month_is_its_last_day(today: date) -> None:
    end = last("by the end of the month", today)
    assert (end.year, end.month) == (today.year, today.month)
    assert (end + timedelta(days=1)).day == 1


@pytest.mark.requirement("FR-CHAT-120")
@given(DAYS, st.integers(0, 60), st.sampled_from(["day", "week", "month", "year"]))
def test_a_date_moved_on_and_back_stays_within_a_month_end(
    today: date, count: int, unit: str
) -> None:
    on, back = span(f"{count} {unit}s"), span(f"{count} {unit}s", back=True)
    assert on is not None
    assert back is not None
    returned = shifted(shifted(today, on), back)
    assert timedelta(0) <= today - returned <= timedelta(days=3)


@pytest.mark.requirement("FR-CHAT-104")
@pytest.mark.parametrize(
    ("moment", "zone", "due"),
    [
        (datetime(2026, 11, 21, 22, 59, tzinfo=UTC), "Europe/Berlin", "2026-11-22"),
        (datetime(2026, 11, 21, 23, 0, tzinfo=UTC), "Europe/Berlin", "2026-11-23"),
        (datetime(2026, 11, 21, 23, 59, tzinfo=UTC), "Asia/Tokyo", "2026-11-23"),
        (datetime(2026, 11, 21, 4, 59, tzinfo=UTC), "America/New_York", "2026-11-21"),
        (datetime(2026, 3, 28, 22, 59, tzinfo=UTC), "Europe/Berlin", "2026-03-29"),
        (datetime(2026, 3, 29, 21, 59, tzinfo=UTC), "Europe/Berlin", "2026-03-30"),
        (datetime(2026, 10, 25, 22, 59, tzinfo=UTC), "Europe/Berlin", "2026-10-26"),
    ],
)
async def test_tomorrow_is_counted_where_the_user_is(moment: datetime, zone: str, due: str) -> None:
    talk = Talk(now=moment.astimezone(ZoneInfo(zone)))
    await talk.say("add pay rent tomorrow")
    assert talk.calls == [("add_task", {"title": "Pay rent", "due_on": due})]
