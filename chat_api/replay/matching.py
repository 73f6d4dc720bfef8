"""Whether a value is as a script expects it, and which items of two sequences belong together."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

_QUOTES = str.maketrans("‘’“”‐‑–—\u00a0", "''\"\"---- ")
_MARKUP = re.compile(r"[*_`~]{1,2}(?=\S)|(?<=\S)[*_`~]{1,2}")
_PUNCTUATION = " \t\n\"'.,;!"
_EMPTY: tuple[object, ...] = (None, "", [])

# Whether the expected item at the first index fits the actual item at the second.
Fits = Callable[[int, int], bool]


def normalised(text: str) -> str:
    """Return `text` without letter case, kinds of quotes, markup and repeated spaces."""
    return " ".join(_MARKUP.sub("", text.translate(_QUOTES)).casefold().split())


def value_matches(expected: Any, actual: Any) -> bool:
    """Whether `actual` is as expected; None expects a value that is not given."""
    if expected is None:
        return actual in _EMPTY
    match expected, actual:
        case dict(), _:
            return _condition_holds(expected, actual)
        case str(), str():
            return _bare(expected) == _bare(actual)
        case int(), str():
            return str(expected) == actual.strip()
        case list(), list():
            return _same_items(expected, actual)
    return bool(expected == actual)


def mismatches(
    expected: Mapping[str, Any], actual: Mapping[str, Any], *, exactly: bool = False
) -> list[str]:
    """Return the names whose values are not as expected; `exactly` allows no other names."""
    others = [name for name in actual if name not in expected and actual[name] not in _EMPTY]
    wrong = [name for name in expected if not value_matches(expected[name], actual.get(name))]
    return [*wrong, *(others if exactly else [])]


def pair(expected: int, actual: int, fits: Fits, *, ordered: bool) -> dict[int, int]:
    """Return the actual index for each expected index, for as many as possible."""
    return (_ordered_pairs if ordered else _maximum_pairs)(expected, actual, fits)


def _ordered_pairs(expected: int, actual: int, fits: Fits) -> dict[int, int]:
    """Find the longest common subsequence."""
    best: list[list[dict[int, int]]] = [
        [{} for _ in range(actual + 1)] for _ in range(expected + 1)
    ]
    for left in reversed(range(expected)):
        for right in reversed(range(actual)):
            here = {left: right, **best[left + 1][right + 1]} if fits(left, right) else {}
            best[left][right] = max(here, best[left + 1][right], best[left][right + 1], key=len)
    return best[0][0]


def _maximum_pairs(expected: int, actual: int, fits: Fits) -> dict[int, int]:
    """Find a maximum matching of the two sides (Kuhn's algorithm)."""
    taken: dict[int, int] = {}

    def place(left: int, tried: set[int]) -> bool:
        for right in range(actual):
            if right in tried or not fits(left, right):
                continue
            tried.add(right)
            if right not in taken or place(taken[right], tried):
                taken[right] = left
                return True
        return False

    for left in range(expected):
        place(left, set())
    return {left: right for right, left in sorted(taken.items())}


def _bare(text: str) -> str:
    return normalised(text).strip(_PUNCTUATION)


def _condition_holds(condition: Mapping[str, Any], actual: Any) -> bool:
    match condition:
        case {"any": list(choices)}:
            return any(value_matches(choice, actual) for choice in choices)
        case {"contains": str(text)}:
            return isinstance(actual, str) and normalised(text) in normalised(actual)
        case {"matches": str(pattern)}:
            return isinstance(actual, str) and bool(re.search(pattern, actual, re.IGNORECASE))
    return False


def _same_items(expected: Sequence[Any], actual: Sequence[Any]) -> bool:
    def fits(left: int, right: int) -> bool:
        return value_matches(expected[left], actual[right])

    pairs = _maximum_pairs(len(expected), len(actual), fits)
    return len(pairs) == len(expected) == len(actual)
