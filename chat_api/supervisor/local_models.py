"""Servers of local models that run on this machine, found while the services start."""

import asyncio
import json
import shlex
import socket
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from typing import Any, TypeGuard
from urllib.parse import urlsplit

from chat_api.supervisor.plan import ModelServer

_ANSWER_SECONDS = 0.5
_MAX_ANSWER = 1_000_000
_LONGEST_NAME = 200
# Servers list models that only index text beside those that write it.
_EMBEDDING = "embed"


@dataclass(frozen=True)
class LocalModels:
    """A server that answered, with the names of its models."""

    server: ModelServer
    models: tuple[str, ...]


USUAL_SERVERS = (
    ModelServer("Ollama", "http://127.0.0.1:11434/v1"),
    ModelServer("LM Studio", "http://127.0.0.1:1234/v1"),
    ModelServer("llama.cpp", "http://127.0.0.1:8080/v1"),
)


async def find_local_models(
    servers: Sequence[ModelServer], seconds: float = _ANSWER_SECONDS
) -> list[LocalModels]:
    """Return the servers that list their models within the time; only that list is requested."""
    answers = await asyncio.gather(*(_models(server, seconds) for server in servers))
    return [
        LocalModels(server, models)
        for server, models in zip(servers, answers, strict=True)
        if models is not None
    ]


def describe(found: Sequence[LocalModels], command: str) -> str:
    """Return what to print about them: each with the line that uses its first model."""
    return "\n".join(f"{_usage(one, command)}\n" for one in found)


def _usage(found: LocalModels, command: str) -> str:
    name = found.server.name
    if not found.models:
        return f"{name} is running without a model. With one it can be used for the chat."
    model = found.models[0]
    variables = {
        "CHAT_PROVIDER": "openai-chat",
        "OPENAI_BASE_URL": found.server.base_url,
        "CHAT_MODEL": model,
    }
    words = " ".join(f"{key}={shlex.quote(value)}" for key, value in variables.items())
    return (
        f"{name} is running. This line uses its {model} instead of the built-in assistant:\n\n"
        f"{words} {command}"
    )


async def _models(server: ModelServer, seconds: float) -> tuple[str, ...] | None:
    """Ask once; the standard library's client is a tenth of others, and knows no proxies."""
    address = urlsplit(server.base_url)
    connection = HTTPConnection(address.netloc, timeout=seconds)
    try:
        async with asyncio.timeout(seconds):
            await asyncio.to_thread(connection.connect)
            with _shut_down(connection.sock):
                return await asyncio.to_thread(_request, connection, f"{address.path}/models")
    except (OSError, HTTPException, ValueError, RecursionError):
        return None


@contextmanager
def _shut_down(connected: socket.socket) -> Iterator[None]:
    """Shut the socket down after the block: a thread that reads an endless answer ends."""
    try:
        yield
    finally:
        with suppress(OSError):
            connected.shutdown(socket.SHUT_RDWR)


def _request(connection: HTTPConnection, path: str) -> tuple[str, ...] | None:
    with closing(connection):
        connection.request("GET", path, headers={"Accept": "application/json"})
        response = connection.getresponse()
        if response.status != HTTPStatus.OK:
            return None
        return _names(json.loads(response.read(_MAX_ANSWER)))


def _names(answer: Any) -> tuple[str, ...] | None:
    """Return the names in a list of models as the wire format has it; other answers are none."""
    if not isinstance(answer, dict) or "data" not in answer:
        return None
    entries = answer["data"] or []
    if not isinstance(entries, list):
        return None
    names = [entry.get("id") for entry in entries if isinstance(entry, dict)]
    return tuple(name for name in names if _is_chat_model(name))


def _is_chat_model(name: object) -> TypeGuard[str]:
    """Whether the name can be printed and typed, and is not of a model for embeddings."""
    return (
        isinstance(name, str)
        and 0 < len(name) <= _LONGEST_NAME
        and name.isprintable()
        and _EMBEDDING not in name.lower()
    )
