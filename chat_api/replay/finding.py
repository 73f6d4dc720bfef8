"""What a check found."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self


@dataclass(frozen=True)
class Finding:
    """Whether all was as wanted; if not, lines: a place, then - what was wanted and + what came."""

    passed: bool
    lines: tuple[str, ...] = ()

    @classmethod
    def of(cls, lines: Sequence[str]) -> Self:
        """Return the finding that these lines tell; none is a pass."""
        return cls(not lines, tuple(lines))


def shown(value: Any) -> str:
    """Return a value on one line."""
    if value is None:
        return "not given"
    return json.dumps(value, ensure_ascii=False, default=str)
