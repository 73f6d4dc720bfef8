"""The findings, printed as a table or as JSON."""

import json
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict

from rich.console import Console
from rich.table import Table

from chat_api.doctor.finding import Finding, Status, has_errors

_STYLES: dict[Status, str] = {
    "ok": "green",
    "warning": "yellow",
    "error": "bold red",
    "skipped": "dim",
}
# The lines of a table stay whole where they are piped.
_TABLE_WIDTH = 160


def print_report(findings: Sequence[Finding], *, as_json: bool) -> int:
    """Print the findings, and return the exit code: 1 if something does not work."""
    if as_json:
        status = "error" if has_errors(findings) else "ok"
        document = {"status": status, "findings": [asdict(one) for one in findings]}
        sys.stdout.write(f"{json.dumps(document, indent=2)}\n")
    else:
        _print_table(findings)
    return 1 if has_errors(findings) else 0


def _print_table(findings: Sequence[Finding]) -> None:
    console = Console(width=None if sys.stdout.isatty() else _TABLE_WIDTH)
    table = Table("check", "status", "what was found", box=None, pad_edge=False)
    for one in findings:
        text = f"{one.message}\n→ {one.advice}" if one.advice else one.message
        table.add_row(one.check, f"[{_STYLES[one.status]}]{one.status}[/]", _plain(text))
    console.print(table)
    counts = Counter(one.status for one in findings)
    console.print(", ".join(f"{counts[status]} {status}" for status in _STYLES))


def _plain(text: str) -> str:
    """Return a text whose brackets are no markup."""
    return text.replace("[", "\\[")
