"""What a benchmark is given, and what it is."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

from tests.bench.figures import Row


@dataclass(frozen=True)
class Options:
    """How a run was asked for: a quick one is less exact; `peers` measures others besides."""

    quick: bool = False
    peers: bool = False

    def choose(self, full: int, quick: int) -> int:
        """Return how much of something such a run does."""
        return quick if self.quick else full


Benchmark = Callable[[Options], AsyncIterator[Row]]
