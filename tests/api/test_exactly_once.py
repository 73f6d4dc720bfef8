"""Requests that are sent again with their `Idempotency-Key`, and changes with `If-Match`."""

import asyncio
from typing import Any

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from chat_api.routes.preconditions import etag, matching_versions
from db.engine import Sessions, transaction

Client = httpx2.AsyncClient


async def post(api: Client, path: str, key: str, body: Any = None) -> httpx2.Response:
    return await api.post(path, json=body, headers={"Idempotency-Key": key})


@pytest.mark.requirement("FR-TASK-130")
async def test_a_task_that_is_sent_again_is_added_once(api: Client) -> None:
    answers = await asyncio.gather(*(post(api, "/tasks", "k", {"title": "Milk"}) for _ in range(6)))
    assert {answer.status_code for answer in answers} == {201}
    assert [answer.json() for answer in answers] == [answers[0].json()] * 6
    replayed = [answer.headers.get("idempotency-replayed") for answer in answers]
    assert sorted(filter(None, replayed)) == ["true"] * 5
    assert (await api.get("/tasks")).json()["total"] == 1


@pytest.mark.requirement("FR-TASK-130")
async def test_a_key_belongs_to_one_path_and_body(api: Client) -> None:
    await post(api, "/tasks", "k", {"title": "Milk"})
    for path, body in (("/tasks", {"title": "Bread"}), ("/lists", {"name": "Milk"})):
        answer = await post(api, path, "k", body)
        assert (answer.status_code, answer.json()["code"]) == (409, "idempotency_mismatch")
    assert (await post(api, "/tasks", "other", {"title": "Milk"})).json()["id"] == 2


@pytest.mark.requirement("FR-TASK-130")
async def test_what_was_refused_can_be_sent_again_with_its_key(api: Client) -> None:
    assert (await post(api, "/tasks/undo", "k")).status_code == 409
    await api.post("/tasks", json={"title": "Milk"})
    undone = await post(api, "/tasks/undo", "k")
    again = await post(api, "/tasks/undo", "k")
    assert undone.json() == again.json()
    assert undone.json() == {
        "task_id": 1,
        "undone": "created",
        "task": None,
        "count": 1,
        "skipped": 0,
    }


@pytest.mark.requirement("FR-TASK-130")
async def test_a_list_that_is_sent_again_is_made_once(api: Client) -> None:
    first, second = [await post(api, "/lists", "k", {"name": "Groceries"}) for _ in range(2)]
    assert first.status_code == second.status_code == 201
    assert first.json() == second.json()


@pytest.mark.requirement("FR-TASK-130")
async def test_an_access_token_is_made_once_and_its_secret_is_not_stored(
    api: Client, committed: Sessions, user: str
) -> None:
    body = {"name": "phone", "scopes": ["tasks:read"]}
    made = await post(api, "/access-tokens", "k", body)
    again = await post(api, "/access-tokens", "k", body)
    assert (again.status_code, again.json()["code"]) == (409, "token_not_repeated")
    assert len((await api.get("/access-tokens")).json()["access_tokens"]) == 1
    async with transaction(committed, user) as session:
        stored = (await session.execute(text("select response from idempotency"))).scalars().all()
    assert stored == [{"id": made.json()["id"]}]


@pytest.mark.requirement("FR-TASK-130")
@pytest.mark.parametrize("key", ["", "x" * 201, "with blank"])
async def test_an_unusable_key_is_refused(api: Client, key: str) -> None:
    assert (await post(api, "/tasks", key, {"title": "Milk"})).status_code == 422


@pytest.mark.requirement("FR-TASK-131")
async def test_a_change_is_refused_if_the_task_was_changed_meanwhile(api: Client) -> None:
    added = await api.post("/tasks", json={"title": "Milk"})
    old = {"If-Match": added.headers["etag"]}
    changed = await api.patch("/tasks/1", json={"title": "Oat milk"}, headers=old)
    assert changed.status_code == 200
    assert changed.headers["etag"] == (await api.get("/tasks/1")).headers["etag"]
    for method, path, body in (
        ("PATCH", "/tasks/1", {"title": "Soy milk"}),
        ("PUT", "/tasks/1", {"title": "Soy milk"}),
        ("PATCH", "/tasks/1/complete", None),
        ("DELETE", "/tasks/1", None),
    ):
        refused = await api.request(method, path, json=body, headers=old)
        problem = refused.json()
        assert (refused.status_code, problem["code"]) == (412, "version_mismatch")
        assert problem["task"] == (await api.get("/tasks/1")).json()
        assert refused.headers["etag"] == changed.headers["etag"]
    either = {"If-Match": f'"99", {changed.headers["etag"]}'}
    assert (await api.patch("/tasks/1/complete", headers=either)).json()["completed"]
    assert (await api.delete("/tasks/1", headers={"If-Match": "*"})).status_code == 204


@pytest.mark.requirement("FR-TASK-131")
@pytest.mark.parametrize("condition", ["", "1", 'W/"1"', '"one"', '"²"', '"01x"', "garbage"])
async def test_a_condition_that_names_no_version_is_never_met(api: Client, condition: str) -> None:
    await api.post("/tasks", json={"title": "Milk"})
    headers = {b"If-Match": condition.encode("latin-1")}
    answer = await api.patch("/tasks/1/complete", headers=headers)
    assert answer.status_code == 412


@pytest.mark.requirement("FR-TASK-131")
@given(versions=st.sets(st.integers(1, 2**31 - 1)))
def test_tags_are_read_as_they_were_given(versions: set[int]) -> None:
    assert matching_versions(", ".join(map(etag, versions))) == frozenset(versions)
