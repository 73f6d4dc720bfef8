"""The figures of a replay."""

import math
from collections.abc import Iterable, Sequence
from typing import Self

from pydantic import BaseModel, Field

from chat_api.replay.play import TurnRecord


class Share(BaseModel):
    """A count out of a total."""

    right: int
    of: int

    @classmethod
    def count(cls, checks: Iterable[bool]) -> Self:
        """Count the checks that passed."""
        passed = list(checks)
        return cls(right=sum(passed), of=len(passed))

    def __str__(self) -> str:
        """Return a percentage, with its counts."""
        return f"{self.right / self.of:.1%} ({self.right}/{self.of})" if self.of else "–"


class Metrics(BaseModel):
    """Accuracy, cost and speed over all runs.

    Attributes:
        turns: Turns that passed.
        conversations: Runs of conversations that passed, final rows included.
        tools: Turns with the expected tool calls, of those that expect any.
        arguments: Turns whose expected calls had the expected arguments, of those that made any.
        final_state: Runs with the expected rows at the end, of those that expect any.
        unsupported_claims: Replies that claim what no tool of their turn did.
        turns_per_second: Turns over the sum of their seconds.
        input_tokens, output_tokens: Token counts of all turns.
        input_tokens_per_turn, output_tokens_per_turn: Their averages.
        first_request_tokens: Input tokens of a model request without a history: the largest
            average over the requests of a first turn.
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
    count = max(1, len(turns))
    per_request = [turn.usage.input_tokens / max(1, turn.usage.requests) for turn in first]
    return {
        "input_tokens": read,
        "output_tokens": written,
        "input_tokens_per_turn": round(read / count),
        "output_tokens_per_turn": round(written / count),
        "first_request_tokens": round(max(per_request, default=0)),
    }


def percentile(ordered: Sequence[float], share: int) -> float:
    """Return the smallest value that `share` percent of the values do not exceed."""
    if not ordered:
        return 0.0
    return ordered[max(0, math.ceil(len(ordered) * share / 100) - 1)]
