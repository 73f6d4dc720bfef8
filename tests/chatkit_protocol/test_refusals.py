"""What is refused, and how: by a status and a code, before anything streams."""

import json
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.chatkit_protocol.panel import Panel, done, user_input
from tests.stack import Stack

NOWHERE = "0190b0a0-0000-7000-8000-000000000000"
ACTION = {"type": "complete", "payload": {"task_id": 1}}


def refusal(answer: httpx2.Response) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.status_code, answer.json()["code"]


def requests_about(thread: str, item: str) -> list[tuple[str, dict[str, Any]]]:
    """Every request that names a thread."""
    return [
        ("threads.get_by_id", {"thread_id": thread}),
        ("threads.add_user_message", {"thread_id": thread, "input": user_input("hi")}),
        ("threads.retry_after_item", {"thread_id": thread, "item_id": item}),
        ("threads.custom_action", {"thread_id": thread, "action": ACTION}),
        ("threads.custom_action", {"thread_id": thread, "item_id": item, "action": ACTION}),
        ("threads.sync_custom_action", {"thread_id": thread, "item_id": item, "action": ACTION}),
        ("threads.update", {"thread_id": thread, "title": "mine now"}),
        ("threads.delete", {"thread_id": thread}),
        ("items.list", {"thread_id": thread}),
        ("items.list", {"thread_id": thread, "after": item}),
        ("items.feedback", {"thread_id": thread, "item_ids": [item], "kind": "positive"}),
        ("items.feedback", {"thread_id": thread, "item_ids": [], "kind": "positive"}),
    ]


@pytest.mark.requirement("FR-CHAT-309")
async def test_a_thread_of_another_user_is_not_found_and_stays_as_it_is(panel: Panel) -> None:
    thread, _ = await panel.create("Add a task to hide this")
    before = await panel.items(thread)
    stranger = Panel(panel.stack, f"{panel.user}-stranger")
    for item in before:
        for kind, params in requests_about(thread, item["id"]):
            answer = await stranger.post(kind, **params)
            assert refusal(answer) == (404, "conversation_not_found"), kind
    answer = await stranger.post("threads.list", after=thread)
    assert refusal(answer) == (404, "conversation_not_found")
    assert await panel.items(thread) == before
    assert (await stranger.call("threads.list"))["data"] == []


@pytest.mark.requirement("FR-CHAT-309")
@pytest.mark.parametrize("thread", [NOWHERE, "thr_1", "", "\x00", "é" * 300])
async def test_a_thread_that_is_not_there_is_not_found(panel: Panel, thread: str) -> None:
    for kind, params in requests_about(thread, NOWHERE):
        assert refusal(await panel.post(kind, **params)) == (404, "conversation_not_found"), kind


@pytest.mark.requirement("FR-CHAT-309")
async def test_an_item_that_is_not_there_is_not_found(panel: Panel) -> None:
    thread, events = await panel.create("thank you")
    (question,), (reply,) = done(events, "user_message"), done(events, "assistant_message")
    for item in (NOWHERE, "msg_1", "", f"{reply['id']}.tasks", f"{reply['id']}.x", "\x00"):
        for kind in ("threads.retry_after_item", "threads.custom_action"):
            given = {"thread_id": thread, "item_id": item, "action": ACTION}
            assert refusal(await panel.post(kind, **given)) == (404, "message_not_found"), item
    for kind, item in [
        ("threads.retry_after_item", reply["id"]),
        ("threads.custom_action", question["id"]),
        ("threads.sync_custom_action", reply["id"]),
    ]:
        given = {"thread_id": thread, "item_id": item, "action": ACTION}
        assert refusal(await panel.post(kind, **given)) == (404, "message_not_found")
    assert len(await panel.items(thread)) == 2


