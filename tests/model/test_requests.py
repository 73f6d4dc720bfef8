import asyncio
from pathlib import Path
from typing import Any

import pytest
from agents.models.interface import ModelTracing

from chat_api.agent.models import ChatModel
from chat_api.settings import ProviderName
from tests.model.asking import ask
from tests.model.conftest import BuildModel
from tests.model_server import ModelServer
from tests.model_server.script import DONE, REPLY

ENCRYPTED = "reasoning.encrypted_content"
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
@pytest.mark.parametrize("name", ["gpt-6.1-terra", "gpt-5-mini", "o3", "unheard-of"])
async def test_a_models_reasoning_travels_encrypted_with_its_tool_calls(
    make_model: BuildModel, model_server: ModelServer, name: str
) -> None:
    reply = await ask(await make_model(chat_model=name), "add Milk [reasoning]")
    assert (reply.added, reply.text) == (["Milk"], DONE)
    first, second = (seen.body for seen in model_server.requests)
    assert first["include"] == second["include"] == [ENCRYPTED]
    (reasoning,) = (item for item in second["input"] if item.get("type") == "reasoning")
    assert reasoning["encrypted_content"]


@pytest.mark.requirement("FR-CHAT-213")
@pytest.mark.parametrize("provider", ["openai"])
@pytest.mark.parametrize(
    ("name", "effort", "verbosity"),
    [
        ("gpt-6.1-terra", "low", "low"),
        ("gpt-7-2027-01-01", "low", "low"),
        ("gpt-5.6-terra", "none", "low"),
        ("gpt-5-mini", None, "low"),
        ("o3", None, None),
        ("unheard-of", None, None),
    ],
)
async def test_a_new_model_of_the_vendor_reasons_little_and_answers_briefly(
    make_model: BuildModel,
    model_server: ModelServer,
    name: str,
    effort: str | None,
    verbosity: str | None,
) -> None:
    await ask(await make_model(chat_model=name), "Hello")
    sent = _sent(model_server)
    assert (sent.get("reasoning") or {}).get("effort") == effort
    assert (sent.get("text") or {}).get("verbosity") == verbosity


@pytest.mark.requirement("FR-CHAT-213")
@pytest.mark.parametrize(
    "name", ["gpt-4.1-mini", "gpt-3.5-turbo", "ft:gpt-4o:us", "chatgpt-4o-latest"]
)
async def test_a_model_known_not_to_reason_is_not_asked_for_its_reasoning(
    make_model: BuildModel, model_server: ModelServer, name: str
) -> None:
    reply = await ask(await make_model(chat_model=name), "Hello")
    assert reply.text == REPLY
    assert not _sent(model_server).get("include")
    assert len(model_server.requests) == 1


@pytest.mark.requirement("FR-CHAT-213")
@pytest.mark.parametrize("provider", ["openai"])
@pytest.mark.parametrize("param", ["include", None])
async def test_a_field_that_a_vendor_refuses_is_left_out_of_the_next_request_and_all_later_ones(
    make_model: BuildModel, model_server: ModelServer, param: str | None
) -> None:
    model = await make_model(chat_model=f"compatible{'-unnamed' if param is None else ''}")
    assert (await ask(model, "Hello")).text == REPLY
    refused, accepted = (seen.body for seen in model_server.requests)
    assert refused.pop("include") == [ENCRYPTED]
    assert refused == accepted
    model_server.reset()
    assert (await ask(model, "Hello again")).text == REPLY
    assert [seen.body.get("include") for seen in model_server.requests] == [None]


@pytest.mark.requirement("FR-CHAT-213")
@pytest.mark.parametrize("provider", ["openai"])
async def test_each_refused_field_is_left_out_and_the_rest_is_kept(
    make_model: BuildModel, model_server: ModelServer
) -> None:
    model = await make_model(chat_model="gpt-6-compatible")
    assert (await ask(model, "Hello")).text == REPLY
    assert len(model_server.requests) == 3
    accepted = model_server.requests[-1].body
    assert not {"include", "reasoning"} & accepted.keys()
    assert accepted["text"] == {"verbosity": "low"}


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


@pytest.mark.requirement("FR-CHAT-215")
async def test_a_proxy_of_the_environment_is_used_but_not_for_addresses_that_it_excepts(
    make_model: BuildModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines: list[bytes] = []

    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        lines.append(await reader.readline())
        writer.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        await writer.drain()
        writer.close()

    proxy = await asyncio.start_server(refuse, "127.0.0.1", 0)
    async with proxy:
        port = proxy.sockets[0].getsockname()[1]
        monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{port}")
        monkeypatch.setenv("no_proxy", "other.example")
        for host in ("model.example", "other.example"):
            model = await make_model(openai_base_url=f"http://{host}/v1")
            with pytest.raises(Exception):  # noqa: B017, PT011  each client has errors of its own
                await ask(model, "Hello")
    assert [line.split(b" ")[1].split(b"/v1")[0] for line in lines] == [b"http://model.example"]


@pytest.mark.requirement("FR-CHAT-215")
async def test_a_netrc_file_that_knows_the_host_changes_nothing(
    make_model: BuildModel,
    model_server: ModelServer,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password secret\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    assert (await ask(await make_model(), "Hello")).text == REPLY
    assert model_server.requests[0].headers["authorization"] == "Bearer sk-test"
