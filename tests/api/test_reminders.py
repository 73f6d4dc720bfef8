"""Reminders of tasks over REST."""

from datetime import datetime
from typing import Any

import httpx2
import pytest

Client = httpx2.AsyncClient


async def add(api: Client, **task: Any) -> dict[str, Any]:
    answer = await api.post("/tasks", json={"title": "Call Sam", **task})
    assert answer.status_code == 201, answer.text
    added: dict[str, Any] = answer.json()
    return added


def specs(task: dict[str, Any]) -> list[str]:
    return [reminder["spec"] for reminder in task["reminders"]]


@pytest.mark.requirement("FR-TASK-109")
async def test_a_task_has_its_reminders_with_the_times_at_which_they_fire(api: Client) -> None:
    await api.patch("/settings", json={"timezone": "Europe/Berlin"})
    added = await add(
        api, due_on="2199-12-30", due_time="17:00", reminders=["1 hour before", "2199-12-30T12:00"]
    )
    assert [
        (one["spec"], datetime.fromisoformat(one["fires_at"]).isoformat(), one["status"])
        for one in added["reminders"]
    ] == [
        ("2199-12-30T12:00", "2199-12-30T11:00:00+00:00", "waiting"),
        ("1h", "2199-12-30T15:00:00+00:00", "waiting"),
    ]
    assert (await api.get("/tasks")).json()["tasks"] == [added]
    assert (await api.get("/tasks/1")).json() == added

    changed = await api.patch("/tasks/1", json={"reminders": ["30m", "0m"]})
    assert specs(changed.json()) == ["30m", "0m"]
    assert specs((await api.patch("/tasks/1", json={"reminders": []})).json()) == []
    assert specs((await api.patch("/tasks/1", json={"reminders": None})).json()) == ["0m"]
    assert specs((await api.post("/tasks/undo")).json()["task"]) == []


@pytest.mark.requirement("FR-TASK-109")
async def test_a_replacement_has_the_default_reminders_unless_it_says_others(api: Client) -> None:
    timed = {"title": "Call Sam", "due_on": "2199-12-30", "due_time": "17:00"}
    await add(api, **timed, reminders=["1h"])
    assert specs((await api.put("/tasks/1", json=timed)).json()) == ["0m"]
    other = await api.put("/tasks/1", json=timed | {"reminders": ["2h"]})
    assert specs(other.json()) == ["2h"]


@pytest.mark.requirement("FR-TASK-016")
@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"reminders": ["soon"]}, "unreadable_reminder"),
        ({"reminders": ["1h"]}, "reminder_without_date"),
        ({"reminders": ["2020-01-01T10:00"]}, "reminder_in_past"),
        ({"due_on": "2020-01-01", "due_time": "17:00", "reminders": ["0m"]}, "reminder_in_past"),
        (
            {"due_on": "2199-12-30", "reminders": [f"{minute}m" for minute in range(101)]},
            "too_many_reminders",
        ),
        ({"reminders": "1h"}, None),
        ({"reminders": [5]}, None),
        ({"reminders": [{"spec": "1h"}]}, None),
    ],
)
async def test_a_reminder_that_breaks_a_rule_is_refused_with_what_to_send(
    api: Client, fields: dict[str, Any], code: str | None
) -> None:
    await add(api)
    for answer in (
        await api.post("/tasks", json={"title": "one", **fields}),
        await api.patch("/tasks/1", json=fields),
    ):
        problem = answer.json()
        assert answer.status_code == 422
        shown = problem if "hint" in problem else problem["errors"][0]
        assert shown.get("code") == code or code is None
        assert code is None or shown["hint"].startswith("Send ")
    assert (await api.get("/tasks")).json()["total"] == 1
