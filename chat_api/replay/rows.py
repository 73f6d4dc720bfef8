"""Whether the tasks that are there in the end are the right ones."""

from collections.abc import Sequence
from typing import Any

from chat_api.replay.finding import Finding, shown
from chat_api.replay.matching import differing, is_wanted, pair
from chat_api.replay.script import FinalRow
from chat_api.replay.transcript import Row, Rows

_FIELDS = ("id", "title", "description", "completed", "due_on", "priority", "tags")


def check_rows(expected: Sequence[FinalRow], rows: Sequence[Row]) -> Finding:
    """Compare the rows with the expected ones, in any order."""
    wanted = [row.wanted for row in expected]

    def fits(left: int, right: int) -> bool:
        return not differing(wanted[left], rows[right])

    def same_title(left: int, right: int) -> bool:
        return is_wanted(wanted[left]["title"], rows[right]["title"])

    found = pair(len(wanted), len(rows), fits, ordered=False)
    if len(found) < max(len(wanted), len(rows)):
        found = pair(len(wanted), len(rows), same_title, ordered=False)
    return Finding.of(_lines(wanted, rows, found))


def check_unchanged(rows: Rows) -> Finding:
    """Compare what tasks say with what they said before."""
    before, after = ([_facts(row) for row in side] for side in (rows.before, rows.after))
    gone = [f"- {shown(row)}" for row in before if row not in after]
    new = [f"+ {shown(row)}" for row in after if row not in before]
    return Finding.of(gone + new)


def _lines(
    wanted: Sequence[dict[str, Any]], rows: Sequence[Row], found: dict[int, int]
) -> list[str]:
    lines: list[str] = []
    for left, right in found.items():
        for name in differing(wanted[left], rows[right]):
            lines.append(f"task {rows[right]['id']} {name}")
            lines.append(f"- {shown(wanted[left][name])}")
            lines.append(f"+ {shown(rows[right].get(name))}")
    missing = [f"- {shown(row)}" for place, row in enumerate(wanted) if place not in found]
    others = [
        f"+ {shown(_facts(row))}" for place, row in enumerate(rows) if place not in found.values()
    ]
    return [*lines, *missing, *others]


def _facts(row: Row) -> Row:
    return {name: row.get(name) for name in _FIELDS if row.get(name) not in (None, "", [], "none")}
