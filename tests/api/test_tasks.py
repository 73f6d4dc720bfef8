from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import httpx2
import pytest

Client = httpx2.AsyncClient


async def add(api: Client, **task: Any) -> dict[str, Any]:
    answer = await api.post("/tasks", json=task)
    assert answer.status_code == 201, answer.text
    added: dict[str, Any] = answer.json()
    return added


async def titles(api: Client, **query: Any) -> list[str]:
    answer = await api.get("/tasks", params=query)
    assert answer.status_code == 200, answer.text
    return [task["title"] for task in answer.json()["tasks"]]


@pytest.mark.requirement("FR-TASK-101")
async def test_a_task_can_be_added_read_changed_and_deleted(api: Client) -> None:
    added = await add(api, title=" Buy  milk ", due_on="2026-12-01", tags=["#Shop"])
    assert (added["id"], added["title"], added["tags"]) == (1, "Buy milk", ["shop"])
    assert datetime.fromisoformat(added["created_at"]).utcoffset() is not None
    assert (await api.get("/tasks/1")).json() == added

    patched = (await api.patch("/tasks/1", json={"priority": "high", "due_on": None})).json()
    assert (patched["title"], patched["priority"], patched["due_on"]) == ("Buy milk", "high", None)
    assert patched["version"] == 2

    replaced = (await api.put("/tasks/1", json={"title": "Oat milk", "completed": True})).json()
    assert (replaced["priority"], replaced["tags"], replaced["completed"]) == ("none", [], True)

    assert (await api.delete("/tasks/1")).status_code == 204
    assert (await api.get("/tasks/1")).status_code == 404


@pytest.mark.requirement("FR-TASK-102")
async def test_complete_turns_a_task_done_and_open_again(api: Client) -> None:
    await add(api, title="one")
    done = (await api.patch("/tasks/1/complete")).json()
    assert done["completed"]
    assert done["completed_at"]
    reopened = (await api.patch("/tasks/1/complete")).json()
    assert (reopened["completed"], reopened["completed_at"]) == (False, None)


@pytest.mark.requirement("FR-TASK-103")
async def test_undo_takes_back_changes_until_there_are_none(api: Client) -> None:
    await add(api, title="one")
    await api.delete("/tasks/1")
    back = (await api.post("/tasks/undo")).json()
    assert (back["undone"], back["task"]["title"]) == ("deleted", "one")
    assert (await api.post("/tasks/undo")).json() == {
        "task_id": 1,
        "undone": "created",
        "task": None,
        "count": 1,
        "skipped": 0,
    }
    refused = await api.post("/tasks/undo")
    assert (refused.status_code, refused.json()["code"]) == (409, "nothing_to_undo")


@pytest.mark.requirement("FR-TASK-103")
async def test_undo_takes_back_the_change_that_is_meant_or_nothing(api: Client) -> None:
    await add(api, title="one")
    await api.delete("/tasks/1")
    await add(api, title="two")
    refused = await api.post("/tasks/undo", json={"change_id": 2})
    assert (refused.status_code, refused.json()["code"]) == (409, "not_the_newest_change")
    assert (await api.get("/tasks")).json()["total"] == 1

    assert (await api.post("/tasks/undo", json={"change_id": 3})).json()["undone"] == "created"
    back = (await api.post("/tasks/undo", json={"change_id": 2})).json()
    assert (back["undone"], back["task"]["title"]) == ("deleted", "one")
    repeated = await api.post("/tasks/undo", json={"change_id": 2})
    assert repeated.json()["code"] == "not_the_newest_change"


@pytest.mark.requirement("FR-TASK-105")
@pytest.mark.parametrize("body", [{"change_id": 0}, {"change_id": "x"}, {"change": 1}, [1]])
async def test_what_names_no_change_undoes_nothing(api: Client, body: object) -> None:
    await add(api, title="one")
    assert (await api.post("/tasks/undo", json=body)).status_code == 422
    assert (await api.get("/tasks")).json()["total"] == 1


