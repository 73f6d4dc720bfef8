"""A model whose calls are paid from a budget before they are made."""

from collections.abc import AsyncIterator
from typing import Any, Protocol

import orjson
from agents import ModelResponse, ModelSettings, TResponseInputItem
from agents.items import TResponseStreamEvent
from agents.models.interface import Model
from openai.types.responses import ResponseCompletedEvent

# Fewer than any tokenizer needs for text of people: a call is to cost no more than it reserves.
_BYTES_PER_TOKEN = 2


class TokensSpent(Exception):
    """The budget is spent; there is a new one in `retry_after` seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"no tokens are left for {retry_after} s")
        self.retry_after = retry_after


class TokenBudget(Protocol):
    """What a turn's calls are paid from."""

    async def reserve(self, tokens: int) -> None:
        """Take what the next call may cost.

        Raises:
            TokensSpent: Nothing is left.
        """

    def give_back(self, tokens: int) -> None:
        """Return what the last call did not cost."""


class MeteredModel(Model):
    """Reserves what a call may cost, and gives back what it did not.

    A call that fails or is stopped may have cost anything: nothing is given back.
    """

    def __init__(self, model: Model, budget: TokenBudget, max_output: int) -> None:
        self._model = model
        self._budget = budget
        self._max_output = max_output

    async def get_response(
        self,
        system_instructions: str | None,
        input: str | list[TResponseInputItem],  # noqa: A002  the interface's name
        model_settings: ModelSettings,
        tools: list[Any],
        *args: Any,
        **kwargs: Any,
    ) -> ModelResponse:
        """Return the whole answer."""
        most = self._most(system_instructions, input, tools)
        await self._budget.reserve(most)
        response = await self._model.get_response(
            system_instructions, input, model_settings, tools, *args, **kwargs
        )
        self._settle(most, response.usage.total_tokens)
        return response

    async def stream_response(
        self,
        system_instructions: str | None,
        input: str | list[TResponseInputItem],  # noqa: A002  the interface's name
        model_settings: ModelSettings,
        tools: list[Any],
        *args: Any,
        **kwargs: Any,
    ) -> AsyncIterator[TResponseStreamEvent]:
        """Yield the events of the answer."""
        most = self._most(system_instructions, input, tools)
        await self._budget.reserve(most)
        async for event in self._model.stream_response(
            system_instructions, input, model_settings, tools, *args, **kwargs
        ):
            if isinstance(event, ResponseCompletedEvent) and event.response.usage:
                self._settle(most, event.response.usage.total_tokens)
            yield event

    def _most(self, instructions: str | None, items: Any, tools: list[Any]) -> int:
        described = [[tool.name, tool.description, tool.params_json_schema] for tool in tools]
        sent = orjson.dumps([instructions, items, described], default=str)
        return len(sent) // _BYTES_PER_TOKEN + self._max_output

    def _settle(self, reserved: int, used: int) -> None:
        # Servers that count nothing say zero.
        if used:
            self._budget.give_back(reserved - used)
