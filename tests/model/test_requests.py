from typing import Any

import pytest
from agents.models.interface import ModelTracing

from chat_api.agent.models import ChatModel
from chat_api.settings import ProviderName
from tests.model.asking import ask
from tests.model.conftest import BuildModel
from tests.model_server import ModelServer
from tests.model_server.script import DONE, REPLY

SERVER_SIDE_STATE = {"previous_response_id", "conversation", "background", "prompt"}


def _sent(model_server: ModelServer) -> dict[str, Any]:
    return model_server.requests[0].body


@pytest.mark.requirement("FR-CHAT-205")
async def test_a_request_carries_the_key_and_asks_the_vendor_to_keep_nothing(
    chat_model: ChatModel, model_server: ModelServer, provider: ProviderName
) -> None:
    await ask(chat_model, "add Milk")
    for seen in model_server.requests:
        assert seen.headers["authorization"] == "Bearer sk-test"
        assert not SERVER_SIDE_STATE & seen.body.keys()
        assert seen.body.get("store") is (False if provider == "openai" else None)


@pytest.mark.requirement("FR-CHAT-205")
@pytest.mark.parametrize("provider", ["openai"])
async def test_a_models_reasoning_travels_sealed_with_its_tool_calls(
    chat_model: ChatModel, model_server: ModelServer
) -> None:
    reply = await ask(chat_model, "add Milk [reasoning]")
    assert (reply.added, reply.text) == (["Milk"], DONE)
    assert "encrypted_content" in str(model_server.requests[1].body["input"])


@pytest.mark.requirement("FR-CHAT-205")
async def test_a_model_that_does_not_reason_is_not_asked_for_its_reasoning(
    make_model: BuildModel, model_server: ModelServer
) -> None:
    reply = await ask(await make_model(chat_model="gpt-4.1-mini"), "Hello")
    assert reply.text == REPLY
    assert not _sent(model_server).get("include")


@pytest.mark.requirement("FR-CHAT-202")
async def test_a_model_may_call_tools_in_parallel(
    chat_model: ChatModel, model_server: ModelServer
) -> None:
    await ask(chat_model, "Hello")
    assert _sent(model_server)["parallel_tool_calls"] is True
    assert {"add_task", "list_tasks"} <= set(str(_sent(model_server)["tools"]).split("'"))


@pytest.mark.requirement("FR-CHAT-206")
@pytest.mark.parametrize("provider", ["openai-chat"])
async def test_a_server_that_needs_no_key_is_asked_without_one_being_set(
    make_model: BuildModel, model_server: ModelServer
) -> None:
    reply = await ask(await make_model(openai_api_key=None), "Hello")
    assert reply.text == REPLY


@pytest.mark.requirement("FR-CHAT-201")
async def test_a_whole_answer_can_be_asked_for_without_a_stream(
    chat_model: ChatModel, model_server: ModelServer
) -> None:
    response = await chat_model.model.get_response(
        system_instructions=None,
        input="Hello",
        model_settings=chat_model.settings,
        tools=[],
        output_schema=None,
        handoffs=[],
        tracing=ModelTracing.DISABLED,
        previous_response_id=None,
        conversation_id=None,
        prompt=None,
    )
    assert REPLY in str(response.output)
    assert "stream" not in _sent(model_server)
