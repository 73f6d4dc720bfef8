"""A cursor whose decoded values were replaced is refused, never a 5xx."""

import base64
import json
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from db.user_scoped import cursor_of
from tests.chatkit_protocol.panel import Panel
from tests.stack import Stack

Client = httpx2.AsyncClient

SORTS = ("created", "-created", "due", "priority", "-updated", "title")
# No place in any list has a value of these types or sizes.
IMPOSSIBLE: list[Any] = [None, True, 1.5, 10**30, -(10**30), [], {}, [1], {"a": 1}]
# In the order of titles these are titles; elsewhere they are impossible.
STRINGS = ["", "x", "\x00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "infinity"]


def position_of(cursor: str) -> list[Any]:
    position: list[Any] = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    return position


def replaced(cursor: str, values: list[Any]) -> Iterator[str]:
    """The cursor with each of its values in turn replaced by each of `values`."""
    position = position_of(cursor)
    for place in range(len(position)):
        for value in values:
            yield cursor_of(*position[:place], value, *position[place + 1 :])


async def codes(api: Client, path: str, cursors: Iterator[str], **query: Any) -> set[Any]:
    """The status and the code of the response to each cursor."""
    answers = [await api.get(path, params={**query, "cursor": cursor}) for cursor in cursors]
    return {(answer.status_code, answer.json().get("code")) for answer in answers}


@pytest.mark.requirement("FR-TASK-006")
@pytest.mark.parametrize("sort", SORTS)
async def test_a_replaced_value_in_a_cursor_of_tasks_is_refused(api: Client, sort: str) -> None:
    for title in ("one", "two"):
        await api.post("/tasks", json={"title": title, "priority": "low", "due_on": "2026-12-01"})
    page = (await api.get("/tasks", params={"sort": sort, "limit": 1})).json()
    cursor = page["next_cursor"]
    refused = {(422, "invalid_cursor")}
    assert await codes(api, "/tasks", replaced(cursor, IMPOSSIBLE), sort=sort) == refused
    responses = await codes(api, "/tasks", replaced(cursor, STRINGS), sort=sort)
    assert responses - {(200, None)} == refused
    assert sort == "title" or responses == refused


@pytest.mark.requirement("FR-CHAT-004")
async def test_a_replaced_value_in_a_cursor_of_conversations_or_messages_is_refused(
    stack: Stack, api: Client, user: str
) -> None:
    for _ in range(2):
        answer = (await stack.say(user, "hello")).json()
    for path in ("/conversations", f"/conversations/{answer['conversation_id']}/messages"):
        page = (await api.get(path, params={"limit": 1})).json()
        cursors = replaced(page["next_cursor"], [*IMPOSSIBLE, *STRINGS])
        # The last times of the calendar are times like others.
        responses = await codes(api, path, cursors) - {(200, None)}
        assert responses == {(422, "invalid_cursor")}, path


@pytest.mark.requirement("FR-CHAT-302")
async def test_a_replaced_value_in_a_cursor_of_threads_is_refused(stack: Stack, user: str) -> None:
    panel = Panel(stack, user)
    for _ in range(2):
        await panel.create("hello")
    after = (await panel.call("threads.list", limit=1))["after"]
    for cursor in replaced(after, [*IMPOSSIBLE, "", "\x00", "0001-01-01T00:00:00+14:00"]):
        answer = await panel.post("threads.list", after=cursor)
        assert (answer.status_code, answer.json().get("code")) == (400, "invalid_request"), cursor
