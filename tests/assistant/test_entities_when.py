"""Days and times as people type them, on Wednesday the 25th of November 2026 at half past ten."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_api.assistant.entities import find
from chat_api.assistant.entity import When
from tests.assistant.shown import lines, shown

DAY_NAMES = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
DAYS = st.dates(date(2000, 1, 1), date(2100, 12, 31))


def only(text: str) -> str:
    """Return the value of a text that is one day or time from its first letter to its last."""
    (line,) = shown(text)
    kind, span, value = line.split("|")
    assert (kind, span) == ("when", text)
    return value


@pytest.mark.requirement("FR-CHAT-501")
@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("today", "2026-11-25"),
        ("later today", "2026-11-25"),
        ("tomorrow", "2026-11-26"),
        ("tmrw", "2026-11-26"),
        ("tomorow", "2026-11-26"),
        ("tommorrow", "2026-11-26"),
        ("2morrow", "2026-11-26"),
        ("the day after tomorrow", "2026-11-27"),
        ("day before yesterday", "2026-11-23"),
        ("yesterday", "2026-11-24"),
        ("on friday", "2026-11-27"),
        ("Friday", "2026-11-27"),
        ("firday", "2026-11-27"),
        ("fri", "2026-11-27"),
        ("thurs", "2026-11-26"),
        ("on sat", "2026-11-28"),
        ("wednesday", "2026-12-02"),
        ("this wednesday", "2026-11-25"),
        ("next friday", "2026-12-04"),
        ("next monday", "2026-11-30"),
        ("this coming friday", "2026-11-27"),
        ("coming friday", "2026-11-27"),
        ("last friday", "2026-11-20"),
        ("friday week", "2026-12-04"),
        ("friday next week", "2026-12-04"),
        ("next week on friday", "2026-12-04"),
        ("a week from monday", "2026-12-07"),
        ("two weeks from monday", "2026-12-14"),
        ("a week on friday", "2026-12-04"),
        ("a week today", "2026-12-02"),
        ("a week tomorrow", "2026-12-03"),
        ("a week after tomorrow", "2026-12-03"),
        ("two days before christmas", "2026-12-23"),
        ("in 3 days", "2026-11-28"),
        ("in a couple of days", "2026-11-27"),
        ("in a fortnight", "2026-12-09"),
        ("in two weeks", "2026-12-09"),
        ("in two weeks' time", "2026-12-09"),
        ("in a week's time", "2026-12-02"),
        ("two days from now", "2026-11-27"),
        ("in a month", "2026-12-25"),
        ("in a year", "2027-11-25"),
        ("2 weeks ago", "2026-11-11"),
        ("end of the month", "2026-11-30"),
        ("end of month", "2026-11-30"),
        ("end of next month", "2026-12-31"),
        ("at the end of the week", "2026-11-29"),
        ("eow", "2026-11-29"),
        ("end of june", "2027-06-30"),
        ("start of next week", "2026-11-30"),
        ("the 3rd", "2026-12-03"),
        ("on the 30th", "2026-11-30"),
        ("the 31st", "2026-12-31"),
        ("3rd of june", "2027-06-03"),
        ("the 3rd of june", "2027-06-03"),
        ("3 june", "2027-06-03"),
        ("june 3", "2027-06-03"),
        ("June 3rd, 2028", "2028-06-03"),
        ("june the third", "2027-06-03"),
        ("dec 5", "2026-12-05"),
        ("6/3", "2027-06-03"),
        ("3/12/2026", "2026-12-03"),
        ("2026/12/03", "2026-12-03"),
        ("04-12-2026", "2026-12-04"),
        ("day 18", "2026-12-18"),
        ("the day 17", "2026-12-17"),
        ("tmrow", "2026-11-26"),
        ("wensday", "2026-12-02"),
        ("satrdy", "2026-11-28"),
        ("25/12", "2026-12-25"),
        ("12/05/2026", "2026-12-05"),
        ("12/5/27", "2027-12-05"),
        ("3.6.", "2027-06-03"),
        ("3.12.2026", "2026-12-03"),
        ("2026-12-01", "2026-12-01"),
        ("first of the month", "2026-12-01"),
        ("the last day of next month", "2026-12-31"),
        ("the second tuesday of december", "2026-12-08"),
        ("new year's eve", "2026-12-31"),
        ("by christmas", "..2026-12-25"),
        ("feb 29", "2028-02-29"),
        ("thursday the 3rd", "2026-12-03"),
        ("mon 30 nov", "2026-11-30"),
        ("on the first", "2026-12-01"),
        ("due 1st", "2026-12-01"),
        ("a week friday", "2026-12-04"),
    ],
)
def test_a_day_is_counted_from_today(text: str, day: str) -> None:
    assert only(text) == day


@pytest.mark.requirement("FR-CHAT-501")
@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("this week", "2026-11-23..2026-11-29"),
        ("next week", "2026-11-30..2026-12-06"),
        ("last week", "2026-11-16..2026-11-22"),
        ("this weekend", "2026-11-28..2026-11-29"),
        ("the weekend", "2026-11-28..2026-11-29"),
        ("over the weekend", "2026-11-28..2026-11-29"),
        ("next month", "2026-12-01..2026-12-31"),
        ("this year", "2026-01-01..2026-12-31"),
        ("in june", "2027-06-01..2027-06-30"),
        ("march 2027", "2027-03-01..2027-03-31"),
        ("the next 3 days", "2026-11-25..2026-11-28"),
        ("last two weeks", "2026-11-11..2026-11-25"),
        ("dec 3-7", "2026-12-03..2026-12-07"),
        ("12-15 june", "2027-06-12..2027-06-15"),
        ("between 3 and 5 dec", "2026-12-03..2026-12-05"),
        ("before year end", "..2026-12-31"),
        ("early december", "2026-12-01..2026-12-31"),
        ("from monday to thursday", "2026-11-30..2026-12-03"),
        ("between monday and thursday", "2026-11-30..2026-12-03"),
        ("friday to sunday", "2026-11-27..2026-11-29"),
        ("by friday", "..2026-11-27"),
        ("until friday", "..2026-11-27"),
        ("no later than friday", "..2026-11-27"),
        ("before friday", "..2026-11-27"),
        ("by the end of the month", "..2026-11-30"),
        ("within 10 days", "..2026-12-05"),
        ("after friday", "2026-11-28.."),
        ("since monday", "2026-11-23.."),
        ("since last monday", "2026-11-23.."),
        ("due friday", "2026-11-27"),
        ("due on friday", "2026-11-27"),
        ("due by friday", "..2026-11-27"),
        ("deadline is friday", "2026-11-27"),
    ],
)
def test_a_span_has_the_ends_that_its_words_give(text: str, span: str) -> None:
    assert only(text) == span


@pytest.mark.requirement("FR-CHAT-501")
@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("at 5", "17:00"),
        ("at 9", "09:00"),
        ("at 12", "12:00"),
        ("at five", "17:00"),
        ("5pm", "17:00"),
        ("5 pm", "17:00"),
        ("at 5 p.m.", "17:00"),
        ("8am", "08:00"),
        ("12am", "00:00"),
        ("12pm", "12:00"),
        ("17:05", "17:05"),
        ("at 2:15", "14:15"),
        ("at 02:15", "02:15"),
        ("at 4.30", "16:30"),
        ("4.30pm", "16:30"),
        ("at 5 o'clock", "17:00"),
        ("half past six", "18:30"),
        ("half-past six", "18:30"),
        ("quarter to 9", "08:45"),
        ("at a quarter past 11", "11:15"),
        ("ten to four", "15:50"),
        ("5ish", "17:00"),
        ("around 5pm", "17:00"),
        ("5pm-ish", "17:00"),
        ("noon", "12:00"),
        ("by noon", "12:00"),
        ("midnight", "23:59"),
        ("in the morning", "09:00"),
        ("in the evening", "18:00"),
        ("at night", "20:00"),
        ("by 5pm", "17:00"),
        ("to 5pm", "17:00"),
        ("3-4pm", "15:00"),
        ("from 3pm to 4pm", "15:00"),
        ("from 10 to 11", "10:00"),
        ("between 2 and 4", "14:00"),
        ("monday from 10 to 11", "2026-11-30 10:00"),
        ("mon-fri 9:30", "2026-11-30..2026-12-04 09:30"),
        ("tonight", "2026-11-25 20:00"),
        ("tonite", "2026-11-25 20:00"),
        ("this evening", "2026-11-25 18:00"),
        ("this afternoon", "2026-11-25 15:00"),
        ("by eod", "..2026-11-25 17:00"),
        ("end of day", "2026-11-25 17:00"),
        ("tomorrow morning", "2026-11-26 09:00"),
        ("tomorrow at noon", "2026-11-26 12:00"),
        ("by wednesday noon", "..2026-12-02 12:00"),
        ("friday at 5", "2026-11-27 17:00"),
        ("at 5 on friday", "2026-11-27 17:00"),
        ("5pm tomorrow", "2026-11-26 17:00"),
        ("tomorrow, 5pm", "2026-11-26 17:00"),
        ("tomorrow 17:05", "2026-11-26 17:05"),
        ("tonight at 9", "2026-11-25 21:00"),
        ("at 9 tonight", "2026-11-25 21:00"),
        ("tomorrow morning at 6", "2026-11-26 06:00"),
        ("tomorrow at 6 in the morning", "2026-11-26 06:00"),
        ("6 in the morning on friday", "2026-11-27 06:00"),
        ("0600 tomorrow", "2026-11-26 06:00"),
        ("at 1430", "14:30"),
        ("friday 3p", "2026-11-27 15:00"),
        ("friday evening at 8", "2026-11-27 20:00"),
        ("sat morning", "2026-11-28 09:00"),
        ("sat pm", "2026-11-28 15:00"),
        ("tmrw am", "2026-11-26 09:00"),
        ("b4 friday", "..2026-11-27"),
        ("until new year", "..2027-01-01"),
        ("by friday 5pm", "..2026-11-27 17:00"),
        ("before the weekend", "..2026-11-27"),
        ("saturday 20h", "2026-11-28 20:00"),
        ("sat 18h30", "2026-11-28 18:30"),
        ("tomorrow, I mean the day after tomorrow", "2026-11-27"),
        ("friday at 5, no wait, at 6", "2026-11-27 18:00"),
        ("next tuesday no wait wednesday", "2026-12-02"),
        ("today not in three days", "2026-11-25"),
        ("before friday at 5pm", "..2026-11-27 17:00"),
        ("june 3 at 2:15", "2027-06-03 14:15"),
        ("next tuesday half past six", "2026-12-01 18:30"),
        ("by eod friday", "..2026-11-27 17:00"),
        ("last night", "2026-11-24"),
        ("at 9 o clock", "09:00"),
        ("at 4.15", "16:15"),
        ("21/12 0930", "2026-12-21 09:30"),
        ("0530 tomorrow", "2026-11-26 05:30"),
        ("saturday 11", "2026-11-28 11:00"),
    ],
)
def test_a_time_is_read_as_people_awake_mean_it(text: str, value: str) -> None:
    assert only(text) == value


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("call mom tomorrow at 5 about the trip", ("tomorrow at 5",)),
        ("email Sam the slides by wednesday noon please", ("by wednesday noon",)),
        ("on monday, call mom", ("on monday",)),
        ("meet at 5, then dinner", ("at 5",)),
        ("meet at 5 guys", ()),
        ("buy 3 lemons", ()),
        ("chapter 5", ()),
        ("lunch with may", ()),
        ("lunch with may in may", ("in may",)),
        ("he sat down", ()),
        ("a letter to june", ()),
        ("move it to june 3", ("to june 3",)),
        ("the sun is out", ()),
        ("march with april", ()),
        ("see you on sat", ("on sat",)),
        ("chips for movie night sat", ("sat",)),
        ("friday or saturday", ("friday", "saturday")),
        ("order part 0450", ()),
        ("friday, wait for the post on saturday", ("friday", "on saturday")),
        ("tomorrow's meeting notes", ()),
        ("clean the house on saturday and sunday", ("on saturday", "sunday")),
        ("good morning", ()),
        ("24/7 support", ()),
        ("a pinch of salt", ()),
        ("1/2 cup of milk", ()),
        ("read for the second time", ()),
        ("31 february", ()),
        ("february 30", ()),
        ("chapters 1 to 3", ()),
        ("move what is due today to tomorrow", ("due today", "to tomorrow")),
        ("move it from monday to friday", ("from monday to friday",)),
        ("how does my week look", ("my week",)),
        ("2026-13-01", ()),
        ("13/13", ()),
        ("mourning dove", ()),
        ("house warning", ()),
        ("pay 4.15 to the club", ()),
        ("print 1500 flyers", ()),
        ("the album from 1985", ()),
        ("friday 2 coats of paint", ("friday",)),
        ("friday 1) paint 2) sand", ("friday",)),
        ("bring those two", ()),
        ("the monday one", ("monday",)),
        ("3/4 inch pipe", ()),
        ("a 3:2 picture", ()),
        ("release 4.17.21", ()),
        ("teddy for the satay shop", ()),
        ("day 3 of the course", ()),
        ("not sunday", ()),
    ],
)
def test_a_day_is_found_with_its_preposition_and_no_other_word(
    text: str, spans: tuple[str, ...]
) -> None:
    found = [line.split("|") for line in shown(text)]
    assert tuple(span for kind, span, _ in found if kind == "when") == spans


def test_a_word_that_is_also_a_name_is_found_with_little_confidence() -> None:
    (line,) = lines("lunch with may", find("lunch with may", date(2026, 11, 25)))
    assert line == "when|may|2027-05-01..2027-05-31"


def last(text: str, today: date) -> date:
    (entity,) = find(text, today)
    assert isinstance(entity.value, When)
    assert entity.value.last is not None
    return entity.value.last


@pytest.mark.requirement("FR-CHAT-501")
@given(DAYS)
def test_days_and_weeks_are_counted_on_any_day(today: date) -> None:
    assert last("tomorrow", today) - today == timedelta(days=1)
    assert last("the day after tomorrow", today) - today == timedelta(days=2)
    assert last("in two weeks", today) - today == timedelta(days=14)
    end = last("by the end of the month", today)
    assert (end.year, end.month, (end + timedelta(days=1)).day) == (today.year, today.month, 1)


@pytest.mark.requirement("FR-CHAT-501")
@given(DAYS, st.sampled_from(list(enumerate(DAY_NAMES))))
def test_a_weekday_is_the_next_one_and_next_is_the_one_of_next_week(
    today: date, named: tuple[int, str]
) -> None:
    number, name = named
    plain, of_next_week = last(f"on {name}", today), last(f"next {name}", today)
    assert plain.weekday() == of_next_week.weekday() == number
    assert 1 <= (plain - today).days <= 7
    assert of_next_week.isocalendar()[:2] == (today + timedelta(days=7)).isocalendar()[:2]
