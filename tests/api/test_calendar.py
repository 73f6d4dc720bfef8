"""The calendar feed over HTTP."""

import logging
from typing import Any

import httpx2
import pytest
from sqlalchemy import text

from db.engine import Sessions, transaction
from tests.api.test_tasks import add
from tests.formats.calendars import check, components, only
from tests.stack import Stack

Client = httpx2.AsyncClient


async def create(api: Client) -> str:
    answer = await api.post("/calendar-feed")
    assert (answer.status_code, answer.headers["cache-control"]) == (201, "no-store")
    path: str = answer.json()["path"]
    return path


async def read(stack: Stack, path: str, **headers: str) -> httpx2.Response:
    return await stack.client.get(path, headers=headers)


def problem(answer: httpx2.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


@pytest.mark.requirement("FR-TASK-142")
async def test_the_feed_has_the_tasks_with_a_due_date(api: Client, stack: Stack) -> None:
    await api.patch("/settings", json={"timezone": "Europe/Berlin"})
    await add(api, title="Call Sam", due_on="2026-12-01", due_time="17:05", repeat="weekly on tue")
    await add(api, title="No date")
    await add(api, title="Bread; milk", due_on="2026-12-02")
    await add(api, title="Gone", due_on="2026-12-02")
    await api.delete("/tasks/4")
    await add(api, title="Put away", due_on="2026-12-02", list="Attic")
    await api.patch("/lists/1", json={"archived": True})
    await api.patch("/tasks/3/complete")

    answer = await read(stack, await create(api))
    assert (answer.status_code, answer.headers["content-type"]) == (
        200,
        "text/calendar; charset=utf-8",
    )
    assert answer.headers["cache-control"] == "private, no-cache"
    check(answer.content)
    todos = {str(todo["SUMMARY"]): todo for todo in components(answer.content, "VTODO")}
    assert list(todos) == ["Call Sam", "Bread; milk"]
    assert todos["Bread; milk"]["STATUS"] == "COMPLETED"
    assert str(only(answer.content, "VEVENT")["DTSTART"].params["TZID"]) == "Europe/Berlin"
    assert only(answer.content, "VEVENT")["RRULE"].to_ical() == b"FREQ=WEEKLY;BYDAY=TU"


@pytest.mark.requirement("FR-TASK-142")
async def test_a_feed_that_has_not_changed_is_not_sent_again(api: Client, stack: Stack) -> None:
    await add(api, title="Call Sam", due_on="2026-12-01", list="Work")
    path = await create(api)
    tag = (await read(stack, path)).headers["etag"]
    for known in (tag, f'"x", W/{tag}', "*"):
        answer = await read(stack, path, **{"If-None-Match": known})
        assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", tag)
    assert (await read(stack, path, **{"If-None-Match": '"x"'})).status_code == 200

    changes: list[tuple[str, dict[str, Any]]] = [
        ("/tasks/1", {"title": "Call Samantha"}),
        ("/settings", {"timezone": "Asia/Tokyo"}),
        ("/lists/1", {"archived": True}),
    ]
    for changed, body in changes:
        assert (await api.patch(changed, json=body)).is_success
        answer = await read(stack, path, **{"If-None-Match": tag})
        assert answer.status_code == 200
        assert answer.headers["etag"] != tag
        tag = answer.headers["etag"]


@pytest.mark.requirement("FR-TASK-141")
async def test_an_address_is_shown_once_and_ends_with_the_next_one(
    api: Client, stack: Stack
) -> None:
    assert (await api.get("/calendar-feed")).json() == {"created_at": None}
    first = await create(api)
    second = await create(api)
    known = (await api.get("/calendar-feed")).json()
    assert list(known) == ["created_at"]
    assert problem(await read(stack, first)) == (404, "calendar_feed_not_found")
    assert (await read(stack, second)).status_code == 200
    assert [(await api.delete("/calendar-feed")).status_code for _ in range(2)] == [204, 404]
    assert problem(await read(stack, second)) == (404, "calendar_feed_not_found")


@pytest.mark.requirement("FR-TASK-141")
async def test_a_feed_is_made_once_under_a_key(api: Client) -> None:
    key = {"Idempotency-Key": "one"}
    assert (await api.post("/calendar-feed", headers=key)).status_code == 201
    assert problem(await api.post("/calendar-feed", headers=key)) == (409, "token_not_repeated")


@pytest.mark.requirement("FR-TASK-141")
@pytest.mark.parametrize("token", ["x", "x" * 43, "x" * 5000, "%00", "%C3%A4" * 43, "a'--"])
async def test_an_address_that_nobody_has_is_not_found(stack: Stack, token: str) -> None:
    answer = await stack.client.get(f"/calendar/{token}.ics")
    assert problem(answer) == (404, "calendar_feed_not_found")
    assert token not in answer.text or token == "x"


@pytest.mark.requirement("FR-TASK-141")
async def test_a_fault_logs_no_token(
    api: Client, stack: Stack, committed: Sessions, user: str, caplog: pytest.LogCaptureFixture
) -> None:
    path = await create(api)
    await add(api, title="Call Sam", due_on="2026-12-01")
    async with transaction(committed, user) as session:
        await session.execute(
            text("insert into user_settings (user_id, timezone) values (:user, 'Mars')"),
            {"user": user},
        )
    with caplog.at_level(logging.DEBUG):
        answer = await read(stack, path)
    assert problem(answer) == (500, "internal_error")
    assert "/calendar/{token}.ics" in caplog.text
    assert path.split("/")[-1].removesuffix(".ics") not in _of_ours(caplog)


def _of_ours(caplog: pytest.LogCaptureFixture) -> str:
    """Return what the service has logged; the client of the test logs too."""
    records = [
        record for record in caplog.records if not record.name.startswith(("httpx", "httpcore"))
    ]
    formatter = logging.Formatter()
    return "\n".join(formatter.format(record) for record in records)
