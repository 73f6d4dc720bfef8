"""Repeats as people type them, and rules that the tools take."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_api.assistant.entities import find
from chat_api.assistant.entity import Repeat
from db.schedule import parse_repeat
from tests.assistant.shown import shown

WEEKDAYS = "MO,TU,WE,TH,FR"


@pytest.mark.requirement("FR-CHAT-502")
@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("daily", "FREQ=DAILY"),
        ("every day", "FREQ=DAILY"),
        ("each day", "FREQ=DAILY"),
        ("every single day", "FREQ=DAILY"),
        ("every other day", "FREQ=DAILY;INTERVAL=2"),
        ("every 3 days", "FREQ=DAILY;INTERVAL=3"),
        ("every third day", "FREQ=DAILY;INTERVAL=3"),
        ("weekly", "FREQ=WEEKLY"),
        ("every week", "FREQ=WEEKLY"),
        ("once a week", "FREQ=WEEKLY"),
        ("every 2 weeks", "FREQ=WEEKLY;INTERVAL=2"),
        ("every two weeks", "FREQ=WEEKLY;INTERVAL=2"),
        ("fortnightly", "FREQ=WEEKLY;INTERVAL=2"),
        ("every fortnight", "FREQ=WEEKLY;INTERVAL=2"),
        ("every friday", "FREQ=WEEKLY;BYDAY=FR"),
        ("evry friday", "FREQ=WEEKLY;BYDAY=FR"),
        ("every other friday", "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR"),
        ("every second tuesday", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU"),
        ("every monday and thursday", "FREQ=WEEKLY;BYDAY=MO,TH"),
        ("every mon, wed and fri", "FREQ=WEEKLY;BYDAY=MO,WE,FR"),
        ("every week on monday and thursday", "FREQ=WEEKLY;BYDAY=MO,TH"),
        ("mon wed fri at 9:30 every week", "FREQ=WEEKLY;BYDAY=MO,WE,FR @09:30"),
        ("every tues n thurs 4pm", "FREQ=WEEKLY;BYDAY=TU,TH @16:00"),
        ("thursdays 13:30-14:30", "FREQ=WEEKLY;BYDAY=TH @13:30"),
        ("5th every month", "FREQ=MONTHLY;BYMONTHDAY=5"),
        ("weekly on tues", "FREQ=WEEKLY;BYDAY=TU"),
        ("mondays", "FREQ=WEEKLY;BYDAY=MO"),
        ("on mondays", "FREQ=WEEKLY;BYDAY=MO"),
        ("on mondays and thursdays", "FREQ=WEEKLY;BYDAY=MO,TH"),
        ("each weekday", f"FREQ=WEEKLY;BYDAY={WEEKDAYS}"),
        ("on weekdays", f"FREQ=WEEKLY;BYDAY={WEEKDAYS}"),
        ("on weekends", "FREQ=WEEKLY;BYDAY=SA,SU"),
        ("every weekend", "FREQ=WEEKLY;BYDAY=SA,SU"),
        ("monthly", "FREQ=MONTHLY"),
        ("every month", "FREQ=MONTHLY"),
        ("every 3 months", "FREQ=MONTHLY;INTERVAL=3"),
        ("quarterly", "FREQ=MONTHLY;INTERVAL=3"),
        ("monthly on the 15th", "FREQ=MONTHLY;BYMONTHDAY=15"),
        ("every month on the 15th", "FREQ=MONTHLY;BYMONTHDAY=15"),
        ("every 15th", "FREQ=MONTHLY;BYMONTHDAY=15"),
        ("every 1st and 15th of the month", "FREQ=MONTHLY;BYMONTHDAY=1,15"),
        ("14th monthly", "FREQ=MONTHLY;BYMONTHDAY=14"),
        ("every 1 of the month", "FREQ=MONTHLY;BYMONTHDAY=1"),
        ("thursdays 5", "FREQ=WEEKLY;BYDAY=TH @17:00"),
        ("weekly now, not daily", "FREQ=WEEKLY"),
        ("the first of every month", "FREQ=MONTHLY;BYMONTHDAY=1"),
        ("on the 1st of each month", "FREQ=MONTHLY;BYMONTHDAY=1"),
        ("every first of the month", "FREQ=MONTHLY;BYMONTHDAY=1"),
        ("the last day of every month", "FREQ=MONTHLY;BYMONTHDAY=-1"),
        ("last friday of the month", "FREQ=MONTHLY;BYDAY=-1FR"),
        ("every last friday of the month", "FREQ=MONTHLY;BYDAY=-1FR"),
        ("every first monday", "FREQ=MONTHLY;BYDAY=1MO"),
        ("monthly on the last friday", "FREQ=MONTHLY;BYDAY=-1FR"),
        ("every second tuesday of the month", "FREQ=MONTHLY;BYDAY=2TU"),
        ("the last weekday of every month", f"FREQ=MONTHLY;BYDAY={WEEKDAYS};BYSETPOS=-1"),
        ("yearly", "FREQ=YEARLY"),
        ("every year", "FREQ=YEARLY"),
        ("every june 3", "FREQ=YEARLY;BYMONTH=6;BYMONTHDAY=3"),
        ("every 3rd of june", "FREQ=YEARLY;BYMONTH=6;BYMONTHDAY=3"),
        ("every year on june 3", "FREQ=YEARLY;BYMONTH=6;BYMONTHDAY=3"),
        ("every morning", "FREQ=DAILY @09:00"),
        ("every night", "FREQ=DAILY @20:00"),
        ("daily at 9", "FREQ=DAILY @09:00"),
        ("every day at 5pm", "FREQ=DAILY @17:00"),
        ("every friday at noon", "FREQ=WEEKLY;BYDAY=FR @12:00"),
        ("every friday evening at 8", "FREQ=WEEKLY;BYDAY=FR @20:00"),
        ("tuesday nights", "FREQ=WEEKLY;BYDAY=TU @20:00"),
        ("mondays at half past six", "FREQ=WEEKLY;BYDAY=MO @18:30"),
        ("every day until june", "FREQ=DAILY;UNTIL=20270630"),
        ("every friday until 2026-12-31", "FREQ=WEEKLY;BYDAY=FR;UNTIL=20261231"),
        ("every day for two weeks", "FREQ=DAILY;UNTIL=20261208"),
        ("daily 10 times", "FREQ=DAILY;COUNT=10"),
        ("every week for 10 times", "FREQ=WEEKLY;COUNT=10"),
        ("every 3 days after I finish it", "FREQ=DAILY;INTERVAL=3 after"),
        ("weekly after completion", "FREQ=WEEKLY after"),
        ("repeat every week", "FREQ=WEEKLY"),
        ("evry 15th of d month", "FREQ=MONTHLY;BYMONTHDAY=15"),
        ("every month, day 5", "FREQ=MONTHLY;BYMONTHDAY=5"),
        ("alternate thursdays", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TH"),
        ("every alternate day", "FREQ=DAILY;INTERVAL=2"),
        ("everyday", "FREQ=DAILY"),
        ("daily 0730", "FREQ=DAILY @07:30"),
        ("mondays, 16h30", "FREQ=WEEKLY;BYDAY=MO @16:30"),
        ("every mon-wed", "FREQ=WEEKLY;BYDAY=MO,TU,WE"),
        ("every day except sunday", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA"),
        ("weekdays but not on fridays at 7", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH @07:00"),
    ],
)
def test_a_repeat_is_a_rule_of_rfc_5545(text: str, rule: str) -> None:
    assert shown(text) == (f"repeat|{text}|{rule}",)


@pytest.mark.parametrize(
    "text",
    [
        "twice a week",
        "every task",
        "every 20 minutes",
        "every february 31",
        "every now and then",
        "the monday's",
        "write the weekly report",
        "daily standup",
        "everyday life",
    ],
)
def test_what_is_no_rule_is_no_repeat(text: str) -> None:
    assert not [line for line in shown(text) if line.startswith("repeat|")]


WORDS = """
every each other second last first third 1st 31st 2 10 0 999 1000 day days week month year
monday mondays fri weekday weekends june february may of the in on at 5 5pm until for times
after i finish it once a weekly monthly yearly , and
"""


@pytest.mark.requirement("FR-CHAT-502")
@given(st.lists(st.sampled_from(WORDS.split()), max_size=9))
def test_every_rule_is_one_that_tasks_can_have(words: list[str]) -> None:
    for entity in find(" ".join(words), date(2026, 11, 25)):
        if isinstance(entity.value, Repeat):
            assert parse_repeat(entity.value.rule)
