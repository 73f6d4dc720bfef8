"""The report as one HTML page for people, which needs nothing else."""

from pathlib import Path

from jinja2 import Environment, StrictUndefined

from chat_api.client.responses import printable
from chat_api.replay.finding import shown
from chat_api.replay.report import Report
from chat_api.replay.table import figures, scores

_TEMPLATE = Path(__file__).with_name("page.html")


def page(report: Report) -> str:
    """Return the page; everything that others wrote is escaped."""
    environment = Environment(
        autoescape=True,
        finalize=lambda value: printable(value) if type(value) is str else value,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["shown"] = shown
    template = environment.from_string(_TEMPLATE.read_text("utf-8"))
    return template.render(report=report, figures=figures(report), scores=scores(report))
