"""Whether a value is the one that a script wants, and which of several belongs to which."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

_QUOTES = str.maketrans("‘’“”‐‑–—\u00a0", "''\"\"---- ")
_MARKS = re.compile(r"[*_`~]{1,2}(?=\S)|(?<=\S)[*_`~]{1,2}")
_EDGES = " \t\n\"'.,;!"
_NOTHING: tuple[object, ...] = (None, "", [])

Fits = Callable[[int, int], bool]


def plain(text: str) -> str:
    """Return `text` as it is compared: no letter case, no kinds of quotes, no markup, one space."""
    return " ".join(_MARKS.sub("", text.translate(_QUOTES)).casefold().split())


def is_wanted(wanted: Any, got: Any) -> bool:
    """Whether `got` is what the script wants; None stands for a value that is not given."""
    if wanted is None:
        return got in _NOTHING
    match wanted, got:
        case dict(), _:
            return _meets(wanted, got)
        case str(), str():
            return _bare(wanted) == _bare(got)
        case int(), str():
            return str(wanted) == got.strip()
        case list(), list():
            return _same_items(wanted, got)
    return bool(wanted == got)


def differing(
    wanted: Mapping[str, Any], got: Mapping[str, Any], *, exactly: bool = False
) -> list[str]:
    """Return the names whose values are not as wanted; `exactly` counts names not wanted too."""
    others = [name for name in got if name not in wanted and got[name] not in _NOTHING]
    wrong = [name for name in wanted if not is_wanted(wanted[name], got.get(name))]
    return [*wrong, *(others if exactly else [])]


def pair(wanted: int, got: int, fits: Fits, *, ordered: bool) -> dict[int, int]:
    """Return which of the got ones goes to which wanted one, for as many as possible."""
    return _in_order(wanted, got, fits) if ordered else _in_any_order(wanted, got, fits)


def _in_order(wanted: int, got: int, fits: Fits) -> dict[int, int]:
    """Find the longest common subsequence."""
    best: list[list[dict[int, int]]] = [[{} for _ in range(got + 1)] for _ in range(wanted + 1)]
    for left in reversed(range(wanted)):
        for right in reversed(range(got)):
            here = {left: right, **best[left + 1][right + 1]} if fits(left, right) else {}
            best[left][right] = max(here, best[left + 1][right], best[left][right + 1], key=len)
    return best[0][0]


def _in_any_order(wanted: int, got: int, fits: Fits) -> dict[int, int]:
    """Find a maximum matching of the two sides (Kuhn's algorithm)."""
    taken: dict[int, int] = {}

    def place(left: int, tried: set[int]) -> bool:
        for right in range(got):
            if right in tried or not fits(left, right):
                continue
            tried.add(right)
            if right not in taken or place(taken[right], tried):
                taken[right] = left
                return True
        return False

    for left in range(wanted):
        place(left, set())
    return {left: right for right, left in sorted(taken.items())}


def _bare(text: str) -> str:
    return plain(text).strip(_EDGES)


def _meets(condition: Mapping[str, Any], got: Any) -> bool:
    match condition:
        case {"any": list(choices)}:
            return any(is_wanted(choice, got) for choice in choices)
        case {"contains": str(text)}:
            return isinstance(got, str) and plain(text) in plain(got)
        case {"matches": str(pattern)}:
            return isinstance(got, str) and re.search(pattern, got, re.IGNORECASE) is not None
    return False


def _same_items(wanted: Sequence[Any], got: Sequence[Any]) -> bool:
    def fits(left: int, right: int) -> bool:
        return is_wanted(wanted[left], got[right])

    found = _in_any_order(len(wanted), len(got), fits)
    return len(found) == len(wanted) == len(got)
