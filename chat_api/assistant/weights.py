"""Weights of linear models, read from `data/` and summed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from typing import NamedTuple


class _Table(NamedTuple):
    answers: tuple[str, ...]
    start: tuple[float, ...]
    by_feature: Mapping[str, tuple[float, ...]]


@dataclass(frozen=True)
class Weights:
    """What speaks for each of some answers: something from the start, and more by each feature.

    The first line of the file has a checksum of the sentences that it was made from, and then the
    answers; the second what speaks for them from the start; the others a feature each, with what it
    adds. All is parted by tabs. `make learn` writes it.
    """

    file: str

    @cached_property
    def _table(self) -> _Table:
        text = files(__package__).joinpath(f"data/{self.file}").read_text("utf-8")
        (_, *answers), *rows = (line.split("\t") for line in text.splitlines())
        # Of all numbers, fewer than two hundred differ.
        number = cache(float)
        (_, start), *features = ((name, tuple(map(number, weights))) for name, *weights in rows)
        return _Table(tuple(answers), start, dict(features))

    def load(self) -> None:
        """Read the file now rather than at the first use."""
        self._table  # noqa: B018 (cached)

    @property
    def answers(self) -> tuple[str, ...]:
        """The answers, in the order of all sums."""
        return self._table.answers

    def sums(self, features: Iterable[str], *, unit: bool = False) -> tuple[float, ...]:
        """Return what speaks for each answer.

        As a `unit`, all known features together weigh the same, however many they are.
        """
        table = self._table
        known = [table.by_feature[each] for each in features if each in table.by_feature]
        scale = len(known) ** -0.5 if known and unit else 1.0
        columns = zip(table.start, *known, strict=True)
        return tuple(start + scale * sum(weights) for start, *weights in columns)