@pytest.mark.requirement("FR-TASK-104")
async def test_the_list_is_filtered_sorted_and_paged(api: Client) -> None:
    await add(api, title="Buy milk", priority="high", tags=["shop"], due_on="2026-12-02")
    await add(api, title="Call mom", due_on="2026-12-01")
    await add(api, title="Pay rent")
    await api.patch("/tasks/3/complete")
    assert await titles(api) == ["Buy milk", "Call mom", "Pay rent"]
    assert await titles(api, status="pending") == ["Buy milk", "Call mom"]
    assert await titles(api, status="completed") == ["Pay rent"]
    assert await titles(api, q="MOM") == ["Call mom"]
    assert await titles(api, tag="shop") == ["Buy milk"]
    assert await titles(api, priority="high") == ["Buy milk"]
    assert await titles(api, due_before="2026-12-01") == ["Call mom"]
    assert await titles(api, due_after="2026-12-02") == ["Buy milk"]
    assert await titles(api, sort="due") == ["Call mom", "Buy milk", "Pay rent"]

    first = (await api.get("/tasks", params={"limit": 2})).json()
    assert (len(first["tasks"]), first["total"]) == (2, 3)
    rest = (await api.get("/tasks", params={"cursor": first["next_cursor"]})).json()
    assert [task["id"] for task in rest["tasks"]] == [3]
    assert rest["next_cursor"] is None


@pytest.mark.requirement("FR-TASK-105")
@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "body.title"),
        ({"title": ""}, "body.title"),
        ({"title": " \n"}, "body.title"),
        ({"title": "x" * 201}, "body.title"),
        ({"title": "a\x00b"}, "body.title"),
        ({"title": 5}, "body.title"),
        ({"title": "x", "description": "y" * 2001}, "body.description"),
        ({"title": "x", "due_on": "tomorrow"}, "body.due_on"),
        ({"title": "x", "due_on": 20261201}, "body.due_on"),
        ({"title": "x", "priority": "urgent"}, "body.priority"),
        ({"title": "x", "tags": "shop"}, "body.tags"),
        ({"title": "x", "tags": ["a b,c"]}, "body.tags.0"),
        ({"title": "x", "user_id": "bob"}, "body.user_id"),
        ([], "body"),
        (None, "body"),
    ],
)
async def test_a_body_that_breaks_a_rule_is_refused_by_field(
    api: Client, body: Any, field: str
) -> None:
    answer = await api.post("/tasks", json=body)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["code"] == "invalid_request"
    assert field in {error["field"] for error in problem["errors"]}
    assert await titles(api) == []


