"""Servers of local models, which the start looks for and shows how to use."""

import asyncio
import json
import shlex
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from pydantic import SecretStr
from rich.console import Console

from chat_api.settings import ApiSettings
from chat_api.supervisor.local_models import (
    USUAL_SERVERS,
    LocalModels,
    describe,
    find_local_models,
)
from chat_api.supervisor.plan import ModelServer, Plan
from chat_api.supervisor.up_plan import plan_up
from tests.cli.scripted_server import ScriptedServer, serving
from tests.processes import free_port

SECRET = "a secret of more than thirty-two characters"
OLLAMA = ModelServer("Ollama", "http://127.0.0.1:11434/v1")

pytestmark = pytest.mark.requirement("FR-RUN-020")

Respond = Callable[[BaseHTTPRequestHandler, ScriptedServer], None]


def models(*names: object) -> bytes:
    return json.dumps({"object": "list", "data": [{"id": name} for name in names]}).encode()


def send(handler: BaseHTTPRequestHandler, body: bytes, status: int = 200) -> None:
    handler.send_response(status)
    handler.send_header("content-type", "application/json")
    handler.send_header("content-length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def stall(_: BaseHTTPRequestHandler, server: ScriptedServer) -> None:
    server.released.wait(10)


def trickle(handler: BaseHTTPRequestHandler, server: ScriptedServer) -> None:
    """Send a byte at a time, each before a timeout between two of them."""
    handler.send_response(200)
    handler.end_headers()
    while not server.released.wait(0.02):
        handler.wfile.write(b" ")


def greet_by_ssh(handler: BaseHTTPRequestHandler, _: ScriptedServer) -> None:
    handler.wfile.write(b"SSH-2.0-OpenSSH_9.2\r\n")


@contextmanager
def model_server(name: str, respond: Respond) -> Iterator[ModelServer]:
    with serving(respond) as server:
        yield ModelServer(name, f"{server.url}/v1")


async def found(*responses: Respond) -> list[LocalModels]:
    with ExitStack() as stack:
        servers = [
            stack.enter_context(model_server(str(index), respond))
            for index, respond in enumerate(responses)
        ]
        async with asyncio.timeout(5):
            return await find_local_models(servers, seconds=0.5)


async def test_a_server_is_found_with_the_models_that_it_lists() -> None:
    requested = []

    def respond(handler: BaseHTTPRequestHandler, _: ScriptedServer) -> None:
        requested.append((handler.command, handler.path, handler.headers.get("content-length")))
        send(handler, models("qwen3:4b", "llama3.2"))

    with model_server("Ollama", respond) as server:
        assert await find_local_models([server]) == [LocalModels(server, ("qwen3:4b", "llama3.2"))]
    assert requested == [("GET", "/v1/models", None)]


async def test_models_that_only_embed_text_or_whose_name_cannot_be_typed_are_left_out() -> None:
    body = models("text-embedding-nomic-embed-text-v1.5", "\x1b[31mred", "", 7, "x" * 201, "good")
    (server,) = await found(lambda handler, _: send(handler, body))
    assert server.models == ("good",)


async def test_what_hangs_or_answers_anything_else_is_not_found_and_hides_no_other() -> None:
    servers = await found(
        stall,
        trickle,
        lambda handler, _: send(handler, b"<html>Hello</html>"),
        lambda handler, _: send(handler, b"[" * 100_000),
        lambda handler, _: send(handler, b'{"data": {"id": "x"}}'),
        lambda handler, _: send(handler, b'{"models": []}'),
        lambda handler, _: send(handler, b"\xff\xfe"),
        lambda handler, _: send(handler, models("never"), status=401),
        greet_by_ssh,
        lambda handler, _: send(handler, models("good")),
    )
    assert [server.models for server in servers] == [("good",)]


async def test_no_server_is_no_delay() -> None:
    nowhere = ModelServer("Ollama", f"http://127.0.0.1:{free_port()}/v1")
    assert await find_local_models([nowhere, nowhere, nowhere]) == []
    assert await find_local_models([]) == []


async def test_a_server_without_models_is_named() -> None:
    (server,) = await found(lambda handler, _: send(handler, b'{"data": null}'))
    assert server.models == ()
    text = describe([LocalModels(OLLAMA, ())], "make run")
    assert "Ollama is running without a model." in text


def test_the_line_that_uses_a_model_can_be_pasted_into_a_shell() -> None:
    model = "/models/my model's.gguf"
    text = describe([LocalModels(OLLAMA, (model, "other"))], "make run")
    (line,) = (line for line in text.splitlines() if line.startswith("CHAT_PROVIDER"))
    *variables, make, run = shlex.split(line)
    assert dict(variable.split("=", 1) for variable in variables) == {
        "CHAT_PROVIDER": "openai-chat",
        "OPENAI_BASE_URL": OLLAMA.base_url,
        "CHAT_MODEL": model,
    }
    assert (make, run) == ("make", "run")
    given = ApiSettings.model_validate(
        {variable.split("=", 1)[0].lower(): variable.split("=", 1)[1] for variable in variables}
    )
    assert (given.provider, given.chat_model) == ("openai-chat", model)


def planned(folder: Path, **given: object) -> Plan:
    settings = ApiSettings.model_validate(
        {"better_auth_secret": SecretStr(SECRET), "data_dir": folder, **given}
    )
    return plan_up(settings, Console(quiet=True))


def test_they_are_looked_for_only_where_the_built_in_assistant_answers(tmp_path: Path) -> None:
    assert planned(tmp_path, chat_provider="offline").model_servers == USUAL_SERVERS
    other = planned(tmp_path, chat_provider="openai-chat", openai_base_url="http://127.0.0.1:9/v1")
    assert other.model_servers == ()


@pytest.mark.parametrize(("level", "command"), [("1", "make run"), (None, "todochat up")])
def test_the_line_starts_it_as_it_was_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, level: str | None, command: str
) -> None:
    monkeypatch.delenv("MAKELEVEL", raising=False)
    if level:
        monkeypatch.setenv("MAKELEVEL", level)
    plan = planned(tmp_path, chat_provider="offline")
    assert plan.command.endswith(command)
    assert Plan.read(plan.write()) == plan
