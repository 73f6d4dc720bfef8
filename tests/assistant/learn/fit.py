"""Fit the reader of the built-in assistant to examples: `make learn`.

Reads examples from standard input, as tests.assistant.learn.examples writes them, and writes
`reader.npz` into a folder, as chat_api.assistant.network reads it. It imports nothing
of ours but its neighbours, for it runs where JAX and scikit-learn are installed, and nothing else
has to.
"""

import json
import random
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

import jax
import jax.numpy as jnp
import numpy as np
import optax

from tests.assistant.learn.model import Batch, Sizes, initial, loss
from tests.assistant.learn.vectors import choose, coded, decoded

_WORDS = 8_500
_LENGTHS = (12, 24, 64)
"""Messages are filled up to one of these lengths; longer ones are not learned from."""
_CLAUSES = 6
_AT_ONCE = 64
_ROUNDS, _RATE = 8, 3e-3
# After the vectors of the words were coded, the rest is fitted to them as they are now.
_LAST_ROUNDS, _LAST_RATE = 2, 7e-4
_SLOWEST = 6
"""At the end of the rounds the weights change at a rate so many times smaller."""
_AVERAGED = 0.002
"""The share of each step in the average of the weights, which is what is kept."""
_MOST_GROUPS = 10
_SEEN_IN = 3
_STEPS = 48
"""A weight is one of twice as many steps around 0, for each column of a table."""

Arrays: TypeAlias = Any


class Names(NamedTuple):
    """What the numbers of a batch stand for."""

    words: Mapping[str, int]
    intents: Sequence[str]
    tags: Sequence[str]


def main(package: Path, folder: Path) -> None:
    """Fit and write everything."""
    head, *examples = (json.loads(line) for line in sys.stdin)
    counts = Counter(word for each in examples for token in each["tokens"] for word in token[:2])
    del counts[""]
    words, vectors = choose(package, counts, _WORDS)
    clauses = [clause for each in examples for clause in each["clauses"]]
    names = Names(
        {word: place for place, word in enumerate(words)},
        sorted({intent for _, _, intent, _ in clauses}),
        sorted({tag for *_, tags in clauses for tag in tags or ()}),
    )
    often = np.array([counts[word] for word in words], np.float32)
    own = (often >= _SEEN_IN).astype(np.float32)[:, None]
    encoded = [_encoded(each, names) for each in examples]
    sizes = Sizes(head["letter_rows"], len(names.intents), len(names.tags))
    weights = _fitted(initial(vectors, own, sizes), encoded, _ROUNDS, _RATE)
    table = np.asarray(weights.pop("own") * own + vectors @ weights.pop("project"))
    centers, codes = coded(table, np.sqrt(often) + 1)
    weights["table"] = jnp.asarray(decoded(centers, codes))
    weights = _fitted(weights, encoded, _LAST_ROUNDS, _LAST_RATE)
    del weights["table"], weights["vectors"], weights["is_own"]
    weights["letters"] = weights["letters"].at[0].set(0.0)
    file = folder / "reader.npz"
    np.savez_compressed(
        file,
        checksum=np.array(head["checksum"]),
        intents=np.array(names.intents),
        tags=np.array(names.tags),
        words=_lines(words),
        carriers=_lines(_carriers(examples)),
        centers=centers,
        codes=codes,
        **dict(_packed(weights)),
    )
    sys.stderr.write(f"{file.name}: {file.stat().st_size // 1024} KiB\n")


