import asyncio

import pytest

from chat_api.agent.failures import TurnFailure, failure_of
from chat_api.agent.models import ChatModel
from chat_api.settings import ProviderName
from tests.model.asking import Reply, ask
from tests.model.conftest import BuildModel
from tests.model_server import ModelServer, call, fault, say
from tests.model_server.script import DONE, REPLY

LONGEST = 10.0
SILENCE = 1.0
SILENT = ["stall", "stall-before", "keep-alive"]

CODES = {
    "400": "model_request_rejected",
    "401": "model_auth_failed",
    "403": "model_auth_failed",
    "404": "model_request_rejected",
    "422": "model_request_rejected",
    "429": "model_rate_limited",
    "500": "model_unavailable",
    "503": "model_unavailable",
    "cut": "model_unavailable",
    "cut-tool": "model_unavailable",
    "truncated": "model_unavailable",
    "failed": "model_unavailable",
    "garbage": "model_invalid_response",
    "broken-json": "model_invalid_response",
    "wrong-shape": "model_invalid_response",
    "html": "model_invalid_response",
    "empty": "model_invalid_response",
}


async def _failure(model: ChatModel, message: str, reply: Reply | None = None) -> TurnFailure:
    async with asyncio.timeout(LONGEST):
        with pytest.raises(Exception) as raised:  # noqa: PT011 - any error, as long as it has a code
            await ask(model, message, reply)
    return failure_of(raised.value)


@pytest.mark.requirement("FR-CHAT-207")
@pytest.mark.parametrize(("word", "code"), CODES.items())
async def test_every_fault_of_a_model_has_its_code_and_is_asked_for_once(
    chat_model: ChatModel, model_server: ModelServer, word: str, code: str
) -> None:
    failure = await _failure(chat_model, f"Hello [{word}]")
    assert failure.code == code
    assert len(model_server.requests) == 1


@pytest.mark.requirement("FR-CHAT-210")
@pytest.mark.parametrize("word", SILENT)
async def test_a_silent_model_is_given_up_and_hung_up_on(
    make_model: BuildModel, model_server: ModelServer, word: str
) -> None:
    model = await make_model(model_timeout=SILENCE, model_max_retries=2)
    assert (await _failure(model, f"Hello [{word}]")).code == "model_timeout"
    async with asyncio.timeout(LONGEST):
        await model_server.idle()
    assert len(model_server.requests) == 1


@pytest.mark.requirement("FR-CHAT-207")
async def test_what_was_done_before_a_fault_is_known(
    chat_model: ChatModel, model_server: ModelServer
) -> None:
    reply = Reply()
    failure = await _failure(chat_model, "add Milk [late cut]", reply)
    assert failure.code == "model_unavailable"
    assert reply.added == ["Milk"]
    assert DONE.startswith(reply.text)
    assert reply.text


@pytest.mark.requirement("FR-CHAT-207")
@pytest.mark.parametrize("word", ["cut", "truncated"])
async def test_a_tool_call_that_did_not_arrive_whole_is_not_run(
    chat_model: ChatModel, model_server: ModelServer, word: str
) -> None:
    reply = Reply()
    model_server.script(fault(word, call("add_task", {"title": "Milk, eggs and bread"})))
    assert (await _failure(chat_model, "Hello", reply)).code == "model_unavailable"
    assert reply.added == []


@pytest.mark.requirement("FR-CHAT-207")
@pytest.mark.parametrize("word", ["cut-at-the-end", "unclosed"])
async def test_a_whole_reply_counts_even_if_its_connection_ends_badly(
    chat_model: ChatModel, word: str
) -> None:
    async with asyncio.timeout(LONGEST):
        reply = await ask(chat_model, f"Hello [{word}]")
    assert reply.text == REPLY


@pytest.mark.requirement("FR-CHAT-207")
async def test_a_server_that_is_not_there_makes_the_model_unavailable(
    make_model: BuildModel, unused_tcp_port: int
) -> None:
    model = await make_model(openai_base_url=f"http://127.0.0.1:{unused_tcp_port}/v1")
    assert (await _failure(model, "Hello")).code == "model_unavailable"


