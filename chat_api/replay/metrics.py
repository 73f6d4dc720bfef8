"""The figures of a replay."""

import math
from collections.abc import Iterable, Sequence
from typing import Self

from pydantic import BaseModel, Field

from chat_api.replay.transcript import TurnRecord


class Share(BaseModel):
    """How many of how many."""

    right: int
    of: int

    @classmethod
    def count(cls, checks: Iterable[bool]) -> Self:
        """Count the checks that passed."""
        passed = list(checks)
        return cls(right=sum(passed), of=len(passed))

    def __str__(self) -> str:
        """Say it as a percentage, with the numbers behind it."""
        return f"{self.right / self.of:.1%} ({self.right}/{self.of})" if self.of else "–"


class Metrics(BaseModel):
    """Accuracy, cost and speed over all runs.

    Attributes:
        turns: Turns that went as scripted.
        conversations: Runs of conversations that went as scripted to the last row.
        tools: Turns whose tool calls were the expected ones, of those where they matter.
        arguments: Turns whose expected calls had the expected arguments, of those that made any.
        final_state: Runs that left the expected rows, of those that say which.
        unsupported_claims: Replies that claim what no tool of their turn did.
        turns_per_second: Turns over the seconds that they took, one after the other.
        input_tokens, output_tokens: What the model counted in all turns.
        input_tokens_per_turn, output_tokens_per_turn: The same for the average turn.
        first_request_tokens: Input of a model request without a history: the largest average over
            the requests of a first turn.
        latency_p50, latency_p95: Seconds until a turn ended.

    """

    turns: Share = Field(title="turns as scripted")
    conversations: Share = Field(title="conversations as scripted")
    tools: Share = Field(title="tool accuracy")
    arguments: Share = Field(title="argument accuracy")
    final_state: Share = Field(title="final-state accuracy")
    unsupported_claims: int = Field(title="unsupported claims")
    turns_per_second: float = Field(title="turns/s")
    latency_p50: float = Field(title="latency p50, s")
    latency_p95: float = Field(title="latency p95, s")
    input_tokens: int = Field(title="input tokens")
    output_tokens: int = Field(title="output tokens")
    input_tokens_per_turn: int = Field(title="input tokens per turn")
    output_tokens_per_turn: int = Field(title="output tokens per turn")
    first_request_tokens: int = Field(title="input tokens of a first request")


def speed(turns: Sequence[TurnRecord]) -> dict[str, float]:
    """Return the figures of time."""
    seconds = sorted(turn.seconds for turn in turns)
    return {
        "turns_per_second": len(turns) / total if (total := sum(seconds)) else 0.0,
        "latency_p50": percentile(seconds, 50),
        "latency_p95": percentile(seconds, 95),
    }


def cost(turns: Sequence[TurnRecord], first: Sequence[TurnRecord]) -> dict[str, int]:
    """Return the figures of tokens; `first` are the turns without a history."""
    read = sum(turn.usage.input_tokens for turn in turns)
    written = sum(turn.usage.output_tokens for turn in turns)
    counted = max(1, len(turns))
    alone = [turn.usage.input_tokens / max(1, turn.usage.requests) for turn in first]
    return {
        "input_tokens": read,
        "output_tokens": written,
        "input_tokens_per_turn": round(read / counted),
        "output_tokens_per_turn": round(written / counted),
        "first_request_tokens": round(max(alone, default=0)),
    }


def percentile(ordered: Sequence[float], share: int) -> float:
    """Return the smallest value that `share` percent of the values do not exceed."""
    if not ordered:
        return 0.0
    return ordered[max(0, math.ceil(len(ordered) * share / 100) - 1)]
