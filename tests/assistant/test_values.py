"""The values of a task, the filter of a list, and the quick add, from the finds in a text."""

from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_api.assistant.contract import TaskSnapshot
from chat_api.assistant.entities import find
from chat_api.assistant.values import TaskValues, changes_of, filters_of, quick_add, values_of
from db.reminder_spec import parse_reminder
from db.schedule import parse_repeat

NOW = datetime(2026, 11, 25, 10, 30)  # a Wednesday  # noqa: DTZ001  a wall time
TODAY = NOW.date()


@pytest.mark.requirement("FR-CHAT-501")
@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("tomorrow at 5pm", {"due_on": "2026-11-26", "due_time": "17:00"}),
        ("at 5", {"due_on": "2026-11-25", "due_time": "17:00"}),
        ("at 9", {"due_on": "2026-11-26", "due_time": "09:00"}),
        ("tonight", {"due_on": "2026-11-25", "due_time": "20:00"}),
        ("by friday", {"due_on": "2026-11-27"}),
        ("next week", {"due_on": "2026-12-06"}),
        ("after friday", {"due_on": "2026-11-28"}),
        ("on friday about the talk at 5", {"due_on": "2026-11-27", "due_time": "17:00"}),
        ("in 20 minutes", {"reminders": ("in 20m",)}),
        ("in an hour and a half", {"reminders": ("in 90m",)}),
        ("friday, an hour before", {"due_on": "2026-11-27", "reminders": ("1h",)}),
        ("the day before and 10 min early", {"reminders": ("1d", "10m")}),
        ("every day", {"repeat": "FREQ=DAILY"}),
        ("every evening", {"repeat": "FREQ=DAILY", "due_time": "18:00"}),
        # Its first time has passed today.
        ("every morning", {"repeat": "FREQ=DAILY", "due_time": "09:00", "due_on": "2026-11-26"}),
        (
            "every wednesday at 9am",
            {"repeat": "FREQ=WEEKLY;BYDAY=WE", "due_time": "09:00", "due_on": "2026-12-02"},
        ),
        ("at 5 every friday", {"repeat": "FREQ=WEEKLY;BYDAY=FR", "due_time": "17:00"}),
        ("every week starting monday", {"repeat": "FREQ=WEEKLY", "due_on": "2026-11-30"}),
        ("every 2 weeks after I finish it", {"repeat": "every 2 weeks after completion"}),
        (
            "every monday after completion",
            {"repeat": "every 1 weeks on mon after completion"},
        ),
        ("p1 #home #work", {"priority": "high", "tags": ("home", "work")}),
        ("to my shopping list", {"list": "shopping"}),
        ("in my inbox", {"list": "none"}),
        ("no due date", {"due_on": "none"}),
        ("no reminders", {"reminders": ()}),
        ("stop repeating", {"repeat": "none"}),
        ("p3, no, p1", {"priority": "high"}),
    ],
)
def test_finds_are_the_values_of_a_task(text: str, values: dict[str, Any]) -> None:
    assert values_of(find(text, TODAY), NOW) == TaskValues(**values)


def test_a_time_alone_leaves_the_day_of_a_task_that_is_there() -> None:
    assert changes_of(find("at 9", TODAY)) == TaskValues(due_time="09:00", either_half=True)


@pytest.mark.requirement("FR-CHAT-501")
@pytest.mark.parametrize(
    ("text", "arguments"),
    [
        ("what's due today", {"view": "today"}),
        ("tomorrow", {"due_after": "2026-11-26", "due_before": "2026-11-26"}),
        ("this week", {"due_after": "2026-11-23", "due_before": "2026-11-29"}),
        ("due before friday", {"due_before": "2026-11-27"}),
        ("after friday", {"due_after": "2026-11-28"}),
        (
            "what was done last week",
            {
                "status": "completed",
                "completed_after": "2026-11-16",
                "completed_before": "2026-11-22",
            },
        ),
        ("finished tasks", {"status": "completed"}),
        ("pending", {"status": "pending"}),
        ("overdue", {"view": "overdue"}),
        ("upcoming", {"view": "upcoming"}),
        ("without a due date", {"status": "pending"}),
        ("high priority #home", {"priority": "high", "tag": "home"}),
        ("on my work list", {"list": "work"}),
        ("in my inbox", {"view": "inbox"}),
        ("overdue in my inbox", {"view": "overdue", "list": "inbox"}),
        ("hello", {}),
    ],
)
def test_finds_are_the_filter_of_a_list(text: str, arguments: dict[str, str]) -> None:
    assert filters_of(find(text, TODAY), TODAY).arguments == arguments


@pytest.mark.parametrize(
    ("text", "fitting"),
    [
        ("without a due date", [1]),
        ("untagged", [1]),
        ("not tagged home", [1, 3]),
        ("high priority or low priority", [2, 3]),
        ("other than high priority", [1, 3]),
        ("not in the work list", [1, 2]),
        ("high priority", [1, 2, 3]),
    ],
)
def test_the_filter_itself_checks_what_the_tool_can_not(text: str, fitting: list[int]) -> None:
    tasks = [
        TaskSnapshot(1, "one", priority="none"),
        TaskSnapshot(2, "two", due_on="2026-11-25", priority="high", tags=("home",)),
        TaskSnapshot(3, "three", due_on="2026-11-25", priority="low", tags=("b",), list="Work"),
    ]
    found = filters_of(find(text, TODAY), TODAY)
    assert [task.id for task in tasks if found.fits(task)] == fitting
    assert found.local == (text != "high priority")


@pytest.mark.requirement("FR-TASK-161")
@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Submit taxes tomorrow at 5pm p1 #finance every month", "Submit taxes"),
        ("on monday, call mom", "call mom"),
        ("call mom - tomorrow", "call mom"),
        ("buy milk, bread and eggs tonight", "buy milk, bread and eggs"),
        ("read “Monday or Tuesday”", "read “Monday or Tuesday”"),
        ("lunch with may", "lunch with may"),
        ("Review the monday memo on friday", "Review the monday memo"),
        ("stretch for 10 minutes", "stretch for 10 minutes"),
        ("buy 3 lemons", "buy 3 lemons"),
        ("tomorrow", ""),
        ("", ""),
    ],
)
def test_the_title_is_what_is_left(text: str, title: str) -> None:
    assert quick_add(text, NOW).title == title


def test_an_ignored_find_gives_way_to_another() -> None:
    text = "Review the monday memo on friday"
    assert quick_add(text, NOW).values.due_on == "2026-11-27"
    line = quick_add(text, NOW, {(23, 32)})
    assert (line.title, line.values.due_on) == ("Review the memo on friday", "2026-11-30")


@pytest.mark.requirement("FR-CHAT-502")
@given(
    st.lists(
        st.sampled_from(
            [
                *("every", "3", "days", "after", "i", "finish", "it", "monday", "month", "on"),
                *("the", "first", "an", "hour", "before", "in", "20", "minutes", "9999", "weekly"),
                *("january", "at", "5pm", "until", "june", "each", "weekday", "year", "last"),
            ]
        ),
        max_size=9,
    )
)
def test_repeats_and_reminders_are_those_that_the_tools_read(words: list[str]) -> None:
    values = quick_add(" ".join(words), NOW).values
    assert values.repeat is None or parse_repeat(values.repeat)
    assert all(parse_reminder(each) for each in values.reminders or ())
