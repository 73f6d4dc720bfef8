"""The chat turn over HTTP, with the built-in model."""

from typing import Any
from uuid import uuid4

import httpx2
import pytest

from tests.sse import Event, events_of
from tests.stack import Stack

Client = httpx2.AsyncClient

# What a person says, with five tasks there, and the tool calls that must come of it.
SENTENCES: list[tuple[str, list[tuple[str, dict[str, Any]]]]] = [
    ("Add a task to buy groceries", [("add_task", {"title": "Buy groceries"})]),
    ("Show me all my tasks", [("list_tasks", {"status": "all"})]),
    ("What's pending?", [("list_tasks", {"status": "pending"})]),
    ("Mark task 3 as complete", [("complete_task", {"task_id": 3})]),
    ("Change task 1 to 'Call mom tonight'", [("update_task", {"task_id": 1})]),
    ("I need to remember to pay bills", [("add_task", {"title": "Pay bills"})]),
    ("What have I completed?", [("list_tasks", {"status": "completed"})]),
]
TITLES = ["Call mom", "Prepare the meeting", "Water the plants", "Book a flight", "Read a book"]


async def seed(api: Client) -> None:
    for title in TITLES:
        assert (await api.post("/tasks", json={"title": title})).status_code == 201


async def events(api: Client, body: dict[str, Any], **headers: str) -> list[Event]:
    """Read a whole stream."""
    async with api.stream("POST", "/chat", json=body, headers=headers) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert answer.headers["cache-control"] == "no-cache, no-transform"
        assert answer.headers["x-accel-buffering"] == "no"
        return [event async for event in events_of(answer)]


@pytest.mark.requirement("FR-CHAT-010")
@pytest.mark.parametrize(("sentence", "expected"), SENTENCES, ids=[row[0] for row in SENTENCES])
async def test_the_sentences_of_the_contract_call_their_tools(
    stack: Stack,
    api: Client,
    user: str,
    sentence: str,
    expected: list[tuple[str, dict[str, Any]]],
) -> None:
    await seed(api)
    answer = (await stack.say(user, sentence)).json()
    called = answer["tool_calls"]
    assert [call["name"] for call in called] == [name for name, _ in expected]
    for call, (_, arguments) in zip(called, expected, strict=True):
        assert arguments.items() <= call["arguments"].items()
        assert not call["is_error"]
    assert answer["response"]


@pytest.mark.requirement("FR-CHAT-010")
async def test_a_task_named_by_words_is_looked_up_before_it_is_deleted(
    stack: Stack, api: Client, user: str
) -> None:
    await seed(api)
    answer = (await stack.say(user, "Delete the meeting task")).json()
    assert [call["name"] for call in answer["tool_calls"]] == ["list_tasks", "delete_task"]
    assert answer["tool_calls"][1]["result"]["title"] == "Prepare the meeting"
    assert "Prepare the meeting" in answer["response"]
    assert (await api.get("/tasks/2")).status_code == 404


@pytest.mark.requirement("FR-CHAT-010")
async def test_a_sentence_really_changes_a_task(stack: Stack, api: Client, user: str) -> None:
    await seed(api)
    await stack.say(user, "Change task 1 to 'Call mom tonight'")
    assert (await api.get("/tasks/1")).json()["title"] == "Call mom tonight"
    await stack.say(user, "Mark task 3 as complete")
    assert (await api.get("/tasks/3")).json()["completed"]


@pytest.mark.requirement("FR-CHAT-011")
async def test_the_stream_tells_the_turn_in_numbered_events(api: Client) -> None:
    read = await events(api, {"message": "Add a task to buy groceries"})
    assert [number for number, _, _ in read] == list(range(1, len(read) + 1))
    kinds = [kind for _, kind, _ in read]
    assert kinds[:3] == ["turn.started", "tool.called", "tool.finished"]
    assert set(kinds[3:-1]) == {"text.delta"}
    assert kinds[-1] == "turn.finished"

    started, called, finished, last = read[0][2], read[1][2], read[2][2], read[-1][2]
    assert started["model"] == "offline"
    assert called == {
        "id": called["id"],
        "name": "add_task",
        "arguments": {"title": "Buy groceries"},
    }
    assert (finished["id"], finished["is_error"]) == (called["id"], False)
    assert finished["result"]["task_id"] == 1
    assert last["response"] == "".join(d["delta"] for _, kind, d in read if kind == "text.delta")
    assert last["tool_calls"] == [
        {**called, "result": finished["result"], "is_error": False},
    ]
    assert last["turn_id"] == started["turn_id"]
    assert set(last["usage"]) == {"requests", "input_tokens", "output_tokens"}


