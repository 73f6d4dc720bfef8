"""The results in the terminal."""

from collections.abc import Iterator

from rich.console import Console
from rich.table import Table
from rich.text import Text

from chat_api.client.responses import printable
from chat_api.replay.metrics import Metrics
from chat_api.replay.report import ConversationReport, ModelReport, Report, RunReport

_STYLES = {"-": "red", "+": "green"}


def show(report: Report, console: Console) -> None:
    """Print what differed, then the results by script, then the figures by model."""
    for model in report.models:
        for conversation in model.conversations:
            _show_differences(model, conversation, console)
    console.print(_by_script(report))
    console.print(_by_figure(report))


def figures(report: Report) -> list[tuple[str, list[str]]]:
    """Return each figure's title, and its value for each model."""
    values = [dict(model.metrics) for model in report.models]
    titles = [(name, field.title or name) for name, field in Metrics.model_fields.items()]
    return [(title, [_shown(one[name]) for one in values]) for name, title in titles]


def scores(report: Report) -> list[tuple[str, list[str]]]:
    """Return each script, and for each model how many of its conversations passed."""
    names = dict.fromkeys(one.script for model in report.models for one in model.conversations)
    return [(name, [_score(model, name) for model in report.models]) for name in names]


def _score(model: ModelReport, script: str) -> str:
    ours = [one for one in model.conversations if one.script == script]
    unsteady = sum(not one.steady for one in ours)
    told = f"{sum(one.passed for one in ours)}/{len(ours)}"
    return f"{told}, {unsteady} unsteady" if unsteady else told


def _shown(value: object) -> str:
    match value:
        case float():
            return f"{value:,.2f}"
        case int():
            return f"{value:,}"
    return str(value)


def _by_script(report: Report) -> Table:
    return _table("conversations", report, scores(report))


def _by_figure(report: Report) -> Table:
    return _table("", report, figures(report))


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
    run = next((run for run in conversation.runs if not run.passed), None)
    if run is None:
        return
    title = f"{conversation.script}: {conversation.name}"
    console.print(
        Text.assemble(("✗ ", "red"), (title, "bold"), f"  ({printable(model.model)})"),
        soft_wrap=True,
    )
    for line in _lines(run):
        console.print(
            Text(f"  {printable(line)}", style=_STYLES.get(line.strip()[:1], "")), soft_wrap=True
        )


def _lines(run: RunReport) -> Iterator[str]:
    if run.error:
        yield run.error
    for number, turn in enumerate(run.turns, 1):
        if not turn.passed:
            yield f"turn {number}: {turn.heard.said}"
        for name, difference in turn.differences.items():
            yield f"  {name}"
            yield from (f"    {line}" for line in difference)
    for name, difference in run.row_differences.items():
        yield name
        yield from (f"    {line}" for line in difference)
