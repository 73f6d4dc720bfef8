"""The learned reader: a small recurrent network over the tokens of a message, of `data/reader.npz`.

It reads a message once, from both ends, and then says for each token how likely a command begins
there, for a clause what it asks for, and for each of its tokens which role it plays. `make learn`
fits it.
"""

from collections.abc import Container, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from itertools import accumulate, chain
from typing import Any, TypeAlias
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from chat_api.assistant.tokens import Token

Array: TypeAlias = NDArray[np.float32]

_GROUP = 3
_LETTERS = 12
LETTER_ROWS = 1536
"""How many rows the table of groups of letters has."""


@dataclass(frozen=True)
class States:
    """What the network has made of the tokens of a message: a row for each."""

    tokens: Sequence[Token]
    rows: Array

    def of(self, clause: Sequence[Token]) -> Array:
        """Return the rows of some tokens that follow each other."""
        begin = next(place for place, each in enumerate(self.tokens) if each is clause[0])
        return self.rows[begin : begin + len(clause)]


class Network:
    """The weights, which are read when they are first needed."""

    def __init__(self, file: str) -> None:
        self._file = file

    @cached_property
    def _arrays(self) -> dict[str, Any]:
        # The tables are small: threads would only wait for each other.
        threadpool_limits(1, user_api="blas")
        with files(__package__).joinpath(f"data/{self._file}").open("rb") as opened:
            read = dict(np.load(opened, allow_pickle=False))
        for name in [each for each in read if each.endswith("/scale")]:
            whole = read.pop(name.removesuffix("/scale") + "/whole")
            read[name.removesuffix("/scale")] = whole.astype(np.float32) * read.pop(name)
        return read

    @cached_property
    def intents(self) -> tuple[str, ...]:
        """The intents, in the order of their scores."""
        return tuple(map(str, self._arrays["intents"]))

    @cached_property
    def tags(self) -> tuple[str, ...]:
        """The tags of tokens: O, and B- and I- with a role."""
        return tuple(map(str, self._arrays["tags"]))

    @cached_property
    def carriers(self) -> frozenset[str]:
        """The words that mostly stand beside the roles, and so say nothing of their own."""
        return frozenset(self._lines("carriers"))

    def _lines(self, name: str) -> list[str]:
        return bytes(self._arrays[name]).decode().split("\n")

    @cached_property
    def _words(self) -> dict[str, int]:
        return {word: place for place, word in enumerate(self._lines("words"))}

    @cached_property
    def _vectors(self) -> Array:
        """The vectors of the words: parts of them are the nearest of 256 centres."""
        centers, codes = self._arrays["centers"], self._arrays["codes"]
        parts = [centers[part, codes[:, part]] for part in range(codes.shape[1])]
        vectors: Array = np.concatenate(parts, axis=1).astype(np.float32)
        return vectors

    def read(self, tokens: Sequence[Token]) -> States:
        """Return the states of a message's tokens, of which there is one at least."""
        weights = self._arrays
        seen = self._seen(tokens)
        forward = seen @ weights["forward/in"] + weights["forward/bias"]
        backward = seen[::-1] @ weights["backward/in"] + weights["backward/bias"]
        passed = _recurrent(np.stack([forward, backward], axis=1), self._recurrence)
        return States(tokens, np.concatenate([passed[:, 0], passed[::-1, 1], seen], axis=1))

    @cached_property
    def _recurrence(self) -> Array:
        return np.stack([self._arrays["forward/again"], self._arrays["backward/again"]])

    def _seen(self, tokens: Sequence[Token]) -> Array:
        """Return what the network sees of each token."""
        words, vectors = self._words, self._vectors
        groups = [letter_groups(token.form) for token in tokens]
        starts = [0, *accumulate(map(len, groups[:-1]))]
        return np.concatenate(
            [
                vectors[[words.get(token.form, 0) for token in tokens]],
                vectors[[words.get(token.inner, 0) for token in tokens]],
                np.add.reduceat(self._arrays["letters"][list(chain(*groups))], starts),
                np.array([(token.capital, token.form[0] == "<") for token in tokens], np.float32),
            ],
            axis=1,
        )

    def beginnings(self, states: States) -> Array:
        """Return for each token what speaks for a command beginning there; above 0 it does."""
        found: Array = (states.rows @ self._arrays["begin"] + self._arrays["begin/bias"])[:, 0]
        return found

    def intent_scores(self, rows: Array) -> Array:
        """Return what speaks for each intent of a clause, in logarithms."""
        hidden = self._hidden(rows, "intent")
        pooled = np.concatenate([hidden.max(0), hidden.mean(0), hidden[0]])
        found: Array = (pooled @ self._arrays["intent/out"] + self._arrays["intent/bias"])[0]
        return found

    def tag_scores(self, rows: Array, intent: str) -> Array:
        """Return for each token of a clause with that intent what speaks for each tag."""
        of_intent = self._arrays["role/intents"][self.intents.index(intent)]
        hidden = self._hidden(rows, "role", of_intent)
        found: Array = hidden @ self._arrays["role/out"] + self._arrays["role/bias"]
        return found

    @property
    def transitions(self) -> Array:
        """What speaks for a tag after another one: a row for each, the last for none before."""
        found: Array = self._arrays["transitions"]
        return found

    def _hidden(self, rows: Array, head: str, more: Array | float = 0.0) -> Array:
        weights = self._arrays
        found: Array = np.maximum(
            rows @ weights[f"{head}/in"] + weights[f"{head}/in_bias"] + more, 0
        )
        return found


class Carriers(Container[str]):
    """The words that stand beside titles and say nothing of their own: "please", "add", "about"."""

    def __init__(self, network: Network) -> None:
        self._network = network

    def __contains__(self, word: object) -> bool:
        return word in self._network.carriers


READER = Network("reader.npz")
CARRIERS = Carriers(READER)


def letter_groups(form: str) -> list[int]:
    """Return the rows of a word's groups of letters, which spellings share; row 0 is of none."""
    if form[0] == "<":
        return [0]
    marked = f"^{form}$"[:_LETTERS]
    return [
        crc32(marked[place : place + _GROUP].encode(errors="replace")) % (LETTER_ROWS - 1) + 1
        for place in range(len(marked) - _GROUP + 1)
    ]


def _recurrent(inputs: Array, again: Array) -> Array:
    """Return the states of gated recurrent units, for each step and direction.

    Args:
        inputs: steps x directions x 3 states: for the reset, the update and the new state.
        again: directions x states x 3 states.

    """
    size = again.shape[1]
    state = np.zeros((again.shape[0], 1, size), np.float32)
    found = np.empty((*inputs.shape[:2], size), np.float32)
    for step, given in enumerate(inputs[:, :, None]):
        before = state @ again
        gates = 1 / (1 + np.exp(-(given[..., : 2 * size] + before[..., : 2 * size])))
        new = np.tanh(given[..., 2 * size :] + gates[..., :size] * before[..., 2 * size :])
        state = new + gates[..., size:] * (state - new)
        found[step] = state[:, 0]
    return found
