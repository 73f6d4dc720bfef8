"""The built-in assistant, as a model of the Agents SDK."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

from agents.items import ModelResponse, TResponseInputItem, TResponseStreamEvent
from agents.model_settings import ModelSettings
from agents.models.interface import Model
from agents.tool import Tool
from agents.usage import Usage

from chat_api.agent.instructions import today_of
from chat_api.assistant.conversation import read
from chat_api.assistant.plan import decide
from chat_api.assistant.stream import Item, events_of, output_of, response_of


class OfflineModel(Model):
    """Understands everyday task commands by rules: same input, same calls and words, no network.

    It holds no state, so one instance serves all turns. Today's date comes from the instructions;
    without one there, it is today in UTC.
    """

    async def get_response(
        self,
        system_instructions: str | None,
        input: str | list[TResponseInputItem],  # noqa: A002 (the interface's name)
        model_settings: ModelSettings,
        tools: list[Tool],
        *_: Any,
        **__: Any,
    ) -> ModelResponse:
        """Return the calls or the reply that come next."""
        output = _output(system_instructions, input, tools)
        return ModelResponse(output=[*output], usage=Usage(requests=1), response_id=_new_id())

    async def stream_response(
        self,
        system_instructions: str | None,
        input: str | list[TResponseInputItem],  # noqa: A002 (the interface's name)
        model_settings: ModelSettings,
        tools: list[Tool],
        *_: Any,
        **__: Any,
    ) -> AsyncIterator[TResponseStreamEvent]:
        """Stream the calls or the reply that come next."""
        output = _output(system_instructions, input, tools)
        for event in events_of(output, response_of(output, _new_id())):
            yield event


def _output(
    instructions: str | None, items: str | list[TResponseInputItem], tools: list[Tool]
) -> list[Item]:
    today = today_of(instructions) or _today()
    return output_of(decide(read(items), today, frozenset(tool.name for tool in tools)))


def _today() -> date:
    return datetime.now(UTC).date()


def _new_id() -> str:
    return f"resp_{uuid4().hex}"
