"""Tasks from files."""

import gzip
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest

from tests.api.conftest import api_of
from tests.api.test_export import export
from tests.api.test_tasks import add
from tests.stack import Stack

Client = httpx2.AsyncClient

_TYPES = {"json": "application/json", "csv": "text/csv", "ics": "text/calendar"}
# What a task has of its own account: numbers, versions and ids begin anew.
_RENEWED = ("id", "version", "text_by")
MANY = [f"{n}m" for n in range(101)]


async def send(
    api: Client, content: str | bytes, kind: str = "json", key: str | None = None, **query: Any
) -> httpx2.Response:
    headers = {"Content-Type": _TYPES[kind]} | ({"Idempotency-Key": key} if key else {})
    return await api.post("/import", content=content, headers=headers, params=query)


def a_file(*tasks: Any, **others: Any) -> str:
    return json.dumps({"format": "todochat", "version": 1, "tasks": tasks} | others)


def problem(answer: httpx2.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


async def all_tasks(api: Client) -> list[dict[str, Any]]:
    return [
        {name: value for name, value in task.items() if name not in _RENEWED}
        for task in (await export(api))["tasks"]
    ]


async def titles(api: Client) -> list[str]:
    return [task["title"] for task in await all_tasks(api)]


@pytest.mark.requirement("FR-TASK-152")
async def test_an_export_brings_the_same_tasks_to_another_account(
    api: Client, stack: Stack, user: str
) -> None:
    await api.patch("/settings", json={"timezone": "Europe/Berlin"})
    week = (datetime.now(UTC) + timedelta(days=7)).date().isoformat()
    await add(api, title="Plain", description="two\nlines; and, more \\N", tags=["a", "b"])
    await add(
        api, title="Daily", due_on=week, due_time="17:05", repeat="daily 9 times", list="Work"
    )
    await api.patch("/tasks/2/complete")
    await add(api, title="Moved", due_on=week, repeat="monthly on 31", reminders=["1d", "36h"])
    moved = (datetime.now(UTC) + timedelta(days=9)).date().isoformat()
    await api.patch("/tasks/3", json={"due_on": moved})
    await add(api, title="Again", due_on=week, repeat="daily", repeat_from="completion")
    await add(api, title="Done", due_on="2020-02-29", priority="high", list="Attic")
    await api.patch("/tasks/5/complete")
    await add(api, title="Gone")
    await api.delete("/tasks/6")
    await api.patch("/lists/2", json={"archived": True})
    before, content = await all_tasks(api), (await api.get("/export")).content
    lists = (await api.get("/lists", params={"archived": True})).json()["lists"]

    async with api_of(stack, f"{user}-elsewhere") as other:
        await other.patch("/settings", json={"timezone": "Europe/Berlin"})
        answer = await send(other, content)
        assert answer.status_code == 200, answer.text
        assert (answer.json()["imported"], answer.json()["lists_created"]) == (5, ["Work", "Attic"])
        assert await all_tasks(other) == before
        again = (await other.get("/lists", params={"archived": True})).json()["lists"]
    assert [(one["name"], bool(one["archived_at"])) for one in again] == [
        (one["name"], bool(one["archived_at"])) for one in lists
    ]


@pytest.mark.requirement("FR-TASK-153")
async def test_one_undo_takes_an_import_back(api: Client) -> None:
    await add(api, title="Mine", list="Work")
    tasks = [{"title": f"Task {n}", "list": f"List {n % 2}"} for n in range(5)]
    assert (await send(api, a_file(*tasks))).json()["lists_created"] == ["List 0", "List 1"]
    assert len(await titles(api)) == 6
    assert (await api.post("/tasks/undo")).is_success
    assert await titles(api) == ["Mine"]
    assert [one["name"] for one in (await api.get("/lists")).json()["lists"]] == ["Work"]


@pytest.mark.requirement("FR-TASK-153")
async def test_a_dry_run_says_what_would_come_and_writes_nothing(api: Client) -> None:
    tasks = [{"title": "Call Sam", "due_on": "2099-12-01", "repeat": "daily"}, {"title": " "}, 7]
    answer = await send(api, a_file(*tasks), dry_run=True)
    assert answer.status_code == 200
    coming = answer.json()
    assert (coming["dry_run"], coming["imported"], coming["refused"]) == (True, 1, 2)
    assert coming["tasks"][0]["repeat_text"] == "daily"
    assert [(one["line"], one["code"]) for one in coming["refused_lines"]] == [
        (2, "invalid_value"),
        (3, "invalid_value"),
    ]
    assert await titles(api) == []
    assert (await api.post("/tasks/undo")).status_code == 409


@pytest.mark.requirement("FR-TASK-153")
async def test_a_refused_line_keeps_all_out_unless_it_may_be_skipped(api: Client) -> None:
    content = a_file({"title": "One"}, {"title": "x" * 201}, {"title": "Two", "due_time": "9:00"})
    answer = await send(api, content)
    assert problem(answer) == (422, "import_refused")
    errors = answer.json()["errors"]
    assert [(one["field"], one["code"]) for one in errors] == [
        ("2", "invalid_value"),
        ("3", "due_time_without_date"),
    ]
    assert await titles(api) == []
    skipped = (await send(api, content, skip_refused=True)).json()
    assert (skipped["imported"], skipped["refused"]) == (1, 2)
    assert await titles(api) == ["One"]


@pytest.mark.requirement("FR-TASK-153")
async def test_an_import_is_applied_once_under_its_key(api: Client) -> None:
    content = "TYPE,CONTENT\ntask,One\n"
    first = await send(api, content, "csv", key="k")
    again = await send(api, content, "csv", key="k")
    assert again.json() == first.json()
    assert again.headers["idempotency-replayed"] == "true"
    assert problem(await send(api, content + "task,Two\n", "csv", key="k")) == (
        409,
        "idempotency_mismatch",
    )
    assert await titles(api) == ["One"]


@pytest.mark.requirement("FR-TASK-154")
@pytest.mark.parametrize(
    ("kind", "content", "code"),
    [
        ("json", b"", "unreadable_file"),
        ("json", b"{", "unreadable_file"),
        ("json", b"[]", "unreadable_file"),
        ("json", a_file({"title": "x"}, version=2).encode(), "unreadable_file"),
        ("json", b'{"format": "todochat", "version": 1, "tasks": []}', "unreadable_file"),
        ("json", a_file({"title": "x"}, lists=[{"name": ""}]).encode(), "unreadable_file"),
        ("json", a_file({"title": "x"}, lists=7).encode(), "unreadable_file"),
        ("json", b"[" * 5000, "unreadable_file"),
        ("json", "{\"tasks\": 1}".encode("utf-16"), "unreadable_file"),
        ("json", gzip.compress(b"{}", mtime=0), "unreadable_file"),
        ("json", a_file(*[{"title": "x"}] * 10_001).encode(), "too_many_tasks"),
        ("csv", b"", "unreadable_file"),
        ("csv", b"a,b\n1,2\n", "unreadable_file"),
        ("csv", b"TYPE,CONTENT\n", "unreadable_file"),
        ("csv", b'TYPE,CONTENT\ntask,"x', "unreadable_file"),
        ("csv", b"TYPE,CONTENT\ntask," + b"x" * 200_000, "unreadable_file"),
        ("csv", b"TYPE,CONTENT\ntask,\xff\n", "unreadable_file"),
        ("ics", b"", "unreadable_file"),
        ("ics", b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", "unreadable_file"),
        ("ics", b"BEGIN:VCALENDAR\r\nBEGIN:VTODO\r\nSUMMARY:x\r\n", "unreadable_file"),
    ],
)  # fmt: skip
async def test_a_file_that_cant_be_read_is_refused(
    api: Client, kind: str, content: bytes, code: str
) -> None:
    answer = await send(api, content, kind)
    assert problem(answer) == (422, code)
    assert answer.json()["hint"]
    assert await titles(api) == []


@pytest.mark.requirement("FR-TASK-154")
@pytest.mark.parametrize(
    ("task", "code"),
    [
        ({"title": "x", "surprise": 1}, "invalid_value"),
        ({"title": "x\u0000"}, "invalid_value"),
        ({"title": "x", "description": "x" * 2001}, "invalid_value"),
        ({"title": "x", "due_on": "2026-02-30"}, "invalid_value"),
        ({"title": "x", "completed_at": "yesterday"}, "invalid_value"),
        ({"title": "x", "completed_at": "2026-01-01T00:00:00"}, "invalid_value"),
        ({"title": "x", "series": -1}, "invalid_value"),
        ({"title": "x", "repeat": "now and then"}, "unreadable_repeat"),
        ({"title": "x", "repeat_from": "due"}, "repeat_from_without_repeat"),
        ({"title": "x", "repeat": "daily 3 times", "series": 3}, "impossible_repeat"),
        ({"title": "x", "due_on": "2026-12-01", "reminders": MANY}, "too_many_reminders"),
        ({"title": "x", "list": "x" * 61}, "invalid_value"),
        ({"title": "x", "list": "Attic"}, "list_archived"),
    ],
)  # fmt: skip
async def test_a_task_that_breaks_a_rule_is_refused(
    api: Client, task: dict[str, Any], code: str
) -> None:
    await api.post("/lists", json={"name": "Attic"})
    await api.patch("/lists/1", json={"archived": True})
    answer = await send(api, a_file({"title": "One"}, task))
    assert problem(answer) == (422, "import_refused")
    (error,) = answer.json()["errors"]
    assert (error["field"], error["code"]) == ("2", code)
    assert error["message"]
    assert await titles(api) == []


@pytest.mark.requirement("FR-TASK-154")
async def test_numbers_that_stand_twice_and_lists_that_are_too_many_are_refused(
    api: Client,
) -> None:
    twice = await send(api, a_file({"id": 1, "title": "One"}, {"id": 1, "title": "Two"}))
    assert [one["code"] for one in twice.json()["errors"]] == ["duplicate_id"]
    lists = [{"title": "x", "list": f"List no{n}"} for n in range(102)]
    many = await send(api, a_file(*lists))
    assert [one["code"] for one in many.json()["errors"]] == ["too_many_lists"] * 2
    assert await titles(api) == []


@pytest.mark.requirement("FR-TASK-154")
async def test_the_format_is_that_of_the_type_or_of_the_query(api: Client) -> None:
    content = "TYPE,CONTENT\ntask,One\n"
    plain = {"Content-Type": "text/plain"}
    assert problem(await api.post("/import", content=content, headers=plain)) == (
        422,
        "unknown_format",
    )
    query = {"format": "csv"}
    assert (await api.post("/import", content=content, headers=plain, params=query)).is_success
    other = {"format": "xml"}
    assert problem(await api.post("/import", content=content, params=other)) == (
        422,
        "invalid_request",
    )


@pytest.mark.requirement("FR-TASK-154")
async def test_a_file_may_have_ten_mebibytes(api: Client) -> None:
    long = a_file(*[{"title": "x", "description": "y" * 1900}] * 5_000)
    assert (await send(api, long, dry_run=True)).status_code == 200
    too_long = await send(api, b"x" * (10 * 1024 * 1024 + 1))
    assert problem(too_long) == (413, "body_too_large")
    elsewhere = await api.post("/tasks", content=b"x" * 65_537)
    assert problem(elsewhere) == (413, "body_too_large")


@pytest.mark.requirement("FR-TASK-152")
async def test_the_calendar_feed_can_be_imported(api: Client, stack: Stack) -> None:
    await api.patch("/settings", json={"timezone": "Europe/Berlin"})
    await add(
        api, title="Call, Sam; \\ ", description="a\nb", due_on="2099-12-01", due_time="17:05",
        repeat="weekly on tue", reminders=["10m", "1d"], tags=["x", "y"], priority="medium",
    )  # fmt: skip
    await add(api, title="Done", due_on="2026-01-02", priority="low")
    await api.patch("/tasks/2/complete")
    before = await all_tasks(api)
    path = (await api.post("/calendar-feed")).json()["path"]
    calendar = (await stack.client.get(path)).content
    await api.delete("/tasks/1")
    await api.delete("/tasks/2")
    assert (await send(api, calendar, "ics")).json()["imported"] == 2
    after = await all_tasks(api)
    times = ("created_at", "updated_at", "completed_at")
    for one, other in zip(before, after, strict=True):
        assert {**one, **dict.fromkeys(times)} == {**other, **dict.fromkeys(times)}
