"""The likeliest intent of a sentence, by a linear classifier over its words and pairs of words.

Sentence patterns read exactly what they know; the classifier has a view on every sentence, but
knows nothing of titles and dates. It is a multinomial logistic regression; `make learn` fits its
weights to `tests/bench/sentences.jsonl`.
"""

import math
import re
from collections.abc import Mapping
from itertools import pairwise
from typing import get_args

from chat_api.assistant.commands import Intent
from chat_api.assistant.weights import Weights

_TOKEN = re.compile(r"\ue000\d+\ue000|[^\W\d_]+(?:'[^\W\d_]+)*|\d+|[?:,.!#@]")
WEIGHTS = Weights("intents.tsv")
_INTENTS: Mapping[str, Intent] = {each: each for each in get_args(Intent)}


def features(clause: str) -> frozenset[str]:
    """Return the words of a plain clause, and its pairs of words with its start and its end."""
    words = ["^", *map(_word, _TOKEN.findall(clause.casefold())), "$"]
    return frozenset(words[1:-1]).union(" ".join(pair) for pair in pairwise(words))


def _word(token: str) -> str:
    """Make all numbers alike, and all quotations."""
    if token.isdecimal():
        return "0"
    return token if token[0] != "\ue000" else '"'


def likely_act(clause: str) -> tuple[Intent, float]:
    """Return what a plain clause does to tasks that are there, if anything, and how likely."""
    chances = probabilities(clause)
    acts: tuple[Intent, ...] = ("complete", "delete", "update")
    best = max(acts, key=lambda act: chances[act])
    return best, chances[best]


def probabilities(clause: str) -> Mapping[Intent, float]:
    """Return how likely each intent is for a plain clause; together they are 1."""
    scores = WEIGHTS.sums(features(clause), unit=True)
    parts = [math.exp(score - max(scores)) for score in scores]
    answers = (_INTENTS[name] for name in WEIGHTS.answers)
    return {each: part / sum(parts) for each, part in zip(answers, parts, strict=True)}
