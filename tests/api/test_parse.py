"""GET /parse: a line as a task, while somebody types it."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx2
import pytest

Client = httpx2.AsyncClient

LINE = "Submit taxes tomorrow at 5pm p1 #finance every month"


async def parsed(api: Client, text: str, *ignore: str) -> dict[str, Any]:
    response = await api.get("/parse", params={"text": text, "ignore": list(ignore)})
    assert response.status_code == 200
    answer: dict[str, Any] = response.json()
    return answer


def spans(answer: dict[str, Any]) -> list[tuple[str, str]]:
    return [(find["kind"], find["text"]) for find in answer["found"]]


async def tomorrow(api: Client) -> str:
    today: str = (await parsed(api, "today"))["due_on"]
    return str(date.fromisoformat(today) + timedelta(days=1))


@pytest.mark.requirement("FR-TASK-161")
async def test_a_line_has_the_values_of_a_task_and_the_spans_that_they_are_from(
    api: Client,
) -> None:
    answer = await parsed(api, LINE)
    assert spans(answer) == [
        ("when", "tomorrow at 5pm"),
        ("priority", "p1"),
        ("tag", "#finance"),
        ("repeat", "every month"),
    ]
    assert (answer["found"][0]["start"], answer["found"][0]["end"]) == (13, 28)
    del answer["found"]
    assert answer == {
        "title": "Submit taxes",
        "due_on": await tomorrow(api),
        "due_time": "17:00",
        "repeat": "FREQ=MONTHLY",
        "repeat_text": "monthly",
        "reminders": None,
        "priority": "high",
        "tags": ["finance"],
        "list": None,
    }


@pytest.mark.requirement("FR-TASK-161")
@pytest.mark.parametrize(
    "line",
    [
        LINE,
        "Water the plants every 3 days after I finish it",
        "Pay rent on the first of every month to my Home list",
        "Dentist tomorrow at 11pm, an hour before",
        "Check the oven in 20 minutes",
        "Stretch every morning",
        "Call mom tonight !!",
    ],
)
async def test_the_values_of_a_line_are_those_of_a_new_task(api: Client, line: str) -> None:
    answer = await parsed(api, line)
    values = {name: answer[name] for name in answer.keys() - {"found", "repeat_text"}}
    added = await api.post(
        "/tasks", json={name: value for name, value in values.items() if value is not None}
    )
    assert (added.status_code, added.json().get("code")) == (201, None)
    task = added.json()
    assert (task["title"], bool(task["repeat"])) == (answer["title"], bool(answer["repeat"]))
    assert task["due_on"] == answer["due_on"] or answer["due_on"] is None


@pytest.mark.requirement("FR-TASK-161")
@pytest.mark.parametrize("stored", [None, "UTC"])
async def test_a_line_is_read_on_the_date_where_the_request_is_from(
    api: Client, stored: str | None
) -> None:
    if stored:
        await api.patch("/settings", json={"timezone": stored})
    # There is no hour in which these two have the same date.
    for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago"):
        answer = await api.get("/parse", params={"text": "call Sam today", "timezone": zone})
        assert answer.json()["due_on"] == str(datetime.now(ZoneInfo(zone)).date())


@pytest.mark.requirement("FR-TASK-162")
async def test_a_find_that_is_ignored_is_part_of_the_title(api: Client) -> None:
    first = await parsed(api, "Watch Friday with Sam tomorrow #film")
    assert spans(first)[0] == ("when", "tomorrow")
    start, end = first["found"][0]["start"], first["found"][0]["end"]
    second = await parsed(api, "Watch Friday with Sam tomorrow #film", f"{start}-{end}")
    assert (second["title"], second["tags"]) == ("Watch with Sam tomorrow", ["film"])
    third = await parsed(api, "Watch Friday with Sam tomorrow #film", f"{start}-{end}", "6-12")
    assert (third["title"], third["due_on"]) == ("Watch Friday with Sam tomorrow", None)


@pytest.mark.requirement("FR-TASK-162")
async def test_offsets_count_utf_16_code_units(api: Client) -> None:
    line = "😀 party tomorrow 😀 #fun"
    answer = await parsed(api, line)
    units = line.encode("utf-16-le")
    for find in answer["found"]:
        assert units[2 * find["start"] : 2 * find["end"]].decode("utf-16-le") == find["text"]
    when = answer["found"][0]
    without = await parsed(api, line, f"{when['start']}-{when['end']}")
    assert without["title"] == "😀 party tomorrow 😀"


@pytest.mark.requirement("FR-TASK-161")
@pytest.mark.parametrize(
    "params",
    [
        {},
        {"text": "x" * 501},
        {"text": "x", "timezone": "Mars/Olympus"},
        {"text": "x", "ignore": "1"},
        {"text": "x", "ignore": "a-b"},
        {"text": "x", "ignore": ["1-2"] * 51},
    ],
)
async def test_a_line_that_is_too_long_is_refused(api: Client, params: dict[str, Any]) -> None:
    response = await api.get("/parse", params=params)
    assert (response.status_code, response.json()["code"]) == (422, "invalid_request")


@pytest.mark.requirement("FR-TASK-161")
async def test_today_is_the_users(api: Client) -> None:
    for zone in ("Pacific/Kiritimati", "Pacific/Niue"):
        await api.patch("/settings", json={"timezone": zone})
        before = datetime.now(ZoneInfo(zone)).date()
        answer = await parsed(api, "call mom today")
        assert before.isoformat() <= answer["due_on"]
        assert answer["due_on"] <= datetime.now(ZoneInfo(zone)).date().isoformat()
