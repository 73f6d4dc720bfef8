"""The figures of a run as a table, and whether they are good."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tests.bench.figures import percentile
from tests.faults.soak.faults import Strike
from tests.faults.soak.life import Turn

_MEGABYTE = 2**20
# A tenth more, and what the allocator holds one time and not another.
_GROWTH, _MARGIN = 1.1, 16 * _MEGABYTE
# What a client may meet meanwhile: others are faults of ours.
_EXPECTED = ("client cut off", "no connection", "503 ", "409 conversation_busy")
_UNEXPECTED_OUTCOMES = ("internal_error",)


@dataclass(frozen=True)
class Memory:
    """The memory of a program in bytes, once it was warm and at the end."""

    program: str
    warm: int
    end: int

    @property
    def is_flat(self) -> bool:
        return self.end <= self.warm * _GROWTH + _MARGIN


@dataclass(frozen=True)
class Report:
    """What happened; `problems` are the invariants that did not hold."""

    seconds: float
    turns: Sequence[Turn]
    disturbances: Sequence[Counter[str]]
    strikes: Sequence[Strike]
    memory: Sequence[Memory]
    problems: Sequence[str]

    @property
    def outcomes(self) -> Counter[str]:
        return Counter(turn.outcome for turn in self.turns)

    @property
    def faults(self) -> list[str]:
        """What must not be: all that fails the run."""
        met = sum(self.disturbances, Counter[str]())
        return [
            *self.problems,
            *(f"{times} x {name}" for name, times in met.items() if not name.startswith(_EXPECTED)),
            *(f"a turn ended with {name}" for name in _UNEXPECTED_OUTCOMES if self.outcomes[name]),
            *(f"the {one.program}'s memory grows" for one in self.memory if not one.is_flat),
        ]

    def table(self) -> str:
        """The figures, a line each."""
        rows = list(self._rows())
        width = max(len(name) for name, _ in rows)
        return "\n".join(f"  {name:<{width}}  {figure}" for name, figure in rows)

    def _rows(self) -> Iterator[tuple[str, str]]:
        yield "seconds", f"{self.seconds:.0f}"
        yield "turns", f"{len(self.turns)}"
        for name, times in self.outcomes.most_common():
            yield f"turns that ended with {name}", f"{times}"
        for name, times in sum(self.disturbances, Counter[str]()).most_common():
            yield f"retried after: {name}", f"{times}"
        calm = [turn for turn in self.turns if not self._is_disturbed(turn)]
        for name, turns in (("", self.turns), (" without a fault", calm)):
            waits = [turn.ended - turn.began for turn in turns]
            figures = ", ".join(f"{percentile(waits, share):.2f} s" for share in (0.5, 0.99))
            yield f"a turn{name}, median and 99 of 100", f"{figures} ({len(turns)})"
        recovered = defaultdict[str, list[float]](list)
        for strike in self.strikes:
            recovered[strike.name].append(strike.ended - strike.began)
        for name, seconds in recovered.items():
            typical = f"{percentile(seconds, 0.5):.1f} s, longest {max(seconds):.1f} s"
            yield f"{name}: until all are served", f"{typical} ({len(seconds)} times)"
        for memory in self.memory:
            sizes = f"{memory.warm / _MEGABYTE:.0f} MB, {memory.end / _MEGABYTE:.0f} MB"
            yield f"memory of the {memory.program}, warm and at the end", sizes

    def _is_disturbed(self, turn: Turn) -> bool:
        return any(
            strike.began <= turn.ended and turn.began <= strike.ended for strike in self.strikes
        )
