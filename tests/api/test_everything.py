"""Users who leave, and take all that is theirs along."""

import httpx2
import pytest

from tests.stack import Stack

Client = httpx2.AsyncClient
GONE = 204


async def erase(api: Client) -> int:
    return (await api.delete(str(api.base_url).rstrip("/"))).status_code


@pytest.mark.requirement("FR-AUTH-230")
async def test_who_erases_everything_begins_anew(api: Client, stack: Stack, user: str) -> None:
    assert (await stack.say(user, "Add a task to buy milk")).is_success
    await api.post("/access-tokens", json={"name": "laptop"})
    await api.patch("/settings", json={"timezone": "Europe/Berlin"})
    await api.post("/lists", json={"name": "Work"})
    calendar = (await api.post("/calendar-feed")).json()["path"]

    assert [await erase(api) for _ in range(2)] == [GONE, GONE]

    assert (await api.get("/tasks")).json()["tasks"] == []
    assert (await api.get("/conversations")).json()["conversations"] == []
    assert (await api.get("/access-tokens")).json()["access_tokens"] == []
    assert (await api.get("/settings")).json()["timezone"] is None
    assert (await stack.client.get(calendar)).status_code == 404
    assert (await api.get("/lists")).json() == {"lists": []}
    assert (await api.post("/tasks", json={"title": "Begin anew"})).json()["id"] == 1


@pytest.mark.requirement("FR-AUTH-230")
async def test_a_turn_that_runs_meanwhile_leaves_nothing_behind(
    api: Client, stack: Stack, user: str
) -> None:
    message = {"message": "Add a task to buy milk"}
    async with stack.client.stream(
        "POST", f"/api/{user}/chat", json=message, headers=stack.as_user(user)
    ) as turn:
        lines = turn.aiter_lines()
        await anext(lines)
        assert await erase(api) == GONE
        async for _ in lines:
            pass
    assert (await api.get("/tasks")).json()["total"] == 0
    assert (await api.get("/conversations")).json()["conversations"] == []
