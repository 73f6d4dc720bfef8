"""What the two wire formats have in common."""

import itertools
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from tests.model_server.script import Answer, Prompt

Json = dict[str, Any]
CREATED = 1_760_000_000

_numbers = itertools.count(1)


@dataclass(frozen=True)
class Frame:
    """One server-sent event, and what of the answer it carries."""

    data: bytes
    carries: Literal["text", "arguments"] | None = None


@dataclass(frozen=True)
class Refusal:
    """Why a request is answered with 400; `param` is the field at fault, if it is one field."""

    message: str
    param: str | None = None


@dataclass(frozen=True)
class Wire:
    """A wire format: how to read a request and how to write an answer to it."""

    prompt: Callable[[Json], Prompt]
    refusal: Callable[[Json], Refusal | None]
    stream: Callable[[Answer, Json], list[Frame]]
    whole: Callable[[Answer, Json], Json]
    failed: Callable[[Json], list[Frame]]


def sse(payload: Json, event: str | None = None) -> bytes:
    name = f"event: {event}\n" if event else ""
    return f"{name}data: {json.dumps(payload)}\n\n".encode()


def identifier(prefix: str) -> str:
    return f"{prefix}_{next(_numbers):024x}"


def words_of(text: str) -> list[str]:
    return re.findall(r"\S+\s*|\s+", text)


def pieces_of(arguments: str) -> list[str]:
    return [arguments[start : start + 5] for start in range(0, len(arguments), 5)]


def text_of(content: Any) -> str:
    """Return the text of a message, whose content is a string or a list of parts."""
    if isinstance(content, str):
        return content
    return "".join(part.get("text", "") for part in content or [])


def exceeds(answer: Answer, cap: int | None) -> bool:
    """Return whether the answer has more tokens than the request allows."""
    return cap is not None and tokens_of(answer) > cap


def tokens_of(answer: Answer) -> int:
    return 1 + len(words_of(answer.text or "")) + 8 * len(answer.calls)