@pytest.mark.requirement("FR-CHAT-208")
async def test_a_model_that_calls_tools_without_end_is_stopped(
    chat_model: ChatModel, model_server: ModelServer
) -> None:
    failure = await _failure(chat_model, "[endless]")
    assert failure.code == "too_many_model_calls"
    assert len(model_server.requests) == 4


@pytest.mark.requirement("FR-CHAT-209")
@pytest.mark.parametrize("word", ["429-once", "500-once"])
async def test_a_request_refused_for_the_moment_is_tried_again(
    make_model: BuildModel, model_server: ModelServer, word: str
) -> None:
    model = await make_model(model_max_retries=1, model_timeout=5)
    model_server.script(fault(word), say(REPLY))
    assert (await ask(model, "Hello")).text == REPLY
    assert len(model_server.requests) == 2


@pytest.mark.requirement("FR-CHAT-209")
async def test_a_request_is_tried_no_more_often_than_the_settings_say(
    make_model: BuildModel, model_server: ModelServer
) -> None:
    model = await make_model(model_max_retries=1, model_timeout=5)
    assert (await _failure(model, "Hello [500]")).code == "model_unavailable"
    assert len(model_server.requests) == 2


@pytest.mark.requirement("FR-CHAT-209")
@pytest.mark.parametrize("word", ["400", "401", "404", "cut", "garbage"])
async def test_what_would_fail_again_is_not_tried_again(
    make_model: BuildModel, model_server: ModelServer, word: str
) -> None:
    model = await make_model(model_max_retries=2)
    await _failure(model, f"Hello [{word}]")
    assert len(model_server.requests) == 1


@pytest.mark.requirement("FR-CHAT-209")
async def test_a_long_wait_that_the_vendor_asks_for_is_told_instead_of_waited_for(
    make_model: BuildModel, model_server: ModelServer
) -> None:
    model = await make_model(model_max_retries=2, model_timeout=60)
    failure = await _failure(model, "Hello [429]")
    assert (failure.code, failure.retry_after) == ("model_rate_limited", 7)
    assert len(model_server.requests) == 1


@pytest.mark.requirement("FR-CHAT-210")
async def test_a_slow_model_is_given_all_the_time_it_needs_while_it_writes(
    make_model: BuildModel,
) -> None:
    reply = await ask(await make_model(model_timeout=2), "Hello [slow 250]")
    assert reply.text == REPLY


@pytest.mark.requirement("FR-CHAT-210")
async def test_a_run_that_is_cancelled_hangs_up_on_the_model(
    make_model: BuildModel, model_server: ModelServer
) -> None:
    model = await make_model(model_timeout=60)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(SILENCE):
            await ask(model, "Hello [stall]")
    async with asyncio.timeout(LONGEST):
        await model_server.idle()


@pytest.mark.requirement("FR-CHAT-216")
@pytest.mark.parametrize("model_client", ["built-in"])
async def test_a_model_that_writes_more_than_the_cap_is_cut_off_with_a_code_of_its_own(
    make_model: BuildModel, model_server: ModelServer, provider: ProviderName
) -> None:
    model, reply = await make_model(max_output_tokens=16), Reply()
    model_server.script(say("word " * 15), say("word " * 16))
    assert (await ask(model, "Hello")).text.split() == ["word"] * 15
    failure = await _failure(model, "Hello", reply)
    assert failure.code == "model_output_limit"
    assert "word" in reply.text
    cap = "max_output_tokens" if provider == "openai" else "max_tokens"
    assert [seen.body.get(cap) for seen in model_server.requests] == [16, 16]


@pytest.mark.requirement("FR-CHAT-216")
@pytest.mark.parametrize("provider", ["openai-chat"])
async def test_the_vendor_gets_the_cap_under_its_newer_name(make_model: BuildModel) -> None:
    model = await make_model(max_output_tokens=16, openai_base_url=None)
    assert model.settings.extra_args == {"max_completion_tokens": 16}
    assert (model.settings.max_tokens, model.settings.store) == (None, False)
