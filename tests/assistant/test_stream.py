"""The events of a streamed response have the shape of the Responses API."""

import json

import pytest
from agents import Agent, ModelSettings, ModelTracing, RunConfig, Runner
from agents.items import TResponseInputItem, TResponseStreamEvent
from agents.models.interface import Model
from agents.tool import FunctionTool, Tool
from openai.types.responses import (
    ResponseCompletedEvent,
    ResponseFunctionCallArgumentsDoneEvent,
    ResponseFunctionToolCall,
    ResponseOutputMessage,
    ResponseTextDeltaEvent,
    ResponseTextDoneEvent,
)

from chat_api.agent.offline_model import OfflineModel
from tests.assistant.talk import Talk


async def unused(*_: object) -> str:
    raise NotImplementedError


ADD = FunctionTool("add_task", "", {"type": "object", "properties": {}}, unused)


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
async def test_the_deltas_of_a_reply_are_words_and_add_up_to_the_text() -> None:
    events = await stream(OfflineModel(), "help", [])
    deltas = [event.delta for event in events if isinstance(event, ResponseTextDeltaEvent)]
    [done] = [event for event in events if isinstance(event, ResponseTextDoneEvent)]
    assert "".join(deltas) == done.text
    assert len(deltas) > 10


@pytest.mark.requirement("FR-CHAT-115")
async def test_a_reply_has_every_event_in_order_and_ends_with_usage() -> None:
    events = await stream(OfflineModel(), "hello", [])
    types = list(dict.fromkeys(event.type for event in events))
    assert types == [
        "response.created",
        "response.in_progress",
        "response.output_item.added",
        "response.content_part.added",
        "response.output_text.delta",
        "response.output_text.done",
        "response.content_part.done",
        "response.output_item.done",
        "response.completed",
    ]
    assert [event.sequence_number for event in events] == list(range(len(events)))
    last = events[-1]
    assert isinstance(last, ResponseCompletedEvent)
    assert last.response.usage is not None
    [message] = last.response.output
    assert isinstance(message, ResponseOutputMessage)


@pytest.mark.requirement("FR-CHAT-115")
async def test_function_calls_have_their_own_ids_and_whole_arguments() -> None:
    events = await stream(OfflineModel(), "add milk, eggs and bread", [ADD])
    last = events[-1]
    assert isinstance(last, ResponseCompletedEvent)
    calls = [i for i in last.response.output if isinstance(i, ResponseFunctionToolCall)]
    assert [json.loads(call.arguments)["title"] for call in calls] == ["Milk", "Eggs", "Bread"]
    assert len({call.call_id for call in calls}) == 3
    done = [e for e in events if isinstance(e, ResponseFunctionCallArgumentsDoneEvent)]
    assert [event.arguments for event in done] == [call.arguments for call in calls]


@pytest.mark.requirement("FR-CHAT-115")
async def test_the_runner_streams_what_it_returns_in_the_end() -> None:
    talk = Talk()
    await talk.say("Add a task to buy groceries")
    raw = [event.data for event in talk.events if event.type == "raw_response_event"]
    deltas = [event.delta for event in raw if isinstance(event, ResponseTextDeltaEvent)]
    assert "".join(deltas) == talk.reply


async def test_a_run_without_streaming_says_the_same() -> None:
    agent = Agent(name="test", model=OfflineModel())
    settings = RunConfig(tracing_disabled=True)
    run = await Runner.run(agent, "hello", run_config=settings)
    streamed = await stream(OfflineModel(), "hello", [])
    deltas = [event.delta for event in streamed if isinstance(event, ResponseTextDeltaEvent)]
    assert run.final_output == "".join(deltas)