@pytest.mark.requirement("FR-TASK-105")
@pytest.mark.parametrize(
    "raw", [rb'{"title": "\ud800"}', b'{"title": "x"', b"\xff\xfe", b"[" * 9000]
)
async def test_a_body_that_is_no_good_json_is_refused(api: Client, raw: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    answer = await api.post("/tasks", content=raw, headers=headers)
    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid_request"


@pytest.mark.requirement("FR-TASK-105")
@pytest.mark.parametrize(
    "params",
    [
        {"limit": 0},
        {"limit": 101},
        {"limit": "x"},
        {"status": "open"},
        {"sort": "id"},
        {"due_before": "soon"},
        {"q": "a\x00b"},
        {"tag": "a,b"},
        {"cursor": "garbage"},
        {"cursor": "x" * 2000},
    ],
)
async def test_a_query_that_breaks_a_rule_is_refused(api: Client, params: Any) -> None:
    assert (await api.get("/tasks", params=params)).status_code == 422


@pytest.mark.requirement("FR-TASK-105")
@pytest.mark.parametrize("number", ["0", "-1", "x", "2147483648", "99999999999999999999", "1.5"])
async def test_a_number_that_no_task_can_have_is_refused(api: Client, number: str) -> None:
    assert (await api.get(f"/tasks/{number}")).status_code == 422


@pytest.mark.requirement("FR-TASK-106")
async def test_the_versioned_paths_answer_the_same(api: Client, user: str) -> None:
    await add(api, title="one")
    root = str(api.base_url).replace("/api/", "/api/v1/")
    answer = await api.get(f"{root}tasks")
    assert [task["title"] for task in answer.json()["tasks"]] == ["one"]


@pytest.mark.requirement("FR-TASK-108")
async def test_a_task_has_a_time_and_a_repeat_in_both_forms(api: Client) -> None:
    added = await add(
        api, title="Water the plants", due_on="2199-12-30", due_time="17:00", repeat="weekly"
    )
    schedule = {
        "due_on": "2199-12-30",
        "due_time": "17:00",
        "repeat": "FREQ=WEEKLY;BYDAY=MO",
        "repeat_text": "every Monday",
        "repeat_from": "due",
        "next_due_on": "2200-01-06",
    }
    assert added | schedule == added
    assert (await api.get("/tasks")).json()["tasks"] == [added]

    names = ("title", "due_on", "due_time", "repeat", "repeat_from")
    whole = {name: added[name] for name in names}
    assert (await api.put("/tasks/1", json=whole)).json() == added
    changed = await api.patch(
        "/tasks/1", json={"repeat": "FREQ=DAILY", "repeat_from": "completion"}
    )
    assert changed.json()["repeat_text"] == "daily after completion"
    plain = (await api.patch("/tasks/1", json={"repeat": None, "due_time": None})).json()
    assert (plain["repeat"], plain["due_time"], plain["next_due_on"]) == (None, None, None)


@pytest.mark.requirement("FR-TASK-011")
async def test_completing_a_repeating_task_moves_it_and_undo_brings_it_back(api: Client) -> None:
    added = await add(api, title="Water the plants", due_on="2199-12-30", repeat="weekly")
    done = (await api.patch("/tasks/1/complete")).json()
    assert (done["id"], done["completed"], done["due_on"]) == (1, False, "2200-01-06")
    undone = (await api.post("/tasks/undo")).json()
    assert (undone["undone"], undone["task"]["due_on"]) == ("completed", added["due_on"])


@pytest.mark.requirement("FR-TASK-011")
async def test_today_is_that_of_the_users_settings(api: Client) -> None:
    # No zone is further ahead, and none further behind: their dates are never the same.
    for zone in ("Pacific/Kiritimati", "Etc/GMT+12"):
        assert (await api.patch("/settings", json={"timezone": zone})).status_code == 200
        added = await add(api, title="Water the plants", repeat="daily")
        assert added["due_on"] == str(datetime.now(ZoneInfo(zone)).date())


@pytest.mark.requirement("FR-TASK-010")
@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"repeat": "every blue moon"}, "unreadable_repeat"),
        ({"repeat": "FREQ=HOURLY"}, "unsupported_repeat"),
        ({"repeat": "yearly on 30 feb"}, "impossible_repeat"),
    ],
)
async def test_a_repeat_that_is_refused_says_what_to_send(
    api: Client, fields: dict[str, str], code: str
) -> None:
    refused = await api.post("/tasks", json={"title": "one", **fields})
    assert refused.status_code == 422
    (error,) = refused.json()["errors"]
    assert (error["field"], error["code"]) == ("body.repeat", code)
    assert error["hint"].startswith("Send ")


@pytest.mark.requirement("FR-TASK-009")
@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"due_time": "17:00"}, "due_time_without_date"),
        ({"repeat_from": "due"}, "repeat_from_without_repeat"),
        ({"repeat": "daily until 2001-01-01"}, "impossible_repeat"),
    ],
)
async def test_values_that_do_not_go_together_are_refused(
    api: Client, fields: dict[str, str], code: str
) -> None:
    refused = await api.post("/tasks", json={"title": "one", **fields})
    assert (refused.status_code, refused.json()["code"]) == (422, code)
    assert refused.json()["hint"].startswith("Send ")
    assert await titles(api) == []
