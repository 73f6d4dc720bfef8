"""Marks what users wrote as data, in the text that a model reads."""

import re
from collections.abc import Iterable

_MARK = re.compile(r"<(?=\s*/?\s*tasks?\b)", re.IGNORECASE)


def fenced(lines: Iterable[str]) -> str:
    """Return lines that hold text of tasks between `<tasks>` and `</tasks>`."""
    return "\n".join(("<tasks>", *map(_harmless, lines), "</tasks>"))


def fenced_line(line: str) -> str:
    """Return one line that holds the text of a task between `<task>` and `</task>`."""
    return f"<task>{_harmless(line)}</task>"


def _harmless(line: str) -> str:
    """Keep a title from ending the fence that it is in."""
    return _MARK.sub("‹", line)
