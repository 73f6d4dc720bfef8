"""What a benchmark yields: rows of figures with their goals, and the statistics behind them."""

import math
import statistics
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict

Component = Literal["API", "MCP server", "Postgres"]


class Goal(BaseModel):
    """A bound that a figure must not pass: an upper one, or a lower one if `at_least`."""

    model_config = ConfigDict(frozen=True)

    bound: float
    at_least: bool = False

    def met_by(self, value: float) -> bool:
        """Return whether a figure keeps the bound."""
        return value >= self.bound if self.at_least else value <= self.bound


class Row(BaseModel):
    """One figure.

    Attributes:
        bench: The benchmark that measured it.
        subject: The configuration of ours, or the peer, that was measured.
        case: What it did.
        measure: What was measured of that.
        component: The process whose CPU time this is, where it is that of one process.
        at_once: How many clients did it at once, where that varies.
        foreign_cores: Cores that other programs of the machine kept busy meanwhile.
        date: The day of its run, where that is another one than that of the results.
    """

    model_config = ConfigDict(frozen=True)

    bench: str
    subject: str
    case: str
    measure: str
    value: float
    unit: str
    component: Component | None = None
    at_once: int | None = None
    goal: Goal | None = None
    foreign_cores: float | None = None
    date: str | None = None
    note: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the goal is met; None without a goal."""
        return self.goal.met_by(self.value) if self.goal else None

    @property
    def figure(self) -> tuple[object, ...]:
        """What it is a figure of; two runs measure the same ones."""
        return (self.bench, self.subject, self.case, self.measure, self.component, self.at_once)


class Failure(BaseModel):
    """A benchmark that came to no end."""

    bench: str
    error: str


class Results(BaseModel):
    """A run: where, when and with what it was measured, and the figures."""

    date: str
    machine: dict[str, str]
    versions: dict[str, str]
    quick: bool
    rows: list[Row] = []
    failures: list[Failure] = []

    def updated(self, run: "Results") -> "Results":
        """Return these results with the figures of a later run in place of their own."""
        date = None if run.date == self.date else run.date
        later = {row.figure: row.model_copy(update={"date": date}) for row in run.rows}
        rows = [later.pop(row.figure, row) for row in self.rows]
        update = {"rows": [*rows, *later.values()], "quick": self.quick or run.quick}
        return self.model_copy(update=update)


def at_most(bound: float) -> Goal:
    """Return an upper bound."""
    return Goal(bound=bound)


def at_least(bound: float) -> Goal:
    """Return a lower bound."""
    return Goal(bound=bound, at_least=True)


def percentile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that at least this share of all values does not pass."""
    if not values:
        return math.nan
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def fairness(times: Iterable[tuple[int, float]]) -> float:
    """Return the slowest user's median over the fastest's, from pairs of user and time."""
    by_user: defaultdict[int, list[float]] = defaultdict(list)
    for user, time in times:
        by_user[user].append(time)
    medians = [statistics.median(own) for own in by_user.values()]
    return max(medians) / min(medians) if medians else math.nan
