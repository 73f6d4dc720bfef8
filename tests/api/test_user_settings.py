"""What users settle for all their clients, and what it does."""

from typing import Any

import httpx2
import pytest

from db.timezones import RequestedTimezone
from tests.stack import Stack

Client = httpx2.AsyncClient

EAST, WEST = "Pacific/Kiritimati", "Pacific/Niue"  # 25 hours apart: never the same day
UNSET = {"timezone": None, "default_reminder": "0m"}
LIST = "Show me all my tasks"


@pytest.fixture
async def days(stack: Stack, user: str) -> dict[str, str]:
    """The day that it is now, in the zones of these tests."""
    said = {zone: await stack.say(user, LIST, timezone=zone) for zone in (EAST, WEST, "UTC")}
    return {zone: today(answer.json()) for zone, answer in said.items()}


def today(answer: dict[str, Any]) -> str:
    day: str = answer["tool_calls"][0]["result"]["today"]
    return day


@pytest.mark.requirement("FR-AUTH-220")
async def test_settings_are_null_until_they_are_chosen(api: Client) -> None:
    assert (await api.get("/settings")).json() == UNSET
    changed = await api.patch("/settings", json={"timezone": "Europe/Berlin"})
    berlin = UNSET | {"timezone": "Europe/Berlin"}
    assert (changed.status_code, changed.json()) == (200, berlin)
    assert (await api.patch("/settings", json={})).json() == berlin
    assert (await api.get("/settings")).json() == berlin


@pytest.mark.requirement("FR-AUTH-222")
async def test_the_default_reminder_is_set_without_a_time_zone(api: Client) -> None:
    changed = await api.patch("/settings", json={"default_reminder": "90 min"})
    assert changed.json() == {"timezone": None, "default_reminder": "90m"}
    task = {"title": "one", "due_on": "2999-01-01", "due_time": "12:00"}
    added = (await api.post("/tasks", json=task)).json()
    assert [one["spec"] for one in added["reminders"]] == ["90m"]
    none = await api.patch("/settings", json={"default_reminder": None})
    assert none.json() == {"timezone": None, "default_reminder": None}
    assert (await api.post("/tasks", json=task)).json()["reminders"] == []


@pytest.mark.requirement("FR-AUTH-220")
@pytest.mark.parametrize(
    "body",
    [
        {"timezone": "Mars/Olympus"},
        {"timezone": "../../etc/passwd"},
        {"timezone": ""},
        {"timezone": None},
        {"timezone": 5},
        {"default_reminder": "soon"},
        {"default_reminder": "in 10m"},
        {"default_reminder": "2999-01-01T10:00"},
        {"default_reminder": 5},
        {"language": "de"},
        [],
    ],
)
async def test_settings_that_break_a_rule_are_refused(api: Client, body: Any) -> None:
    answer = await api.patch("/settings", json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")
    assert (await api.get("/settings")).json() == UNSET


@pytest.mark.requirement("FR-AUTH-221")
async def test_a_turn_without_a_zone_takes_that_of_the_settings_and_a_named_one_goes_first(
    stack: Stack, api: Client, user: str, days: dict[str, str]
) -> None:
    assert today((await stack.say(user, LIST)).json()) == days["UTC"]
    await api.patch("/settings", json={"timezone": EAST})
    assert today((await stack.say(user, LIST)).json()) == days[EAST]
    assert today((await stack.say(user, LIST, timezone=WEST)).json()) == days[WEST]


@pytest.mark.requirement("FR-AUTH-221")
async def test_a_chatkit_turn_and_its_retry_take_the_zone_of_the_settings(
    stack: Stack, api: Client, user: str, days: dict[str, str]
) -> None:
    async def send(kind: str, **params: Any) -> None:
        answer = await stack.client.post(
            "/chatkit", json={"type": kind, "params": params}, headers=stack.as_user(user)
        )
        assert answer.status_code == 200

    async def newest() -> tuple[str, list[dict[str, Any]]]:
        (thread, *_) = (await api.get("/conversations")).json()["conversations"]
        said = (await api.get(f"/conversations/{thread['id']}/messages")).json()["messages"]
        return thread["id"], said

    said = {"content": [{"type": "input_text", "text": LIST}], "attachments": []}
    await api.patch("/settings", json={"timezone": EAST})
    await send("threads.create", input={**said, "inference_options": {}})
    thread, (reply, question) = await newest()
    assert today(reply) == days[EAST]
    await api.patch("/settings", json={"timezone": WEST})
    await send("threads.retry_after_item", thread_id=thread, item_id=question["id"])
    assert today((await newest())[1][0]) == days[WEST]


@pytest.mark.requirement("FR-AUTH-221")
async def test_the_settings_are_no_part_of_what_an_idempotency_key_stands_for(
    stack: Stack, api: Client, user: str
) -> None:
    async def send(**body: Any) -> httpx2.Response:
        return await stack.client.post(
            f"/api/{user}/chat",
            json={"message": "hello", **body},
            headers={**stack.as_user(user), "Accept": "application/json", "Idempotency-Key": "k"},
        )

    first = (await send()).json()
    await api.patch("/settings", json={"timezone": EAST})
    assert (await send()).json() == first
    assert (await send(timezone=EAST)).json()["code"] == "idempotency_mismatch"


@pytest.mark.requirement("FR-AUTH-221")
def test_the_request_goes_before_the_settings_and_they_before_the_token() -> None:
    assert RequestedTimezone("a", "c").or_else("b") == "a"
    assert RequestedTimezone(None, "c").or_else("b") == "b"
    assert RequestedTimezone(None, "c").or_else(None) == "c"
    assert RequestedTimezone(None, None).or_else(None) == "UTC"
