"""Weights of linear models, read from `data/` and summed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files


@dataclass(frozen=True)
class Weights:
    """What speaks for each of some answers: something from the start, and more by each feature.

    The first line of the file has a checksum of the sentences that it was made from, and then the
    answers; the second what speaks for them from the start; the others a feature each, with what it
    adds. All is parted by tabs. `make learn` writes it.
    """

    file: str

    @cached_property
    def _rows(self) -> list[list[str]]:
        text = files(__package__).joinpath(f"data/{self.file}").read_text("utf-8")
        return [line.split("\t") for line in text.splitlines()]

    @cached_property
    def answers(self) -> tuple[str, ...]:
        """The answers, in the order of all sums."""
        return tuple(self._rows[0][1:])

    @cached_property
    def _start(self) -> tuple[float, ...]:
        return tuple(map(float, self._rows[1][1:]))

    @cached_property
    def _by_feature(self) -> Mapping[str, tuple[float, ...]]:
        return {name: tuple(map(float, weights)) for name, *weights in self._rows[2:]}

    def sums(self, features: Iterable[str], *, unit: bool = False) -> tuple[float, ...]:
        """Return what speaks for each answer.

        As a `unit`, all known features together weigh the same, however many they are.
        """
        known = [self._by_feature[each] for each in features if each in self._by_feature]
        scale = len(known) ** -0.5 if known and unit else 1.0
        columns = zip(self._start, *known, strict=True)
        return tuple(start + scale * sum(weights) for start, *weights in columns)
