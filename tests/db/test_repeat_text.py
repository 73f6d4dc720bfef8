"""Repeats as text: RRULEs and words, read and printed."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.repeat_rule import (
    ImpossibleRepeat,
    RepeatError,
    RepeatRule,
    UnreadableRepeat,
    UnsupportedRepeat,
)
from db.repeat_words import words_of
from db.schedule import parse_repeat
from tests.db.repeats import RULES

WORDS = {
    "daily": "FREQ=DAILY",
    "weekdays": "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
    "every Monday, Thursday": "FREQ=WEEKLY;BYDAY=MO,TH",
    "every 2 weeks": "FREQ=WEEKLY;INTERVAL=2",
    "monthly on 15": "FREQ=MONTHLY;BYMONTHDAY=15",
    "monthly on 1, the last day": "FREQ=MONTHLY;BYMONTHDAY=1,-1",
    "monthly on the last Friday": "FREQ=MONTHLY;BYDAY=-1FR",
    "monthly on the 2nd last Friday": "FREQ=MONTHLY;BYDAY=-2FR",
    "monthly on the last weekday": "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
    "monthly on the 3rd among Tuesday, Wednesday": "FREQ=MONTHLY;BYDAY=TU,WE;BYSETPOS=3",
    "monthly on Friday falling on 13": "FREQ=MONTHLY;BYMONTHDAY=13;BYDAY=FR",
    "yearly": "FREQ=YEARLY",
    "yearly on 24 December": "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=24",
    "yearly on the last Friday in November": "FREQ=YEARLY;BYMONTH=11;BYDAY=-1FR",
    "yearly on the 20th Monday": "FREQ=YEARLY;BYDAY=20MO",
    "daily in January": "FREQ=DAILY;BYMONTH=1",
    "every 3 months": "FREQ=MONTHLY;INTERVAL=3",
    "every Monday until 2027-01-31": "FREQ=WEEKLY;BYDAY=MO;UNTIL=20270131",
    "daily 10 times": "FREQ=DAILY;COUNT=10",
}
SAME = {
    "weekly on mon": "every Monday",
    "every mon and thu": "every Monday, Thursday",
    "every other friday": "every 2 weeks on Friday",
    "every weekday": "weekdays",
    "weekends": "every Saturday, Sunday",
    "each month on the 1st": "monthly on 1",
    "monthly on last fri of the month": "monthly on the last Friday",
    "every last friday": "monthly on the last Friday",
    "every december 24": "yearly on 24 December",
    "yearly on Dec 24th": "yearly on 24 December",
    "quarterly": "every 3 months",
    "fortnightly": "every 2 weeks",
    "every 3 days when done": "every 3 days after completion",
    "daily for 10 times": "daily 10 times",
    "rrule:freq=daily;interval=1;": "daily",
    "FREQ=DAILY;BYDAY=MO,TU": "every Monday, Tuesday",
    "FREQ=WEEKLY;WKST=SU;BYDAY=SU,MO,MO": "every Monday, Sunday",
}
UNREADABLE = [
    "",
    "every",
    "every blue moon",
    "every day at 5pm",
    "every 0 days",
    "every 1000 days",
    "every second tuesday",
    "daily after",
    "daily until tomorrow",
    "weekly on mon until 2027-13-01",
    "monthly on last",
    "yearly on 24 dec, 3 jan",
    "daily 5 times tomorrow",
    "FREQ=DAILY;COUNT=0",
    "FREQ=DAILY;COUNT=1000",
    "FREQ=DAILY;INTERVAL=-1",
    "FREQ=DAILY;INTERVAL=",
    "FREQ=DAILY;FREQ=DAILY",
    "FREQ=WEEKLY;BYDAY=MONDAY",
    "FREQ=MONTHLY;BYMONTHDAY=0",
    "FREQ=MONTHLY;BYMONTHDAY=32",
    "FREQ=DAILY;UNTIL=20270230",
    "FREQ=DAILY;UNTIL=20270131T000000Z",
    "x" * 201,
]
UNSUPPORTED = [
    "INTERVAL=2",
    "FREQ=HOURLY",
    "FREQ=DAILY;BYHOUR=9",
    "FREQ=YEARLY;BYWEEKNO=20",
    "FREQ=DAILY;UNTIL=20270131;COUNT=3",
    "FREQ=DAILY;INTERVAL=2;BYDAY=MO",
    "FREQ=WEEKLY;BYDAY=1MO",
    "FREQ=WEEKLY;BYMONTHDAY=1",
    "FREQ=WEEKLY;INTERVAL=2;WKST=SU;BYDAY=SU,TU",
    "FREQ=YEARLY;BYMONTHDAY=1",
    "FREQ=YEARLY;BYDAY=MO",
    "FREQ=MONTHLY;BYSETPOS=1",
    "FREQ=MONTHLY;BYDAY=1MO;BYMONTHDAY=1",
]
IMPOSSIBLE = [
    "yearly on 30 feb",
    "yearly on 31 apr",
    "FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30",
    "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=6",
    "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=1,2,3;BYSETPOS=2",
    "FREQ=MONTHLY;BYDAY=6MO",
    "FREQ=YEARLY;BYDAY=54MO",
]


@pytest.mark.requirement("FR-TASK-010")
@pytest.mark.parametrize(("words", "rrule"), WORDS.items())
def test_words_and_rules_are_two_texts_of_one_value(words: str, rrule: str) -> None:
    assert parse_repeat(words) == parse_repeat(rrule)
    assert words_of(parse_repeat(rrule)) == words
    assert parse_repeat(words).rrule == rrule


@pytest.mark.requirement("FR-TASK-010")
@pytest.mark.parametrize(("text", "words"), SAME.items())
def test_other_wordings_are_understood(text: str, words: str) -> None:
    assert words_of(parse_repeat(text)) == words


@pytest.mark.requirement("FR-TASK-010")
@given(RULES)
def test_both_texts_read_as_the_rule_that_wrote_them(rule: RepeatRule) -> None:
    assert parse_repeat(words_of(rule)) == rule
    assert parse_repeat(rule.rrule, rule.repeat_from) == rule


@pytest.mark.requirement("FR-TASK-010")
def test_repeat_from_is_given_in_words_or_in_its_field() -> None:
    assert parse_repeat("daily").repeat_from == "due"
    assert parse_repeat("daily after completion").repeat_from == "completion"
    assert parse_repeat("FREQ=DAILY", "completion") == parse_repeat("daily after completion")
    assert parse_repeat("daily after completion", "due") == parse_repeat("daily")


@pytest.mark.requirement("FR-TASK-010")
@pytest.mark.parametrize(
    ("text", "error"),
    [
        *((text, UnreadableRepeat) for text in UNREADABLE),
        *((text, UnsupportedRepeat) for text in UNSUPPORTED),
        *((text, ImpossibleRepeat) for text in IMPOSSIBLE),
    ],
)
def test_what_is_no_repeat_is_refused_with_what_to_send(
    text: str, error: type[RepeatError]
) -> None:
    with pytest.raises(error) as refused:
        parse_repeat(text)
    assert refused.value.hint.startswith("Send ") or "five" in refused.value.hint


@pytest.mark.requirement("FR-TASK-010")
@given(st.text(max_size=250) | st.from_regex(r"(FREQ|BY[A-Z]+|UNTIL|COUNT)=[0-9A-Z,;=]*"))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(RepeatError):
        rule = parse_repeat(text)
        assert parse_repeat(rule.rrule, rule.repeat_from) == rule
