"""The results as lines, as a table and a summary for documents, and as files."""

import statistics
import sys
from collections.abc import Iterable
from pathlib import Path

from tests.bench import charts
from tests.bench.figures import Results, Row
from tests.bench.summary import summary
from tests.bench.turns import MESSAGES
from tests.specs.documents import ROOT

FOLDER = ROOT / "specs" / "benchmarks"
PAGE = "docs/performance.md"
_PRIVATE = Path(sys.prefix) / "bench"
_BEGIN, _END = "<!-- bench -->", "<!-- /bench -->"
_HEADINGS = ("measured", "result", "goal", "met", "foreign cores")
_QUIET = 0.3  # foreign cores
_RULE = ("---", "---:", "---:", "---", "---:")


def line(row: Row) -> str:
    """Return a figure in one line."""
    value = _with_unit(_number(row.value), row.unit)
    goal = "" if row.goal is None else f"  goal {_with_unit(_number(row.goal.bound), row.unit)}"
    verdict = {True: ": met", False: ": NOT MET", None: ""}[row.met]
    foreign = "" if row.foreign_cores is None else f"  {row.foreign_cores:.1f} foreign cores"
    note = f"  ({row.note})" if row.note else ""
    return f"{_name(row, row.case)}: {value}{goal}{verdict}{foreign}{note}"


def table(results: Results) -> str:
    """Return all figures that have a goal, below a sentence that says what they are.

    Those of a plain turn and of one with a tool share a line.
    """
    groups: dict[tuple[object, ...], list[Row]] = {}
    for row in results.rows:
        if row.goal:
            shared = None if row.case in MESSAGES else row.case
            key = (row.bench, row.subject, shared, row.measure, row.component, row.at_once)
            groups.setdefault(key, []).append(row)
    cells = [_HEADINGS, _RULE, *(_cells(group) for group in groups.values())]
    lines = (f"| {' | '.join(each)} |" for each in cells)
    return "\n".join([_about(results), "", *lines, *_failed(results)])


def _cells(rows: list[Row]) -> tuple[str, ...]:
    first, unit = rows[0], rows[0].unit
    goals = [row.goal for row in rows if row.goal]
    sign = "≥" if goals[0].at_least else "≤"
    bounds = dict.fromkeys(_number(goal.bound) for goal in goals)
    days = [f"on {row.date}" for row in rows if row.date]
    notes = "; ".join(dict.fromkeys([*(row.note for row in rows if row.note), *days]))
    verdict = " / ".join("yes" if row.met else "**no**" for row in rows)
    return (
        _name(first, " / ".join(row.case for row in rows)),
        _with_unit(" / ".join(_number(row.value) for row in rows), unit),
        f"{sign} {_with_unit(' / '.join(bounds), unit)}",
        f"{verdict} ({notes})" if notes else verdict,
        f"{max(row.foreign_cores or 0.0 for row in rows):.1f}",
    )


def write(results: Results, *, publish: bool) -> None:
    """Write the results as JSON and pictures, and if they are to be published, the documents."""
    folder = FOLDER if publish else _PRIVATE
    folder.mkdir(exist_ok=True)
    (folder / "results.json").write_text(
        f"{results.model_dump_json(indent=1, exclude_none=True)}\n"
    )
    for name, picture in (
        ("cost", charts.cost(results)),
        ("throughput", charts.throughput(results)),
    ):
        (folder / f"{name}.svg").write_text(picture)
    if publish:
        for name, block in ((PAGE, table(results)), ("README.md", summary(results))):
            document = ROOT / name
            document.write_text(with_block(document.read_text("utf-8"), block), "utf-8")
    sys.stdout.write(f"\nWritten to {folder}\n")


def stored() -> Results:
    """Return the results that were published last."""
    return Results.model_validate_json((FOLDER / "results.json").read_text("utf-8"))


def with_block(text: str, block: str) -> str:
    """Return a document with a table or a summary between its markers."""
    before, _, rest = text.partition(_BEGIN)
    _, _, after = rest.partition(_END)
    return f"{before}{_BEGIN}\n{block}\n{_END}{after}"


def _about(results: Results) -> str:
    machine = ", ".join(
        [
            results.machine["processor"],
            f"{results.machine['cores']} cores",
            results.machine["system"],
        ]
    )
    versions = ", ".join(f"{name} {version}" for name, version in results.versions.items())
    caveats = [
        *(["A quick run, whose figures are rough."] if results.quick else []),
        *(
            ["Other programs were busy, so that times, rates and errors say little."]
            if _busy(results)
            else []
        ),
    ]
    return " ".join([f"Measured on {results.date}: {machine}; {versions}.", *caveats])


def _busy(results: Results) -> bool:
    foreign = [row.foreign_cores for row in results.rows if row.foreign_cores is not None]
    return bool(foreign) and statistics.median(foreign) > _QUIET


def _failed(results: Results) -> Iterable[str]:
    for failure in results.failures:
        yield f"\nNot measured: {failure.bench} ({failure.error})."


def _name(row: Row, case: str) -> str:
    parts = [row.subject, case, *([f"{row.at_once} at once"] if (row.at_once or 1) > 1 else [])]
    measure = f"{row.measure}, {row.component}" if row.component else row.measure
    return f"{', '.join(parts)}: {measure}"


def _number(value: float) -> str:
    """Return a figure with three digits that count; whole numbers stay whole."""
    digits = 0 if value == int(value) or value >= 100 else 1 if value >= 10 else 2
    return f"{value:,.{digits}f}"


def _with_unit(number: str, unit: str) -> str:
    return f"{number} {unit}" if unit else number
