"""Everyday English dates, on a Saturday."""

from datetime import date

import pytest

from chat_api.agent.offline.dates import take_due, whole

TODAY = date(2026, 11, 21)


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
    ],
)
def test_a_date_is_counted_from_today(text: str, due: str) -> None:
    days = whole(text, TODAY)
    assert days is not None
    assert days.last == date.fromisoformat(due)


@pytest.mark.parametrize("text", ["31 february", "2026-13-01", "3/4", "every monday", "maybe", ""])
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
