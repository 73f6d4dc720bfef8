"""Fences text that users wrote, so that a model reads it as data."""

import re
from collections.abc import Iterable

_MARK = re.compile(r"<(?=\s*/?\s*tasks?\b)", re.IGNORECASE)


def fenced(lines: Iterable[str]) -> str:
    """Return lines that hold text of tasks between `<tasks>` and `</tasks>`."""
    return "\n".join(("<tasks>", *map(_escaped, lines), "</tasks>"))


def fenced_line(line: str) -> str:
    """Return one line that holds the text of a task between `<task>` and `</task>`."""
    return f"<task>{_escaped(line)}</task>"


def _escaped(line: str) -> str:
    """Replace the `<` of a mark, so that a title can't end its fence."""
    return _MARK.sub("‹", line)
