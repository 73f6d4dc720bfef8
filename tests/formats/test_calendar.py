"""Tasks as an iCalendar object."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_api.formats.calendar_lines import folded
from db.values import NewTask
from tests.formats.calendars import NOW, a_reminder, a_task, check, components, only, written

BERLIN = ZoneInfo("Europe/Berlin")
# What a task can hold: all but control characters and surrogates.
CHARACTERS = st.characters(exclude_categories=["Cc", "Cs"])
TITLES = st.text(CHARACTERS, min_size=1, max_size=200).map(lambda title: " ".join(title.split()))
NOTES = st.text(CHARACTERS | st.sampled_from("\n\t,;\\\"'nN:"), max_size=300)


@pytest.mark.requirement("FR-TASK-041")
def test_a_task_is_a_todo_and_an_event_of_its_day() -> None:
    task = a_task(7, description="2 l, cold", priority="high", tags=["home", "shop"], version=3)
    content = written(task)
    for component in (only(content, "VTODO"), only(content, "VEVENT")):
        assert component["SUMMARY"] == "Buy milk"
        assert component["DESCRIPTION"] == "2 l, cold"
        assert component["CATEGORIES"].cats == ["home", "shop"]
        assert (component["PRIORITY"], component["SEQUENCE"]) == (1, 2)
        assert component.decoded("LAST-MODIFIED") == NOW
    assert only(content, "VTODO").decoded("DUE") == date(2026, 12, 1)
    assert only(content, "VTODO")["STATUS"] == "NEEDS-ACTION"
    event = only(content, "VEVENT")
    assert (event.decoded("DTSTART"), event["TRANSP"]) == (date(2026, 12, 1), "TRANSPARENT")


@pytest.mark.requirement("FR-TASK-041")
@pytest.mark.parametrize("timezone", ["Europe/Berlin", "America/St_Johns", "Asia/Kolkata", "UTC"])
def test_a_time_is_wall_time_in_a_zone_that_the_calendar_defines(timezone: str) -> None:
    content = written(a_task(due_time=time(17, 5)), timezone=timezone)
    due = datetime(2026, 12, 1, 17, 5, tzinfo=ZoneInfo(timezone))
    assert only(content, "VTODO").decoded("DUE") == due
    event = only(content, "VEVENT")
    assert (event.decoded("DTSTART"), event.decoded("DURATION")) == (due, timedelta(minutes=30))
    assert only(content, "VTIMEZONE")["TZID"] == timezone


@pytest.mark.requirement("FR-TASK-041")
def test_a_completed_task_is_a_completed_todo_and_no_event() -> None:
    content = written(a_task(completed=True, completed_at=NOW))
    todo = only(content, "VTODO")
    assert (todo["STATUS"], todo["PERCENT-COMPLETE"]) == ("COMPLETED", 100)
    assert todo.decoded("COMPLETED") == NOW
    assert components(content, "VEVENT") == []


@pytest.mark.requirement("FR-TASK-043")
@pytest.mark.parametrize(
    ("spec", "due_time", "trigger"),
    [
        ("0m", time(17, 5), timedelta()),
        ("10m", time(17, 5), -timedelta(minutes=10)),
        ("36h", time(17, 5), -timedelta(hours=36)),
        ("1d", time(17, 5), -timedelta(days=1)),
        ("0m", None, timedelta(hours=9)),
        ("1d", None, -timedelta(hours=15)),
        ("2026-12-01T13:00", None, NOW),
    ],
)
def test_a_reminder_is_an_alarm(spec: str, due_time: time | None, trigger: Any) -> None:
    content = written(a_task(due_time=due_time, reminders=[a_reminder(spec)]))
    ends = {"VTODO": "END", "VEVENT": "START"}
    for kind, end in ends.items():
        (alarm,) = only(content, kind).walk("VALARM")
        assert (alarm["ACTION"], alarm["DESCRIPTION"]) == ("DISPLAY", "Buy milk")
        assert alarm.decoded("TRIGGER") == trigger
        assert alarm["TRIGGER"].params.get("RELATED", "START") == (
            end if spec[0] != "2" else "START"
        )


@pytest.mark.requirement("FR-TASK-043")
def test_alarms_of_a_todo_that_repeats_count_from_its_start() -> None:
    fields: dict[str, Any] = {"repeat": "FREQ=DAILY", "repeat_from": "due"}
    content = written(a_task(due_time=time(9), reminders=[a_reminder("10m")], **fields))
    (alarm,) = only(content, "VTODO").walk("VALARM")
    assert "RELATED" not in alarm["TRIGGER"].params


@pytest.mark.requirement("FR-TASK-043")
def test_a_completed_task_has_no_alarm() -> None:
    task = a_task(completed=True, completed_at=NOW, reminders=[a_reminder("0m")])
    assert components(written(task), "VALARM") == []


@pytest.mark.requirement("FR-TASK-041")
def test_identifiers_are_stable_distinct_and_tell_no_user() -> None:
    first, second = (written(a_task(1, title=title), a_task(2)) for title in ("one", "another"))
    uids = [[c["UID"] for c in components(content, "VTODO")] for content in (first, second)]
    assert uids[0] == uids[1]
    assert b"ann" not in first
    assert only(written(a_task(1)), "VTODO")["UID"] != only(written(a_task(1)), "VEVENT")["UID"]


@pytest.mark.requirement("FR-TASK-041")
def test_a_calendar_without_tasks_is_valid() -> None:
    assert components(written(), "VTODO") == []


@pytest.mark.requirement("FR-TASK-042")
@pytest.mark.parametrize(
    ("fields", "rule"),
    [
        ({"repeat": "FREQ=WEEKLY;BYDAY=TU"}, {"FREQ": ["WEEKLY"], "BYDAY": ["TU"]}),
        ({"repeat": "FREQ=DAILY;COUNT=5", "series": 2}, {"FREQ": ["DAILY"], "COUNT": [3]}),
        (
            {"repeat": "FREQ=DAILY;UNTIL=20270131"},
            {"FREQ": ["DAILY"], "UNTIL": [date(2027, 1, 31)]},
        ),
        (
            {"repeat": "FREQ=DAILY;UNTIL=20270131", "due_time": time(17, 5)},
            {"FREQ": ["DAILY"], "UNTIL": [datetime(2027, 1, 31, 16, 5, tzinfo=UTC)]},
        ),
    ],
)
def test_a_repeat_is_a_rule_that_begins_with_its_date(fields: Any, rule: Any) -> None:
    content = written(a_task(repeat_from="due", **fields))
    for kind in ("VTODO", "VEVENT"):
        component = only(content, kind)
        assert dict(component["RRULE"]) == rule
        assert component["DTSTART"].to_ical().startswith(b"20261201")
    assert "DUE" not in only(content, "VTODO")


@pytest.mark.requirement("FR-TASK-042")
def test_a_repeat_from_completion_shows_its_next_date_only() -> None:
    task = a_task(repeat="FREQ=DAILY", repeat_from="completion")
    assert "RRULE" not in only(written(task), "VEVENT")


@pytest.mark.requirement("FR-TASK-042")
def test_a_date_that_was_moved_leaves_the_others_where_they_are() -> None:
    task = a_task(
        due_on=date(2026, 12, 3),
        moved_from=date(2026, 12, 1),
        due_time=time(9),
        repeat="FREQ=WEEKLY;BYDAY=TU",
        repeat_from="due",
    )
    master, moved = components(written(task), "VEVENT")
    assert master["UID"] == moved["UID"]
    assert master.decoded("DTSTART") == datetime(2026, 12, 1, 9, tzinfo=BERLIN)
    assert moved.decoded("RECURRENCE-ID") == datetime(2026, 12, 1, 9, tzinfo=BERLIN)
    assert moved.decoded("DTSTART") == datetime(2026, 12, 3, 9, tzinfo=BERLIN)
    assert "RRULE" not in moved


@pytest.mark.requirement("FR-TASK-041")
@given(
    title=TITLES.filter(bool),
    note=NOTES,
    tags=st.lists(st.from_regex(r"[\w-]{1,40}", fullmatch=True), max_size=10),
)
def test_any_text_can_be_read_again(title: str, note: str, tags: list[str]) -> None:
    new = NewTask(title=title, description=note)
    content = written(a_task(title=new.title, description=new.description, tags=tags))
    lines = content.replace(b"\r\n ", b"").decode().split("\r\n")
    assert _value(lines, "SUMMARY") == new.title
    assert _value(lines, "DESCRIPTION") == new.description
    assert _value(lines, "CATEGORIES") == ",".join(tags)


@pytest.mark.requirement("FR-TASK-041")
@given(st.text(CHARACTERS, max_size=500))
def test_folded_lines_are_short_and_the_same_without_their_folds(line: str) -> None:
    pieces = folded(line).split("\r\n ")
    assert "".join(pieces) == line
    assert all(len(piece.encode()) <= 75 for piece in pieces[:1])
    assert all(len(piece.encode()) <= 74 for piece in pieces[1:])


def _value(lines: list[str], name: str) -> str:
    """Read a text as RFC 5545, 3.3.11, says."""
    found = {line.removeprefix(f"{name}:") for line in lines if line.startswith(f"{name}:")}
    (value,) = found or {""}
    read, characters = "", iter(value)
    for character in characters:
        if character == "\\":
            following = next(characters)
            read += "\n" if following in "nN" else following
        else:
            assert character not in ";"
            read += character
    return read


def test_the_check_finds_what_is_wrong() -> None:
    content = written(a_task(due_time=time(9)))
    for broken in (
        content.replace(b"\r\n", b"\n"),
        content.replace(b"TZID:Europe/Berlin", b"TZID:Europe/Paris"),
        content.replace(b"DTSTAMP", b"DTSTART"),
        content.replace(b"SUMMARY:", b"SUMMARY:" + b"x" * 75),
    ):
        with pytest.raises((AssertionError, KeyError, ValueError)):
            check(broken)
