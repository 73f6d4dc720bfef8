"""The report for people and machines: a table in the terminal, JSON, JUnit XML and HTML."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

from jinja2 import Environment, StrictUndefined
from rich.console import Console
from rich.table import Table
from rich.text import Text

from chat_api.client.responses import printable
from chat_api.replay.checks import compact_json
from chat_api.replay.metrics import Metrics
from chat_api.replay.report import (
    ConversationReport,
    Difference,
    ModelReport,
    Report,
    RunReport,
)

_TEMPLATE = Path(__file__).with_name("page.html")
_STYLES = {"-": "red", "+": "green"}


def show(report: Report, console: Console) -> None:
    """Print what differed, then the results by script, then the metrics by model."""
    for model in report.models:
        for conversation in model.conversations:
            _show_differences(model, conversation, console)
    console.print(_table("conversations", report, _scores(report)))
    console.print(_table("", report, _figures(report)))


def write(report: Report, path: Path) -> None:
    """Write the report to a file; its suffix is one of `REPORT_KINDS` and decides the format.

    Raises:
        OSError: The file can't be written.
    """
    text = _FORMATS[path.suffix](report)
    path.write_text(text.encode(errors="replace").decode(), "utf-8")


def _figures(report: Report) -> list[tuple[str, list[str]]]:
    """Return the title of each metric, and its value for each model."""
    values = [dict(model.metrics) for model in report.models]
    titles = [(name, field.title or name) for name, field in Metrics.model_fields.items()]
    return [(title, [_number(one[name]) for one in values]) for name, title in titles]


def _scores(report: Report) -> list[tuple[str, list[str]]]:
    """Return each script, and for each model how many of its conversations passed."""
    names = dict.fromkeys(one.script for model in report.models for one in model.conversations)
    return [(name, [_score(model, name) for model in report.models]) for name in names]


def _score(model: ModelReport, script: str) -> str:
    conversations = _of_script(model, script)
    unsteady = sum(not one.steady for one in conversations)
    score = f"{sum(one.passed for one in conversations)}/{len(conversations)}"
    return f"{score}, {unsteady} unsteady" if unsteady else score


def _of_script(model: ModelReport, script: str) -> list[ConversationReport]:
    return [one for one in model.conversations if one.script == script]


def _number(value: object) -> str:
    match value:
        case float():
            return f"{value:,.2f}"
        case int():
            return f"{value:,}"
    return str(value)


def _table(title: str, report: Report, rows: list[tuple[str, list[str]]]) -> Table:
    table = Table(title_justify="left")
    table.add_column(title)
    for model in report.models:
        table.add_column(Text(printable(model.model)), justify="right")
    for name, values in rows:
        table.add_row(Text(name), *values)
    return table


def _show_differences(
    model: ModelReport, conversation: ConversationReport, console: Console
) -> None:
    """Print what differed in the first run that failed."""
    run = next((run for run in conversation.runs if not run.passed), None)
    if run is None:
        return
    title = f"{conversation.script}: {conversation.name}"
    name = f"  ({printable(model.model)})"
    console.print(Text.assemble(("✗ ", "red"), (title, "bold"), name), soft_wrap=True)
    for line in _difference_lines(run):
        style = _STYLES.get(line.strip()[:1], "")
        console.print(Text(f"  {printable(line)}", style=style), soft_wrap=True)


def _difference_lines(run: RunReport) -> Iterator[str]:
    if run.error:
        yield run.error
    for number, turn in enumerate(run.turns, 1):
        if not turn.passed:
            yield f"turn {number}: {turn.record.message}"
        for name, difference in turn.differences.items():
            yield f"  {name}"
            yield from (f"    {line}" for line in difference)
    for name, difference in run.row_differences.items():
        yield name
        yield from (f"    {line}" for line in difference)


def _json(report: Report) -> str:
    fields = {"passed": report.passed, "verdict": report.verdict, **report.model_dump(mode="json")}
    return json.dumps(fields, indent=2) + "\n"


def _html(report: Report) -> str:
    """Return one page that loads nothing; all text of others is escaped."""
    environment = Environment(
        autoescape=True,
        finalize=lambda value: printable(value) if type(value) is str else value,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["compact_json"] = compact_json
    template = environment.from_string(_TEMPLATE.read_text("utf-8"))
    return template.render(report=report, figures=_figures(report), scores=_scores(report))


def _junit(report: Report) -> str:
    """Return a suite for each model and script, with a case for each turn and kind of rows."""
    root = ET.Element("testsuites", name="todochat replay")
    for model in report.models:
        for script in dict.fromkeys(one.script for one in model.conversations):
            root.append(_suite(model, script))
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _suite(model: ModelReport, script: str) -> ET.Element:
    suite = ET.Element("testsuite", name=f"{printable(model.model)}: {script}")
    for conversation in _of_script(model, script):
        for run in conversation.runs:
            suite.extend(_cases(conversation, run))
    failures, errors = (len(suite.findall(f"testcase/{kind}")) for kind in ("failure", "error"))
    seconds = sum(float(case.get("time", 0)) for case in suite)
    suite.set("tests", str(len(suite)))
    suite.set("failures", str(failures))
    suite.set("errors", str(errors))
    suite.set("time", f"{seconds:.3f}")
    return suite


def _cases(conversation: ConversationReport, run: RunReport) -> list[ET.Element]:
    group = f"{conversation.script}.{conversation.name}"
    if run.error is not None:
        case = ET.Element("testcase", classname=group, name="played", time="0")
        ET.SubElement(case, "error", message=printable(run.error))
        return [case]
    turns = [
        _case(group, f"{number}. {turn.record.message}", turn.differences, turn.record.seconds)
        for number, turn in enumerate(run.turns, 1)
    ]
    rows = [
        _case(group, name, {k: v for k, v in run.row_differences.items() if k == name}, 0)
        for name in run.rows
    ]
    return [*turns, *rows]


def _case(group: str, name: str, differences: dict[str, Difference], seconds: float) -> ET.Element:
    case = ET.Element("testcase", classname=group, name=printable(name), time=f"{seconds:.3f}")
    if differences:
        message = f"not as scripted: {', '.join(differences)}"
        failure = ET.SubElement(case, "failure", message=message)
        blocks = ["\n".join([f"{aspect}:", *lines]) for aspect, lines in differences.items()]
        failure.text = printable("\n".join(blocks))
    return case


_FORMATS: dict[str, Callable[[Report], str]] = {".json": _json, ".xml": _junit, ".html": _html}