@pytest.mark.requirement("FR-CHAT-310")
@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b"\xff\xfe",
        b"[" * 10_000,
        b'{"type": "threads.list", "params": {"limit": 1e400}}',
        b'{"type": "threads.update", "params": {"thread_id": "\\ud83d", "title": "x"}}',
    ],
)
async def test_a_body_that_is_no_json_object_of_the_protocol_is_malformed(
    panel: Panel, raw: bytes
) -> None:
    headers = {**panel.stack.as_user(panel.user), "Content-Type": "application/json"}
    answer = await panel.stack.client.post("/chatkit", content=raw, headers=headers)
    assert refusal(answer) == (400, "invalid_request")
    assert answer.json()["errors"]


MALFORMED: list[tuple[str, dict[str, Any]]] = [
    ("threads.nothing", {}),
    ("threads.create", {}),
    ("threads.create", {"input": user_input("")}),
    ("threads.create", {"input": user_input(" \n")}),
    ("threads.create", {"input": user_input("x" * 4001)}),
    ("threads.create", {"input": user_input("a\x00b")}),
    ("threads.create", {"input": user_input("", quoted_text="only this")}),
    ("threads.create", {"input": {**user_input("hi"), "content": []}}),
    ("threads.create", {"input": {**user_input("hi"), "content": [{"type": "image"}]}}),
    ("threads.create", {"input": "hi"}),
    ("threads.add_user_message", {"input": user_input("hi")}),
    ("threads.add_user_message", {"thread_id": 5, "input": user_input("hi")}),
    ("threads.list", {"order": "sideways"}),
    ("threads.list", {"limit": "many"}),
    ("threads.list", {"after": "nonsense"}),
    ("threads.list", {"after": "WyIyMDI2LTAxLTAxIiwieCJd"}),
    ("threads.get_by_id", {}),
    ("items.list", {"thread_id": None}),
    ("items.feedback", {"thread_id": "x", "item_ids": "x", "kind": "positive"}),
    ("items.feedback", {"thread_id": "x", "item_ids": [], "kind": "meh"}),
    ("threads.update", {"thread_id": "x", "title": ""}),
    ("threads.update", {"thread_id": "x", "title": "x" * 201}),
    ("threads.update", {"thread_id": "x", "title": "a\x00b"}),
]


@pytest.mark.requirement("FR-CHAT-310")
@pytest.mark.parametrize(("kind", "params"), MALFORMED)
async def test_a_request_that_breaks_a_rule_is_malformed_and_nothing_is_stored(
    panel: Panel, kind: str, params: dict[str, Any]
) -> None:
    answer = await panel.post(kind, **params)
    assert refusal(answer) == (400, "invalid_request")
    assert answer.json()["errors"][0]["message"]
    assert (await panel.call("threads.list"))["data"] == []


@pytest.mark.requirement("FR-CHAT-310")
@pytest.mark.parametrize(
    "action",
    [
        {"type": "launch", "payload": {"task_id": 1}},
        {"type": "complete"},
        {"type": "complete", "payload": 1},
        {"type": "complete", "payload": {"task_id": "1"}},
        {"type": "complete", "payload": {"task_id": True}},
        {"type": "complete", "payload": {"task_id": 0}},
        {"type": "complete", "payload": {"task_id": 2**31}},
    ],
)
async def test_an_action_that_no_button_sends_is_malformed(
    panel: Panel, action: dict[str, Any]
) -> None:
    thread, _ = await panel.create("hello")
    for kind in ("threads.custom_action", "threads.sync_custom_action"):
        answer = await panel.post(kind, thread_id=thread, action=action)
        assert refusal(answer) == (400, "invalid_request")


@pytest.mark.requirement("FR-CHAT-310")
@pytest.mark.parametrize(
    "metadata",
    [{"timezone": "Mars/Olympus"}, {"timezone": 5}, {"on_hang_up": "perhaps"}, [], None],
)
async def test_metadata_that_breaks_a_rule_is_malformed(panel: Panel, metadata: Any) -> None:
    body = {"type": "threads.create", "params": {"input": user_input("hi")}, "metadata": metadata}
    headers = panel.stack.as_user(panel.user)
    answer = await panel.stack.client.post("/chatkit", json=body, headers=headers)
    assert refusal(answer) == (400, "invalid_request")


