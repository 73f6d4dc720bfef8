"""The request fields that only some models take: what each model gets, and what its vendor refuses.

Models that came after this code are assumed to reason. Where that is wrong, the vendor refuses the
field; the request is then sent without it, and so is every later one of the process.
"""

import re
from typing import Any, Protocol

from agents import ModelSettings
from agents.models import get_default_model_settings
from openai.types.shared import Reasoning

_ENCRYPTED_REASONING = "reasoning.encrypted_content"
_WITHOUT_REASONING = re.compile(
    r"(?:ft:)?(?:gpt-3\.5|gpt-4|chatgpt-4o|gpt-5(?:\.\d+)?-chat|davinci|babbage)"
)
_GPT_VERSION = re.compile(r"(?:ft:)?gpt-(\d+)")
# The SDK's defaults cover the models up to this version.
_NEWEST_VERSION_WITH_DEFAULTS = 5
_OPTIONAL_FIELDS = frozenset({"include", "reasoning", "text"})


def responses_settings(model: str) -> ModelSettings:
    """Return the settings of a model behind the Responses API, with no state kept at the vendor.

    Without stored state a model's reasoning has to travel, encrypted, with its tool calls: the
    second request of a run names reasoning items that the vendor would not find otherwise.
    """
    reasons = not _WITHOUT_REASONING.match(model)
    stateless = ModelSettings(
        store=False,
        parallel_tool_calls=True,
        response_include=[_ENCRYPTED_REASONING] if reasons else None,
    )
    return _default_settings(model).resolve(stateless)


def _default_settings(model: str) -> ModelSettings:
    version = _GPT_VERSION.match(model)
    if version and int(version[1]) > _NEWEST_VERSION_WITH_DEFAULTS:
        return ModelSettings(reasoning=Reasoning(effort="low"), verbosity="low")
    return get_default_model_settings(model)


class Refusal(Protocol):
    """What a vendor says of a request that it refuses: the field at fault, if named, and why."""

    @property
    def param(self) -> str | None:
        """The request's field that is at fault."""

    @property
    def message(self) -> str:
        """The vendor's sentence."""


class RefusedFields:
    """The optional fields that one vendor refused, per model, for as long as the process lives."""

    def __init__(self) -> None:
        self._refused: dict[str, set[str]] = {}

    def strip(self, request: dict[str, Any]) -> dict[str, Any]:
        """Return the request without the fields that were refused for its model."""
        refused = self._refused.get(request["model"], set())
        return {name: value for name, value in request.items() if name not in refused}

    def learn(self, request: dict[str, Any], error: Refusal) -> bool:
        """Remember the optional field that the error names; False if it names none in the request.

        The vendor names the field in `param`. Compatible servers often leave that empty and name
        it in the message alone.
        """
        named = _field_of(error)
        if named is None or not request.get(named):
            return False
        self._refused.setdefault(request["model"], set()).add(named)
        return True


def _field_of(error: Refusal) -> str | None:
    if error.param:
        field = re.split(r"[.\[]", error.param)[0]
        return field if field in _OPTIONAL_FIELDS else None
    message = error.message.casefold()
    if _ENCRYPTED_REASONING in message or "encrypted content" in message:
        return "include"
    return None
