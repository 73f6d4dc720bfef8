"""The built-in assistant streams the events that the runner reads."""

import asyncio
import json
import subprocess
import sys
import threading
from typing import Any

import pytest
from agents import Agent, ItemHelpers, ModelSettings, ModelTracing, RunConfig, Runner
from agents.items import TResponseInputItem, TResponseStreamEvent
from agents.models.interface import Model
from agents.tool import FunctionTool, Tool
from openai.types.responses import (
    ResponseCompletedEvent,
    ResponseFunctionToolCall,
    ResponseOutputItemDoneEvent,
    ResponseOutputMessage,
    ResponseTextDeltaEvent,
)

from chat_api import assistant
from chat_api.agent.offline_model import OfflineModel


async def unused(*_: object) -> str:
    raise NotImplementedError


ADD = FunctionTool("add_task", "", {"type": "object", "properties": {}}, unused)
LIST = FunctionTool("list_tasks", "", {"type": "object", "properties": {}}, unused)


async def stream(
    model: Model, items: str | list[TResponseInputItem], tools: list[Tool]
) -> list[TResponseStreamEvent]:
    events = model.stream_response(
        None,
        items,
        ModelSettings(),
        tools,
        None,
        [],
        ModelTracing.DISABLED,
        previous_response_id=None,
        conversation_id=None,
        prompt=None,
    )
    return [event async for event in events]


@pytest.mark.requirement("FR-CHAT-115")
async def test_a_reply_comes_in_pieces_then_whole_then_as_a_response_with_usage() -> None:
    *deltas, done, last = await stream(OfflineModel(), "help", [])
    assert isinstance(done, ResponseOutputItemDoneEvent)
    assert isinstance(last, ResponseCompletedEvent)
    assert last.response.output == [done.item]
    assert last.response.usage is not None
    pieces = [event.delta for event in deltas if isinstance(event, ResponseTextDeltaEvent)]
    assert len(pieces) == len(deltas) > 5
    assert isinstance(done.item, ResponseOutputMessage)
    assert "".join(pieces) == ItemHelpers.extract_text(done.item)


@pytest.mark.requirement("FR-CHAT-115")
async def test_function_calls_have_their_own_ids_and_whole_arguments() -> None:
    *done, last = await stream(OfflineModel(), "add milk, eggs and bread", [ADD])
    assert isinstance(last, ResponseCompletedEvent)
    calls = [i for i in last.response.output if isinstance(i, ResponseFunctionToolCall)]
    assert [json.loads(call.arguments)["title"] for call in calls] == ["Milk", "Eggs", "Bread"]
    assert len({call.call_id for call in calls}) == 3
    items = [event.item for event in done if isinstance(event, ResponseOutputItemDoneEvent)]
    assert items == calls


async def test_a_run_without_streaming_says_the_same() -> None:
    agent = Agent(name="test", model=OfflineModel())
    settings = RunConfig(tracing_disabled=True)
    run = await Runner.run(agent, "hello", run_config=settings)
    streamed = await stream(OfflineModel(), "hello", [])
    deltas = [event.delta for event in streamed if isinstance(event, ResponseTextDeltaEvent)]
    assert run.final_output == "".join(deltas)


@pytest.mark.requirement("FR-CHAT-151")
async def test_a_message_that_comes_while_the_rules_are_read_keeps_no_other_request_waiting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    may_load = threading.Event()
    load, usual, meanwhile = assistant.load, sys.getswitchinterval(), []

    def wait_then_load() -> None:
        meanwhile.append(sys.getswitchinterval())
        may_load.wait()
        load()

    monkeypatch.setattr(assistant, "load", wait_then_load)
    answer = asyncio.create_task(stream(OfflineModel(), "hello", []))
    # The loop goes round although the answer can't come yet.
    for _ in range(3):
        await asyncio.sleep(0)
    assert not answer.done()
    may_load.set()
    assert isinstance((await answer)[-1], ResponseCompletedEvent)
    # Nor does the loop wait for its next turn as long as threads usually do.
    assert meanwhile[0] < usual / 10
    assert sys.getswitchinterval() == usual


@pytest.mark.requirement("FR-CHAT-150")
async def test_tool_calls_come_without_details() -> None:
    events = await stream(OfflineModel(), "add milk", [ADD])
    last = events[-1]
    assert isinstance(last, ResponseCompletedEvent)
    assert last.response.metadata == {}


@pytest.mark.requirement("FR-CHAT-150")
async def test_a_reply_has_its_details_as_metadata() -> None:
    output = {"tasks": [{"id": 3, "title": "Buy milk", "completed": False}], "total": 1}
    items: list[Any] = [
        {"role": "user", "content": "show my tasks"},
        {"type": "function_call", "call_id": "1", "name": "list_tasks", "arguments": "{}"},
        {"type": "function_call_output", "call_id": "1", "output": json.dumps(output)},
    ]
    last = (await stream(OfflineModel(), items, [LIST]))[-1]
    assert isinstance(last, ResponseCompletedEvent)
    details = {name: json.loads(text) for name, text in (last.response.metadata or {}).items()}
    assert details["task_ids"] == [3]
    assert details["suggestions"] == []
    assert details["pending"]["shown"] == [3]


async def test_a_tool_that_is_not_offered_is_not_called() -> None:
    done, last = (await stream(OfflineModel(), "add milk", []))[-2:]
    assert isinstance(done, ResponseOutputItemDoneEvent)
    assert isinstance(done.item, ResponseOutputMessage)
    assert isinstance(last, ResponseCompletedEvent)


LOADED = """
import threading
import chat_api.server
from chat_api.agent.models import build_model
from chat_api.assistant.network import READER
from chat_api.settings import ApiSettings
for provider in ("openai", "offline"):
    build_model(ApiSettings(chat_provider=provider, openai_api_key="sk-1"))
    for thread in threading.enumerate():
        if thread.name == "assistant-load":
            thread.join()
    print("_arrays" in vars(READER))
"""


@pytest.mark.requirement("FR-CHAT-151")
@pytest.mark.timeout(180)
def test_weights_are_read_at_start_where_they_are_used_and_else_never() -> None:
    run = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["False", "True"]
