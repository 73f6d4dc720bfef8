"""The lines that differ from a commit."""

import re
import subprocess
from collections.abc import Iterable

from tests.specs.documents import ROOT

_HUNK = re.compile(r"@@ -\S+ \+(\d+)(?:,(\d+))? @@")


def changed_lines(commit: str, folders: Iterable[str]) -> dict[str, list[int]]:
    """Return the lines of each file below the folders that differ from the commit."""
    command = ["git", "diff", "-U0", "--no-color", "--no-ext-diff", commit, "--", *folders]
    diff = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return lines_of(diff)


def lines_of(diff: str) -> dict[str, list[int]]:
    """Return the lines that a diff without context adds or changes in each file."""
    lines: dict[str, list[int]] = {}
    path = ""
    for line in diff.splitlines():
        if line.startswith("+++ "):
            path = line.removeprefix("+++ ").removeprefix("b/")
        elif hunk := _HUNK.match(line):
            first, count = int(hunk[1]), int(hunk[2] or 1)
            if count:
                lines.setdefault(path, []).extend(range(first, first + count))
    return lines
