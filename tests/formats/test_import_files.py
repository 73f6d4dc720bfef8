"""Files of others as tasks: Todoist's CSV and iCalendar."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_api.formats.import_file import FileFormat, read_file
from db.errors import RefusedValue
from db.import_values import ImportedFile, ImportedTask

BERLIN = ZoneInfo("Europe/Berlin")
HEADER = "TYPE,CONTENT,DESCRIPTION,PRIORITY,INDENT,AUTHOR,RESPONSIBLE,DATE,DATE_LANG,TIMEZONE\n"


def read(text: str, kind: FileFormat) -> ImportedFile:
    return read_file(text.encode(), kind, BERLIN)


def one(text: str, kind: FileFormat) -> ImportedTask:
    file = read(text, kind)
    assert file.refused == []
    ((_, task),) = file.tasks
    return task


def todo(*lines: str) -> str:
    inner = ("BEGIN:VTODO", "UID:1", *lines, "END:VTODO")
    return "\r\n".join(("BEGIN:VCALENDAR", "VERSION:2.0", *inner, "END:VCALENDAR", ""))


def today(days: int = 0) -> date:
    return datetime.now(BERLIN).date() + timedelta(days=days)


@pytest.mark.requirement("FR-TASK-155")
def test_rows_of_todoist_are_tasks_with_lists_labels_and_notes() -> None:
    file = read(
        "\ufeff" + HEADER + "meta,view_style=list\n"
        'task,"Buy milk, bread @shop @home",2 l,1,1,Ann (1),,2099-12-24,en,Europe/Berlin\n'
        "note,Ask Sam\n,,,,,,,,,\n"
        "section,Work\ntask,* Call,,4,2,,,,,\ntask,Write,,3\n",
        "csv",
    )  # fmt: skip
    assert file.refused == []
    assert [line for line, _ in file.tasks] == [3, 7, 8]
    milk, call, write = (task for _, task in file.tasks)
    assert (milk.title, milk.tags, milk.priority) == ("Buy milk, bread", ["shop", "home"], "high")
    assert (milk.description, milk.due_on) == ("2 l\n\nAsk Sam", date(2099, 12, 24))
    assert (call.title, call.list, call.priority) == ("Call", "Work", "none")
    assert (write.list, write.priority) == ("Work", "low")


@pytest.mark.requirement("FR-TASK-155")
@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("", {}),
        ("today", {"in_days": 0}),
        ("tomorrow at 5pm", {"in_days": 1, "due_time": time(17)}),
        ("2099-12-24 17:05", {"due_on": date(2099, 12, 24), "due_time": time(17, 5)}),
        ("2099-12-24T17:05", {"due_on": date(2099, 12, 24), "due_time": time(17, 5)}),
        ("24 Dec 2099 9:30 am", {"due_on": date(2099, 12, 24), "due_time": time(9, 30)}),
        ("every day", {"repeat": "every day"}),
        ("every mon at 09:00", {"repeat": "every mon", "due_time": time(9)}),
        ("every! 2 weeks", {"repeat": "every 2 weeks", "repeat_from": "completion"}),
    ],
)
def test_dates_are_read_as_people_write_them(text: str, fields: dict[str, Any]) -> None:
    usual: dict[str, Any] = dict.fromkeys(("due_on", "due_time", "repeat", "repeat_from"))
    expected = usual | fields
    if "in_days" in expected:
        # Now, not when the tests were collected: it may have been yesterday then.
        expected["due_on"] = today(expected.pop("in_days"))
    task = one(f"TYPE,CONTENT,DATE\ntask,Call,{text}\n", "csv")
    assert task.model_dump(include=set(usual)) == expected


@pytest.mark.requirement("FR-TASK-155")
@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("task,Call,someday", "unreadable_date"),
        ("task,Call,2026-02-30", "unreadable_date"),
        ("task,Call,today at 25:00", "unreadable_date"),
        ("task,Call,today at 13pm", "unreadable_date"),
        ("task,Call,every full moon", "unreadable_repeat"),
        ("task,@home,", "invalid_value"),
        ("project,Call,", "unknown_type"),
    ],
)
def test_a_row_that_cant_be_read_is_refused_with_its_line(row: str, code: str) -> None:
    file = read(f'TYPE,CONTENT,DATE\ntask,"two\nlines",\n{row}\n', "csv")
    assert len(file.tasks) == 1
    assert [(refusal.line, refusal.code) for refusal in file.refused] == [(4, code)]


@pytest.mark.requirement("FR-TASK-156")
def test_a_todo_is_a_task_in_the_zone_of_the_user() -> None:
    task = one(
        todo(
            "SUMMARY:Call Sam\\, now",
            "DESCRIPTION:first\\nsec",
            " ond",
            "DUE;TZID=America/New_York:20261201T110500",
            "RRULE:FREQ=WEEKLY;BYDAY=TU;UNTIL=20270131T160500Z",
            "PRIORITY:1",
            "CATEGORIES:phone,home",
            "BEGIN:VALARM",
            "TRIGGER;RELATED=END:-PT10M",
            "SUMMARY:no title",
            "END:VALARM",
            "BEGIN:VALARM",
            "TRIGGER;VALUE=DATE-TIME:20261130T080000Z",
            "END:VALARM",
        ),
        "ics",
    )
    assert (task.title, task.description) == ("Call Sam, now", "first\nsecond")
    assert (task.due_on, task.due_time) == (date(2026, 12, 1), time(17, 5))
    assert task.repeat == "FREQ=WEEKLY;BYDAY=TU;UNTIL=20270131"
    assert (task.priority, task.tags) == ("high", ["phone", "home"])
    assert task.reminders == ["10m", "2026-11-30T09:00"]


@pytest.mark.requirement("FR-TASK-156")
def test_a_completed_todo_is_a_completed_task() -> None:
    task = one(todo("SUMMARY:x", "STATUS:COMPLETED", "COMPLETED:20261101T120000Z"), "ics")
    assert task.completed
    assert task.completed_at == datetime(2026, 11, 1, 12, tzinfo=UTC)
    assert one(todo("SUMMARY:x", "DUE;VALUE=DATE:20261201"), "ics").due_on == date(2026, 12, 1)


@pytest.mark.requirement("FR-TASK-156")
@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("no colon", "unreadable_todo"),
        ("DUE:soon", "unreadable_todo"),
        ("DUE:20261301", "unreadable_todo"),
        ("PRIORITY:x", "unreadable_todo"),
        ("RRULE:FREQ=HOURLY", "unsupported_repeat"),
        ("RECURRENCE-ID:20261201T170000Z", "moved_occurrence"),
        ("DESCRIPTION:" + "x" * 2001, "invalid_value"),
    ],
)
def test_a_todo_that_cant_be_read_is_refused_with_its_line(line: str, code: str) -> None:
    file = read(todo("SUMMARY:x", line), "ics")
    assert [(refusal.line, refusal.code) for refusal in file.refused] == [(3, code)]


@pytest.mark.requirement("FR-TASK-156")
def test_a_todo_that_stands_twice_is_refused() -> None:
    calendar = todo("SUMMARY:x")
    again = calendar.replace(
        "END:VCALENDAR\r\n", "BEGIN:VTODO\r\nUID:1\r\nSUMMARY:y\r\nEND:VTODO\r\n"
    )
    file = read(again + "END:VCALENDAR\r\n", "ics")
    assert [(refusal.line, refusal.code) for refusal in file.refused] == [(7, "duplicate_id")]


@pytest.mark.requirement("FR-TASK-154")
@given(
    st.sampled_from(["json", "csv", "ics"]),
    st.binary(max_size=200)
    | st.text(max_size=200).map(
        lambda text: f"TYPE,CONTENT,DATE\n{text}".encode("utf-8", "replace")
    )
    | st.text(max_size=200).map(lambda text: todo(*text.split("|")).encode("utf-8", "replace"))
    | st.lists(st.text(max_size=30), max_size=3).map(
        lambda rows: ("TYPE,CONTENT,DATE\n" + "".join(f"task,x,{row}\n" for row in rows)).encode(
            "utf-8", "replace"
        )
    ),
)
def test_any_bytes_are_read_or_refused(kind: FileFormat, content: bytes) -> None:
    try:
        file = read_file(content, kind, BERLIN)
    except RefusedValue:
        return
    assert file.tasks or file.refused