@pytest.mark.requirement("FR-CHAT-310")
@pytest.mark.parametrize(
    ("kind", "params"),
    [
        ("threads.create", {"input": user_input("hi", attachments=["file_1"])}),
        ("attachments.create", {"name": "a.pdf", "size": 1, "mime_type": "application/pdf"}),
        ("attachments.delete", {"attachment_id": "file_1"}),
        ("input.transcribe", {"audio_base64": "no base64", "mime_type": "audio/webm"}),
        ("threads.add_client_tool_output", {"thread_id": "x", "result": 1}),
        ("threads.add_structured_input", {"thread_id": "x", "item_id": "y", "input": {}}),
    ],
)
async def test_what_the_service_does_not_do_is_refused_in_a_sentence(
    panel: Panel, kind: str, params: dict[str, Any]
) -> None:
    answer = await panel.post(kind, **params)
    assert refusal(answer) == (400, "not_supported")
    assert answer.json()["detail"].endswith(".")


@pytest.mark.requirement("FR-CHAT-310")
async def test_without_a_good_token_nothing_is_read(stack: Stack) -> None:
    for headers, code in [({}, "missing_token"), ({"Authorization": "Bearer x"}, "invalid_token")]:
        answer = await stack.client.post("/chatkit", content=b"{", headers=headers)
        assert refusal(answer) == (401, code)
        assert answer.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.requirement("FR-CHAT-310")
@pytest.mark.parametrize("announced", [True, False])
async def test_a_megabyte_is_refused_whether_it_is_announced_or_not(
    panel: Panel, announced: bool
) -> None:
    raw = json.dumps(
        {"type": "threads.create", "params": {"input": user_input("x" * 10**6)}}
    ).encode()

    async def pieces() -> Any:
        for start in range(0, len(raw), 10_000):
            yield raw[start : start + 10_000]

    headers = panel.stack.as_user(panel.user)
    content = raw if announced else pieces()
    answer = await panel.stack.client.post("/chatkit", content=content, headers=headers)
    assert refusal(answer) == (413, "body_too_large")


ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=6,
)
SEEDS = [
    *requests_about("a thread", "an item"),
    ("threads.create", {"input": user_input("hello", quoted_text="you said")}),
    ("threads.list", {"limit": 1, "order": "asc", "after": "a thread"}),
    ("attachments.create", {"name": "a", "size": 1, "mime_type": "b"}),
    ("input.transcribe", {"audio_base64": "", "mime_type": "audio/webm"}),
    ("threads.add_structured_input", {"thread_id": "a thread", "item_id": "y", "input": {}}),
]
VALID = [
    json.dumps({"type": kind, "params": params, "metadata": {"timezone": "Europe/Berlin"}})
    for kind, params in SEEDS
    if kind != "threads.delete"
]


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every list or object in a JSON value, with each of its keys."""
    keys = value if isinstance(value, dict) else range(len(value) if isinstance(value, list) else 0)
    for key in keys:
        yield value, key
        yield from places(value[key])


@st.composite
def bent(draw: st.DrawFn) -> Any:
    """A request of the protocol with something odd in one place."""
    request = json.loads(draw(st.sampled_from(VALID)))
    within, key = draw(st.sampled_from(list(places(request))))
    within[key] = draw(ODD)
    return request


@pytest.fixture
async def real_ids(panel: Panel) -> dict[str, str]:
    """What the words of the seeds stand for."""
    thread, events = await panel.create("Add a task to buy groceries")
    return {"a thread": thread, "an item": done(events, "widget")[0]["id"]}


@pytest.mark.requirement("FR-CHAT-310")
@settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(body=bent() | ODD)
async def test_whatever_is_sent_is_answered_or_refused_but_never_breaks(
    panel: Panel, real_ids: dict[str, str], body: Any
) -> None:
    raw = json.dumps(body)
    for word, stands_for in real_ids.items():
        raw = raw.replace(word, stands_for)
    headers = panel.stack.as_user(panel.user)
    answer = await panel.stack.client.post("/chatkit", content=raw, headers=headers)
    if answer.status_code == 200:
        assert "stream.error" not in answer.text
    else:
        assert refusal(answer)[0] in {400, 404}
