"""Linear models and word clusters, read from `data/`.

`make learn` writes the models, and `make clusters` the clusters.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from typing import TypeAlias

_DIGITS = "".join(chr(code) for code in range(35, 127))
"""An answer and a weight are a character each: "#" is the first answer, or the least weight."""
_STEP = 0.1
_PLACES = {digit: place for place, digit in enumerate(_DIGITS)}
_VALUES = {digit: (place - len(_DIGITS) // 2) * _STEP for place, digit in enumerate(_DIGITS)}

_Row: TypeAlias = tuple[tuple[int, float], ...]


@dataclass(frozen=True)
class _Table:
    checksum: str
    answers: tuple[str, ...]
    bias: tuple[float, ...]
    rows: Mapping[str, str]
    pairs: Mapping[tuple[str, str], float]


@dataclass(frozen=True)
class LinearModel:
    """What speaks for each of some answers: a bias, and weights of features.

    The first line of the file has the checksum of the corpora, the number of pairs and the answers.
    Then come, for a model of sequences, the pairs: an answer, the one after it, and the weight.
    Then a feature a line: its name, and its weights, two characters each; the bias has an empty
    name. Columns are parted by tabs.
    """

    file: str

    @cached_property
    def _table(self) -> _Table:
        text = files(__package__).joinpath(f"data/{self.file}").read_text("utf-8")
        head, *lines = text.strip("\n").split("\n")
        checksum, count, *answers = head.split("\t")
        pairs = {}
        for line in lines[: int(count)]:
            before, after, weight = line.split("\t")
            pairs[before, after] = float(weight)
        rows = dict(line.split("\t") for line in lines[int(count) :])
        bias = [0.0] * len(answers)
        for place, start in _row(rows.pop("", "")):
            bias[place] = start
        return _Table(checksum, tuple(answers), tuple(bias), rows, pairs)

    @cached_property
    def _met(self) -> dict[str, _Row]:
        """The weights of the features that were met."""
        return {}

    @property
    def checksum(self) -> str:
        """The checksum of the corpora that the model is made from."""
        return self._table.checksum

    @property
    def answers(self) -> tuple[str, ...]:
        """The answers, in the order of all sums."""
        return self._table.answers

    @property
    def pairs(self) -> Mapping[tuple[str, str], float]:
        """What speaks for an answer right after another one; "" is before the first."""
        return self._table.pairs

    def sums(self, features: Iterable[str]) -> list[float]:
        """Return what speaks for each answer."""
        rows, met = self._table.rows, self._met
        sums = list(self._table.bias)
        for feature in features:
            weights = met.get(feature)
            if weights is None:
                if feature not in rows:
                    continue
                weights = met[feature] = _row(rows[feature])
            for place, weight in weights:
                sums[place] += weight
        return sums


def _row(text: str) -> _Row:
    signs = zip(text[::2], text[1::2], strict=True)
    return tuple((_PLACES[answer], _VALUES[weight]) for answer, weight in signs)


@dataclass(frozen=True)
class WordList:
    """Words in lower case, parted by white space."""

    file: str

    @cached_property
    def _words(self) -> frozenset[str]:
        text = files(__package__).joinpath(f"data/{self.file}").read_text("utf-8")
        return frozenset(text.split())

    def __contains__(self, word: str) -> bool:
        return word in self._words


@dataclass(frozen=True)
class Clusters:
    """Groups of words that stand in like contexts: fine ones, and coarse ones of those.

    A line of the file is a fine cluster: the number of its coarse one, and its words.
    """

    file: str = "clusters.txt"

    @cached_property
    def _by_word(self) -> dict[str, tuple[str, str]]:
        text = files(__package__).joinpath(f"data/{self.file}").read_text("utf-8")
        found = {}
        for number, line in enumerate(text.splitlines()):
            coarse, *words = line.split()
            found.update(dict.fromkeys(words, (str(number), coarse)))
        return found

    def of(self, word: str) -> tuple[str, str]:
        """Return the fine and the coarse cluster of a word in lower case; "" if it has none."""
        return self._by_word.get(word, ("", ""))