@pytest.mark.requirement("FR-CHAT-011")
@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("application/json", "application/json"),
        ("text/event-stream", "text/event-stream"),
        ("*/*", "text/event-stream"),
        ("application/json, text/event-stream", "application/json"),
        ("text/event-stream, application/json;q=0.5", "text/event-stream"),
        ("application/json;q=nonsense", "text/event-stream"),
    ],
)
async def test_the_accept_header_chooses_between_stream_and_answer(
    api: Client, accept: str, media_type: str
) -> None:
    answer = await api.post("/chat", json={"message": "hello"}, headers={"Accept": accept})
    assert answer.status_code == 200
    assert answer.headers["content-type"].split(";")[0] == media_type


@pytest.mark.requirement("FR-CHAT-012")
async def test_it_in_the_next_request_is_the_task_just_added(
    stack: Stack, api: Client, user: str
) -> None:
    first = (await stack.say(user, "Add a task to buy groceries")).json()
    conversation = first["conversation_id"]
    done = (await stack.say(user, "mark it as done", conversation_id=conversation)).json()
    assert done["conversation_id"] == conversation
    assert [call["name"] for call in done["tool_calls"]] == ["complete_task"]
    assert (await api.get("/tasks/1")).json()["completed"]


@pytest.mark.requirement("FR-CHAT-154")
async def test_undo_in_a_new_conversation_asks_before_it_undoes_another_ones_change(
    stack: Stack, api: Client, user: str
) -> None:
    await stack.say(user, "Add a task to buy groceries")
    asked = (await stack.say(user, "undo that")).json()
    assert [call["is_error"] for call in asked["tool_calls"]] == [True]
    assert "**Buy groceries**" in asked["response"]
    assert asked["suggestions"] == ["Yes", "No"]
    assert (await api.get("/tasks/1")).status_code == 200

    await stack.say(user, "yes", conversation_id=asked["conversation_id"])
    assert (await api.get("/tasks/1")).status_code == 404


@pytest.mark.requirement("FR-CHAT-013")
async def test_the_users_time_zone_decides_what_today_is(stack: Stack, user: str) -> None:
    days = set()
    for zone in ("Pacific/Kiritimati", "Pacific/Niue"):
        answer = (await stack.say(user, "Show me all my tasks", timezone=zone)).json()
        days.add(answer["tool_calls"][0]["result"]["today"])
    assert len(days) == 2


@pytest.mark.requirement("FR-CHAT-006")
@pytest.mark.parametrize(
    "body",
    [
        {},
        {"message": ""},
        {"message": "  \n"},
        {"message": "x" * 4001},
        {"message": "a\x00b"},
        {"message": "bell \x07"},
        {"message": 5},
        {"message": ["hi"]},
        {"message": None},
        {"message": "hi", "conversation_id": "x"},
        {"message": "hi", "conversation_id": 5},
        {"message": "hi", "timezone": "Mars/Olympus"},
        {"message": "hi", "timezone": "../../etc/passwd"},
        {"message": "hi", "conversationId": str(uuid4())},
        "hi",
        [],
    ],
)
async def test_a_message_that_breaks_a_rule_is_refused_and_nothing_is_stored(
    api: Client, body: Any
) -> None:
    answer = await api.post("/chat", json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")
    assert (await api.get("/conversations")).json()["conversations"] == []


@pytest.mark.requirement("FR-CHAT-006")
async def test_a_lone_surrogate_is_refused(api: Client) -> None:
    headers = {"Content-Type": "application/json"}
    raw = rb'{"message": "\ud83d"}'
    answer = await api.post("/chat", content=raw, headers=headers)
    assert answer.status_code == 422


@pytest.mark.requirement("FR-CHAT-006")
@pytest.mark.parametrize("announced", [True, False])
async def test_a_megabyte_is_refused_whether_it_is_announced_or_not(
    api: Client, announced: bool
) -> None:
    raw = b'{"message": "' + b"x" * 1_000_000 + b'"}'

    async def pieces() -> Any:
        for start in range(0, len(raw), 10_000):
            yield raw[start : start + 10_000]

    headers = {"Content-Type": "application/json"}
    answer = await api.post("/chat", content=raw if announced else pieces(), headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


@pytest.mark.requirement("FR-CHAT-014")
async def test_an_unknown_conversation_is_said_before_any_stream_starts(api: Client) -> None:
    body = {"message": "hi", "conversation_id": str(uuid4())}
    answer = await api.post("/chat", json=body, headers={"Accept": "text/event-stream"})
    assert (answer.status_code, answer.json()["code"]) == (404, "conversation_not_found")


@pytest.mark.requirement("FR-RUN-103")
async def test_health_and_readiness_name_the_model(stack: Stack) -> None:
    assert (await stack.client.get("/health")).json() == {"status": "ok", "model": "offline"}
    ready = {"status": "ready", "model": "offline", "notices": []}
    assert (await stack.client.get("/ready")).json() == ready
