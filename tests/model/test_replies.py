import asyncio

import pytest

from chat_api.agent.models import ChatModel
from tests.model.asking import ask
from tests.model_server import ModelServer, call, calls, say
from tests.model_server.script import DONE, REPLY


@pytest.mark.requirement("FR-CHAT-201")
async def test_a_reply_arrives_in_pieces_as_the_model_writes_it(chat_model: ChatModel) -> None:
    reply = await ask(chat_model, "Hello [slow 40]")
    assert reply.text == REPLY
    assert len(reply.deltas) > 5


@pytest.mark.requirement("FR-CHAT-214")
async def test_the_last_words_wait_no_longer_than_the_model_wrote(
    chat_model: ChatModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chat_api.agent.openai_model._GATHER_SECONDS", 1000)
    async with asyncio.timeout(20):
        assert (await ask(chat_model, "Hello [slow 40]")).text == REPLY


@pytest.mark.requirement("FR-CHAT-201")
async def test_the_tokens_of_every_model_call_are_counted(
    chat_model: ChatModel, model_server: ModelServer
) -> None:
    model_server.script(call("list_tasks"), say("Nothing to do"))
    reply = await ask(chat_model, "What is there?")
    assert reply.tokens == (100 + 9) + (100 + 4)


@pytest.mark.requirement("FR-CHAT-202")
async def test_a_tool_call_is_run_and_its_result_shown_to_the_model(
    chat_model: ChatModel, model_server: ModelServer
) -> None:
    reply = await ask(chat_model, "add Buy milk")
    assert (reply.added, reply.text) == (["Buy milk"], DONE)
    assert "Added Buy milk" in str(model_server.requests[1].body)


@pytest.mark.requirement("FR-CHAT-202")
async def test_tool_calls_of_one_answer_are_all_run(
    chat_model: ChatModel, model_server: ModelServer
) -> None:
    both = calls(call("add_task", {"title": "Milk"}), call("add_task", {"title": "Überweisung ✓"}))
    model_server.script(both, say("Added both."))
    reply = await ask(chat_model, "Two things")
    assert (reply.added, reply.text) == (["Milk", "Überweisung ✓"], "Added both.")


@pytest.mark.requirement("FR-CHAT-203")
@pytest.mark.parametrize(
    ("message", "shown"),
    [
        ("[unknown-tool]", "'no_such_tool' not found"),
        ("[malformed-arguments]", "error occurred"),
        ("add Milk\ncall no_such_tool {}", "'no_such_tool' not found"),
        ('add Milk\ncall add_task {"title": ', "error occurred"),
    ],
)
async def test_a_wrong_tool_call_is_told_to_the_model_and_the_right_ones_are_run(
    chat_model: ChatModel, model_server: ModelServer, message: str, shown: str
) -> None:
    reply = await ask(chat_model, message)
    assert reply.text == DONE
    assert reply.added == (["Milk"] if "Milk" in message else [])
    assert shown in str(model_server.requests[1].body)


@pytest.mark.requirement("FR-CHAT-204")
async def test_many_replies_come_over_one_connection(
    chat_model: ChatModel, model_server: ModelServer
) -> None:
    for number in range(5):
        await ask(chat_model, f"add Task {number}")
    assert len(model_server.requests) == 10
    assert model_server.connections == 1
