"""The few figures of a run that the README gives, each sentence from the rows that it is about."""

from collections.abc import Iterator
from typing import NamedTuple

from tests.bench.figures import Results, Row
from tests.bench.throughput import RATE
from tests.bench.turns import CPU

_OURS = "ours, openai"
_SAME_MOMENT = "10000 due at the same moment"


class _Figure(NamedTuple):
    subject: str
    case: str
    measure: str
    at_once: int | None = None
    component: str | None = None


class _Sentence(NamedTuple):
    """A sentence, with a place for each of its figures."""

    text: str
    figures: tuple[_Figure, ...]


def _both(measure: str, component: str | None = None) -> tuple[_Figure, _Figure]:
    """Return a figure of a plain turn and the same one of a turn with a tool."""
    plain, tool = (
        _Figure(_OURS, case, measure, component=component) for case in ("plain", "one tool")
    )
    return plain, tool


_SENTENCES = (
    _Sentence(
        "**A turn takes {:.1f} ms of CPU** in the API, {:.1f} ms with a tool call: {:.2f} and"
        " {:.2f} times the CPU of a server on the Vercel AI SDK that has no database, no users and"
        " no tools over MCP, and {:.2f} and {:.2f} times that of the obvious stack. With Postgres"
        " and the MCP server it is {:.2f} and {:.2f} times the Vercel AI SDK's.",
        (
            *_both(CPU, "API"),
            *_both(f"{CPU}: API process / AI SDK server"),
            *_both(f"{CPU}: API process / that of the obvious stack"),
            *_both(f"{CPU}: all processes / AI SDK server"),
        ),
    ),
    _Sentence(
        "**200 turns at once** are answered at {:.0f} a second, with {:.0f} errors; the slowest"
        " user waits {:.2f} times as long as the fastest.",
        (
            _Figure(_OURS, "plain", RATE, 200),
            _Figure(_OURS, "plain", "errors", 200),
            _Figure(_OURS, "plain", "slowest user's median / fastest's", 200),
        ),
    ),
    _Sentence(
        "**Between replicas** a changed task is seen after {:.2f} s at most, and a turn is stopped"
        " after {:.2f} s. Of 10,000 reminders due at the same moment, 99 of 100 are {:.2f} s late"
        " or less.",
        (
            _Figure("ours", "a task, over REST", "change seen at another replica, longest"),
            _Figure("ours", "a turn", "stop at another replica, longest"),
            _Figure("ours", _SAME_MOMENT, "late, 99 of 100"),
        ),
    ),
)


def summary(results: Results) -> str:
    """Return a list of sentences; one whose figures were not all measured is left out."""
    return "\n".join(f"- {sentence}" for sentence in _sentences(results))


def _sentences(results: Results) -> Iterator[str]:
    values = {_figure(row): row.value for row in results.rows}
    for text, figures in _SENTENCES:
        if values.keys() >= set(figures):
            yield text.format(*(values[figure] for figure in figures))
    goals = [row.met for row in results.rows if row.goal]
    yield (
        f"**{goals.count(True)} of {len(goals)} goals are met**, measured on {results.date} on"
        f" {results.machine['cores']} cores. [Every figure](docs/performance.md) is there, those"
        " that miss their goal too."
    )


def _figure(row: Row) -> _Figure:
    return _Figure(row.subject, row.case, row.measure, row.at_once, row.component)
