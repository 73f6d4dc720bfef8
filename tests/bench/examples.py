"""What the models of the built-in assistant learn from: `make learn`.

Prints the checksum of `sentences.jsonl`, and then a sentence of it a line: its features, its
intent, and where it has a title, the features of its tokens and the places of the first and the
last of the title.
"""

import hashlib
import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from chat_api.assistant.classifier import features
from chat_api.assistant.spans import token_features, tokens
from chat_api.assistant.understand import plain_message
from tests.bench.utterances import SENTENCES, Utterance, utterances


def _examples(each: Utterance) -> Iterator[dict[str, Any]]:
    yield _example(each)
    if each.title and each.intent == "add":
        # Whatever it is: said to a to-do list, this asks to add it.
        yield _example(replace(each, text=f"add {each.title}"))


def _example(each: Utterance) -> dict[str, Any]:
    clause = plain_message(each.text)
    example: dict[str, Any] = {
        "source": each.source,
        "features": sorted(features(clause)),
        "intent": each.intent,
    }
    words = [token.group() for token in tokens(clause)]
    title = [token.group() for token in tokens(each.title or "")]
    for start in _places(title, words):
        seen = list(token_features(words, each.intent))
        return example | {"tokens": seen, "title": [start, start + len(title) - 1]}
    return example


def _places(part: list[str], words: list[str]) -> Iterator[int]:
    """Yield where the words of a title stand, the last place first."""
    low = [word.casefold() for word in part]
    for start in reversed(range(len(words) - len(part) + 1)):
        if part and [word.casefold() for word in words[start : start + len(part)]] == low:
            yield start


def checksum() -> str:
    """Return what tells the sentences from others."""
    return hashlib.sha256(SENTENCES.read_bytes()).hexdigest()[:16]


if __name__ == "__main__":
    sys.stdout.write(json.dumps(checksum()) + "\n")
    for utterance in utterances(SENTENCES):
        for example in _examples(utterance):
            sys.stdout.write(json.dumps(example) + "\n")
