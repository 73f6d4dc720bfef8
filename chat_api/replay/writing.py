"""Reports as files, their kind by their names."""

import json
from collections.abc import Callable
from pathlib import Path

from chat_api.replay.junit import junit
from chat_api.replay.page import page
from chat_api.replay.report import Report


def _json(report: Report) -> str:
    told = {"passed": report.passed, "verdict": report.verdict, **report.model_dump(mode="json")}
    return json.dumps(told, indent=2) + "\n"


_KINDS: dict[str, Callable[[Report], str]] = {".json": _json, ".xml": junit, ".html": page}


def write(report: Report, path: Path) -> None:
    """Write the report as JSON, as JUnit XML, or as one page for people.

    Raises:
        OSError: the file can't be written.

    """
    text = _KINDS[path.suffix](report)
    path.write_text(text.encode(errors="replace").decode(), "utf-8")
