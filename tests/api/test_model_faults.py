"""A turn whose model or tools fail: a stable code, and nothing that the user said is lost."""

import json
from dataclasses import replace
from typing import Any

import httpx2
import pytest

from tests.api.test_chat import events
from tests.model_server import ModelServer
from tests.model_server.script import call, calls, fault, say
from tests.serving import NO_AUTHORITIES
from tests.stack import Stack, Stacks

_CHARACTERS_PER_TOKEN = 4

FAULTS = [
    ("[401]", 502, "model_auth_failed"),
    ("[429]", 503, "model_rate_limited"),
    ("[500]", 503, "model_unavailable"),
    ("[stall]", 504, "model_timeout"),
    ("[stall-before]", 504, "model_timeout"),
    ("[cut]", 503, "model_unavailable"),
    ("[cut-tool]", 503, "model_unavailable"),
    ("[malformed-arguments]", 502, "model_invalid_response"),
    ("[garbage]", 502, "model_invalid_response"),
    ("[endless]", 502, "too_many_model_calls"),
]


@pytest.fixture(params=["openai", "openai-chat"])
def provider(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
async def stack(stacks: Stacks, model_server: ModelServer, provider: str) -> Stack:
    """The services with a model behind a real wire."""
    settings: dict[str, Any] = {
        "chat_provider": provider,
        "openai_api_key": "sk-test",
        "openai_base_url": model_server.url,
        # Long enough that on a busy machine only a model that stalls is late.
        "model_timeout": 2,
        "model_max_retries": 0,
        "max_model_calls": 4,
    }
    return await stacks.get(**settings)


@pytest.mark.requirement("FR-CHAT-020")
async def test_each_fault_has_a_code_in_both_modes_and_the_message_is_kept(
    stack: Stack, user: str
) -> None:
    for message, status, code in FAULTS:
        answer = await stack.say(user, message)
        problem = answer.json()
        assert (answer.status_code, problem["code"]) == (status, code), message
        assert answer.headers["content-type"] == "application/problem+json"

        url, headers = f"{stack.api_url}/api/{user}", stack.as_user(user)
        async with httpx2.AsyncClient(base_url=url, headers=headers, verify=NO_AUTHORITIES) as api:
            path = f"/conversations/{problem['conversation_id']}/messages"
            stored = (await api.get(path)).json()["messages"]
            assert [(m["role"], m["status"]) for m in stored] == [
                ("assistant", "failed"),
                ("user", "finished"),
            ]
            assert stored[1]["content"] == message
            last = (await events(api, {"message": message}))[-1]
        assert (last[1], last[2]["code"]) == ("turn.failed", code), message


@pytest.mark.requirement("FR-CHAT-020")
async def test_a_conversation_goes_on_after_a_failed_turn(
    stack: Stack, model_server: ModelServer, user: str
) -> None:
    failed = (await stack.say(user, "[cut]")).json()
    answer = await stack.say(user, "add milk", conversation_id=failed["conversation_id"])
    assert answer.status_code == 200
    assert [made["name"] for made in answer.json()["tool_calls"]] == ["add_task"]


@pytest.mark.requirement("FR-CHAT-021")
async def test_what_tools_did_before_a_failure_is_told_and_kept(
    stack: Stack, model_server: ModelServer, user: str
) -> None:
    model_server.script(call("add_task", {"title": "milk"}), fault("cut", say("Added it.")))
    failed = await stack.say(user, "go")
    path = f"/api/{user}/conversations/{failed.json()['conversation_id']}/messages"
    stored = (await stack.client.get(path, headers=stack.as_user(user))).json()["messages"][0]
    await stack.say(user, "what now?", conversation_id=failed.json()["conversation_id"])
    assert failed.json()["code"] == "model_unavailable"
    assert [made["result"]["task_id"] for made in stored["tool_calls"]] == [1]
    assert stored["status"] == "failed"
    assert "broke off because of an error" in str(model_server.requests[-1].body)


@pytest.mark.requirement("FR-CHAT-022")
async def test_an_unknown_tool_is_told_to_the_model_which_goes_on(stack: Stack, user: str) -> None:
    answer = (await stack.say(user, "[unknown-tool]")).json()
    assert answer["response"]
    (call,) = answer["tool_calls"]
    assert (call["is_error"], call["result"]["code"]) == (True, "tool_error")
    assert "no_such_tool" in call["result"]["message"]


@pytest.mark.requirement("FR-CHAT-018")
async def test_a_first_request_takes_less_than_2000_tokens(
    stack: Stack, model_server: ModelServer, user: str
) -> None:
    await stack.say(user, "hello")
    body = model_server.requests[-1].body
    asked = {
        part: body[part] for part in ("instructions", "input", "messages", "tools") if part in body
    }
    assert len(json.dumps(asked)) / _CHARACTERS_PER_TOKEN < 2000


@pytest.mark.requirement("FR-CHAT-012")
async def test_the_model_is_shown_earlier_tool_calls_with_their_results(
    stack: Stack, model_server: ModelServer, provider: str, user: str
) -> None:
    model_server.script(
        calls(call("add_task", {"title": "milk"}), call("add_task", {"title": "bread"})),
        say("Both are there."),
        say("Yes."),
    )
    first = (await stack.say(user, "add milk and bread")).json()
    await stack.say(user, "sure?", conversation_id=first["conversation_id"])
    body = model_server.requests[-1].body
    items = body["input"] if provider == "openai" else body["messages"]
    text = str(items)
    assert text.count('"task_id":1') == text.count('"task_id":2') == 1
    if provider == "openai":
        asked = [i["call_id"] for i in items if i.get("type") == "function_call"]
        result_ids = [i["call_id"] for i in items if i.get("type") == "function_call_output"]
    else:
        asked = [c["id"] for i in items for c in i.get("tool_calls") or []]
        result_ids = [i["tool_call_id"] for i in items if i["role"] == "tool"]
    assert asked == result_ids
    assert len(set(asked)) == 2
    assert "Both are there." in text


@pytest.mark.requirement("FR-CHAT-023")
async def test_one_model_answer_may_call_several_tools_at_once(
    stack: Stack, model_server: ModelServer, user: str
) -> None:
    model_server.script(
        calls(*(call("add_task", {"title": f"task {n}"}) for n in range(5))), say("Done.")
    )
    answer = (await stack.say(user, "add five")).json()
    made = [
        (call["result"]["task_id"], call["arguments"]["title"]) for call in answer["tool_calls"]
    ]
    assert sorted(made) == [(n + 1, f"task {n}") for n in range(5)]


@pytest.mark.requirement("FR-CHAT-024")
async def test_text_that_postgres_cant_hold_is_replaced_and_the_turn_is_kept(
    stack: Stack, model_server: ModelServer, user: str
) -> None:
    model_server.script(
        call("no_such_tool", {"a\x00": ["b"]}), say("NUL \x00 and half \ud83d a pair.")
    )
    answer = (await stack.say(user, "go")).json()
    path = f"/api/{user}/conversations/{answer['conversation_id']}/messages"
    stored = (await stack.client.get(path, headers=stack.as_user(user))).json()["messages"][0]
    assert stored["content"] == answer["response"] == "NUL \ufffd and half \ufffd a pair."
    assert answer["tool_calls"][0]["arguments"] == {"a\ufffd": ["b"]}


@pytest.mark.requirement("FR-CHAT-024")
async def test_arguments_that_are_no_text_are_the_models_fault(
    stack: Stack, model_server: ModelServer, user: str
) -> None:
    model_server.script(call("add_task", {"title": "half \ud83d a pair"}), say("Done."))
    answer = await stack.say(user, "go")
    assert (answer.status_code, answer.json()["code"]) == (502, "model_invalid_response")


@pytest.mark.requirement("FR-CHAT-026")
@pytest.mark.parametrize("provider", ["openai"])
async def test_the_details_that_a_model_gives_are_sent_and_stored(
    stack: Stack, model_server: ModelServer, user: str
) -> None:
    metadata = {"task_ids": "[4, 2]", "suggestions": '["both"]', "pending": '{"intent": "delete"}'}
    model_server.script(replace(say("Which one?"), metadata=metadata))
    last = (await stack.say(user, "delete milk")).json()
    assert (last["task_ids"], last["suggestions"]) == ([4, 2], ["both"])
    messages = f"/api/{user}/conversations/{last['conversation_id']}/messages"
    stored = (await stack.client.get(messages, headers=stack.as_user(user))).json()["messages"][0]
    assert (stored["task_ids"], stored["suggestions"]) == ([4, 2], ["both"])
    assert "pending" not in stored
    turn = f"/api/{user}/turns/{last['turn_id']}"
    state = (await stack.client.get(turn, headers=stack.as_user(user))).json()
    assert state["answer"]["suggestions"] == ["both"]


@pytest.mark.requirement("FR-CHAT-060")
async def test_a_turn_that_takes_too_long_ends_with_an_outcome_of_its_own(
    stacks: Stacks, model_server: ModelServer, user: str
) -> None:
    stack = await stacks.get(
        chat_provider="openai",
        openai_api_key="sk-test",
        openai_base_url=model_server.url,
        turn_deadline=1,
    )
    answer = await stack.say(user, "Hello [slow 60000]")
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (504, "turn_deadline")
    path = f"/api/{user}/turns/{problem['turn_id']}"
    turn = (await stack.client.get(path, headers=stack.as_user(user))).json()
    assert (turn["status"], turn["error_code"]) == ("failed", "turn_deadline")
    again = await stack.say(user, "Hello", conversation_id=problem["conversation_id"])
    assert again.json().get("code") in {None, "turn_deadline"}, "the conversation is free"