def _fitted(weights: Arrays, encoded: Sequence["_Encoded"], rounds: int, rate: float) -> Arrays:
    """Return the weights after some rounds over all examples, on average over the last steps."""
    chance = random.Random(2)
    steps = rounds * len(list(_batches(encoded, chance)))
    # Tables that are given are no weights.
    given = {name for name in weights if name in {"vectors", "is_own", "table"}}
    fixed = {name: weights[name] for name in given}
    free = {name: value for name, value in weights.items() if name not in given}
    rates = optax.warmup_cosine_decay_schedule(0.0, rate, steps // 20, steps, rate / _SLOWEST)
    optimizer = optax.chain(optax.clip_by_global_norm(1.0), optax.adamw(rates, weight_decay=1e-4))
    state = optimizer.init(free)

    def step(
        free: Arrays, state: Arrays, average: Arrays, key: Arrays, batch: Batch
    ) -> tuple[Arrays, ...]:
        cost, gradient = jax.value_and_grad(lambda one: loss({**fixed, **one}, batch, key))(free)
        change, state = optimizer.update(gradient, state, free)
        free = optax.apply_updates(free, change)
        return free, state, optax.incremental_update(free, average, _AVERAGED), cost

    compiled, average = jax.jit(step), free
    key = jax.random.PRNGKey(2)
    for number in range(rounds):
        costs = []
        for batch in _batches(encoded, chance):
            key, now = jax.random.split(key)
            free, state, average, cost = compiled(free, state, average, now, batch)
            costs.append(cost)
        mean = float(jnp.mean(jnp.array(costs)))
        sys.stderr.write(f"round {number + 1} of {rounds}: {mean:.4f}\n")
    return {**fixed, **average}


class _Encoded(NamedTuple):
    tokens: Sequence[tuple[int, ...]]
    clauses: Sequence[tuple[int, int, int]]
    tags: Sequence[int]


def _encoded(example: Any, names: Names) -> _Encoded:
    tags = [-1] * len(example["tokens"])
    clauses = []
    for begin, end, intent, given in example["clauses"]:
        clauses.append((begin, end, names.intents.index(intent)))
        tags[begin:end] = [names.tags.index(tag) for tag in given] if given else tags[begin:end]
    tokens = [
        (
            names.words.get(form, 0),
            names.words.get(inner, 0),
            capital,
            int(form[0] == "<"),
            *groups,
            *[0] * (_MOST_GROUPS - len(groups)),
        )
        for form, inner, capital, groups in example["tokens"]
    ]
    return _Encoded(tokens, clauses, tags)


def _batches(encoded: Iterable[_Encoded], chance: random.Random) -> Iterator[Batch]:
    """Yield all messages in a new order, each batch of one length."""
    by_length: dict[int, list[_Encoded]] = {length: [] for length in _LENGTHS}
    for each in encoded:
        length = next((one for one in _LENGTHS if len(each.tokens) <= one), None)
        if length and each.tokens and len(each.clauses) <= _CLAUSES:
            by_length[length].append(each)
    groups = []
    for length, some in by_length.items():
        chance.shuffle(some)
        starts = range(0, len(some), _AT_ONCE)
        groups += [(length, (some[start : start + _AT_ONCE] + some)[:_AT_ONCE]) for start in starts]
    chance.shuffle(groups)
    for length, group in groups:
        yield _batch(group, length)


def _batch(group: Sequence[_Encoded], length: int) -> Batch:
    count = len(group)
    tokens = np.zeros((count, length, 4 + _MOST_GROUPS), np.int32)
    there = np.zeros((count, length), np.float32)
    begins = np.zeros((count, length), np.float32)
    clauses = np.zeros((count, _CLAUSES, length), np.float32)
    intents = np.full((count, _CLAUSES), -1, np.int32)
    token_intents = np.zeros((count, length), np.int32)
    tags = np.full((count, length), -1, np.int32)
    first = np.zeros((count, length), np.float32)
    for row, each in enumerate(group):
        size = len(each.tokens)
        tokens[row, :size], there[row, :size], tags[row, :size] = each.tokens, 1, each.tags
        for number, (begin, end, intent) in enumerate(each.clauses):
            clauses[row, number, begin:end] = 1
            intents[row, number] = intent
            token_intents[row, begin:end] = intent
            first[row, begin] = 1
            begins[row, begin] = number > 0
    return Batch(tokens, there, begins, clauses, intents, token_intents, tags, first)


def _packed(weights: Mapping[str, Arrays]) -> Iterator[tuple[str, Arrays]]:
    """Yield the weights as whole numbers, with a scale for each column of a table."""
    for name, given in sorted(weights.items()):
        value = np.asarray(given, np.float32)
        scale = np.abs(value).max(axis=0, keepdims=True) / _STEPS + 1e-9
        yield f"{name}/whole", np.round(value / scale).astype(np.int8)
        yield f"{name}/scale", scale.astype(np.float32)


def _lines(words: Sequence[str]) -> Arrays:
    return np.frombuffer("\n".join(words).encode(), np.uint8)


def _carriers(examples: Sequence[Any]) -> list[str]:
    """Return the words that mostly stand beside the roles, and so say nothing of their own."""
    placed = [
        (example["tokens"][place][0], tag)
        for example in examples
        for begin, _, _, tags in example["clauses"]
        for place, tag in enumerate(tags or (), begin)
    ]
    every = Counter(word for word, _ in placed)
    beside = Counter(word for word, tag in placed if tag == "O")
    often = [word for word, times in beside.items() if times >= max(_SEEN_IN, every[word] / 2)]
    return sorted(word for word in often if word[0].isalpha())


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:3]))
