"""Which words of a sentence name the task it is about, by a linear model over its tokens.

For every token it has a view on whether the title starts there, ends there, and holds it; the span
for which most speaks in all three is the title. The views are logistic regressions over the words
around the token; `make learn` fits their weights to the titles in `tests/bench/sentences.jsonl`.
"""

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from chat_api.assistant.commands import Intent
from chat_api.assistant.weights import Weights

_TOKEN = re.compile(r"\ue000\d+\ue000|[^\W\d_]+(?:['-][^\W\d_]+)*|\d+(?:[.:]\d+)?|[^\w\s]")
_DIGIT = re.compile(r"\d")
WEIGHTS = Weights("spans.tsv")
LIKELY = 0.3
"""From this chance on a span is taken for the title."""
_MOST = 60
"""Tokens that are looked at: a title does not stand behind more."""


@dataclass(frozen=True)
class Span:
    """From where to where in the clause, and how likely both are right."""

    start: int
    end: int
    chance: float

    def of(self, clause: str) -> str:
        """Return the words."""
        return clause[self.start : self.end]


def tokens(clause: str) -> list[re.Match[str]]:
    """Return the words, numbers and signs of a plain clause."""
    return list(_TOKEN.finditer(clause))[:_MOST]


def token_features(words: Sequence[str], intent: Intent) -> Iterator[list[str]]:
    """Yield, for each of the words of a sentence, what is seen around it."""
    padded = ["^", "^", *map(_seen, words), "$", "$"]
    for place in range(len(words)):
        before, last, own, after, behind = padded[place : place + 5]
        yield [
            f"0 {own}",
            f"-1 {last}",
            f"+1 {after}",
            f"-2 {before}",
            f"+2 {behind}",
            f"-1 0 {last} {own}",
            f"0 +1 {own} {after}",
            f"-2 -1 {before} {last}",
            f"+1 +2 {after} {behind}",
            f"{intent}",
            f"{intent} 0 {own}",
            f"{intent} -1 {last}",
            f"{intent} +1 {after}",
            f"{intent} -2 -1 {before} {last}",
            f"from start {min(place, 6)}",
            f"to end {min(len(words) - 1 - place, 4)}",
        ]


def _seen(word: str) -> str:
    return '"' if word[0] == "\ue000" else _DIGIT.sub("0", word.casefold())


def likeliest_span(clause: str, intent: Intent) -> Span | None:
    """Return the words that name the task in a plain clause of that intent; None without words."""
    found = tokens(clause)
    if not found:
        return None
    views = token_features([each.group() for each in found], intent)
    starts, ends, insides = zip(*map(WEIGHTS.sums, views), strict=True)
    held = (0.0, *accumulate(insides))
    first, last = max(
        ((one, two) for one in range(len(found)) for two in range(one, len(found))),
        key=lambda span: starts[span[0]] + ends[span[1]] + held[span[1] + 1] - held[span[0]],
    )
    chance = min(_chance(starts[first]), _chance(ends[last]))
    return Span(found[first].start(), found[last].end(), chance)


def _chance(score: float) -> float:
    return 1 / (1 + math.exp(-max(score, -500.0)))
