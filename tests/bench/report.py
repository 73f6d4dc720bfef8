"""The results as lines, as a table for the README, and as files."""

import sys
from collections.abc import Iterable
from pathlib import Path

from tests.bench import charts
from tests.bench.figures import Goal, Results, Row
from tests.specs.documents import ROOT

FOLDER = ROOT / "specs" / "benchmarks"
_PRIVATE = Path(sys.prefix) / "bench"
_BEGIN, _END = "<!-- bench -->", "<!-- /bench -->"
_HEADINGS = ("measured", "result", "goal", "met")
_MET = {True: "yes", False: "**no**"}


def line(row: Row) -> str:
    """Return a figure in one line."""
    foreign = "" if row.foreign_cores is None else f", {row.foreign_cores:.1f} foreign cores"
    verdict = "" if row.met is None else f"  goal {_bound(row)}: {'met' if row.met else 'NOT MET'}"
    note = f"  ({row.note})" if row.note else ""
    return f"{_name(row)}: {_value(row.value, row.unit)}{verdict}{foreign}{note}"


def table(results: Results) -> str:
    """Return all figures that have a goal, below a sentence that says what they are."""
    cells = [(_HEADINGS), ("---", "---:", "---:", "---")]
    cells += [
        (_name(row), _value(row.value, row.unit), _bound(row), _verdict(row))
        for row in results.rows
        if row.goal
    ]
    lines = (f"| {' | '.join(each)} |" for each in cells)
    return "\n".join([_about(results), "", *lines, *_failed(results)])


def write(results: Results, *, publish: bool) -> None:
    """Write the results as JSON, and if they are to be published, the pictures and the README."""
    folder = FOLDER if publish else _PRIVATE
    folder.mkdir(exist_ok=True)
    (folder / "results.json").write_text(f"{results.model_dump_json(indent=1, exclude_none=True)}\n")
    for name, picture in (("cost", charts.cost(results)), ("throughput", charts.throughput(results))):
        (folder / f"{name}.svg").write_text(picture)
    if publish:
        readme = ROOT / "README.md"
        readme.write_text(with_table(readme.read_text("utf-8"), results), "utf-8")
    sys.stdout.write(f"\nWritten to {folder}\n")


def stored() -> Results:
    """Return the results that were published last."""
    return Results.model_validate_json((FOLDER / "results.json").read_text("utf-8"))


def with_table(text: str, results: Results) -> str:
    """Return a document with the table between its markers."""
    before, _, rest = text.partition(_BEGIN)
    _, _, after = rest.partition(_END)
    return f"{before}{_BEGIN}\n{table(results)}\n{_END}{after}"


def _about(results: Results) -> str:
    machine = ", ".join(
        [results.machine["processor"], f"{results.machine['cores']} cores", results.machine["system"]]
    )
    versions = ", ".join(f"{name} {version}" for name, version in results.versions.items())
    quick = " A quick run, whose figures are rough." if results.quick else ""
    return f"Measured on {results.date}: {machine}; {versions}.{quick}"


def _failed(results: Results) -> Iterable[str]:
    for failure in results.failures:
        yield f"\nNot measured: {failure.bench} ({failure.error})."


def _name(row: Row) -> str:
    parts = [row.subject, row.case, *([f"{row.at_once} at once"] if (row.at_once or 1) > 1 else [])]
    measure = f"{row.measure}, {row.component}" if row.component else row.measure
    return f"{', '.join(parts)}: {measure}"


def _bound(row: Row) -> str:
    goal: Goal | None = row.goal
    if goal is None:
        return ""
    return f"{'≥' if goal.at_least else '≤'} {_value(goal.bound, row.unit)}"


def _verdict(row: Row) -> str:
    return f"{_MET[bool(row.met)]}{f' ({row.note})' if row.note else ''}"


def _value(value: float, unit: str) -> str:
    """Return a figure with three digits that count; whole numbers stay whole."""
    digits = 0 if value == int(value) or value >= 100 else 1 if value >= 10 else 2
    return f"{value:,.{digits}f}{f' {unit}' if unit else ''}"
