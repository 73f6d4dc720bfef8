"""What came of the everyday conversations: a table of grades, and the turns that went wrong."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from tests.bench.everyday.play import JudgedTurn
from tests.bench.everyday.reply import falls_back
from tests.bench.everyday.verdict import Grade


def table(
    groups: Mapping[str, Sequence[JudgedTurn]], first_look: Mapping[str, Mapping[str, float]]
) -> Iterator[str]:
    """Yield a line for each grade: its share of each group now, and in brackets at first."""
    yield _line("% of turns", groups)
    yield _line("n", [str(len(turns)) for turns in groups.values()])
    counts = {name: Counter(_grades(turns)) for name, turns in groups.items()}
    for grade in Grade:
        cells = (
            f"{100 * count[grade] / count.total():.1f} ({_share(first_look.get(name, {}), grade)})"
            for name, count in counts.items()
        )
        yield _line(grade, cells)
    yield _line("right, not understood", (f"{_evaded(turns):.1f}" for turns in groups.values()))


def _grades(turns: Iterable[JudgedTurn]) -> Iterator[Grade]:
    return (turn.verdict.grade for turn in turns)


def _share(first: Mapping[str, float], grade: Grade) -> str:
    """Return what was published of the first look, which leaves out grades without a turn."""
    return f"{first.get(grade, 0.0):.1f}" if first else "–"


def _evaded(turns: Sequence[JudgedTurn]) -> float:
    """Return the share of right turns that had nothing to write, and whose reply says so little."""
    right = [turn.played for turn in turns if turn.verdict.grade is Grade.RIGHT]
    return 100 * sum(falls_back(turn) and not turn.wrote for turn in right) / len(turns)


def _line(name: str, cells: Iterable[str]) -> str:
    return f"{name:24}" + "".join(f"{cell:>20}" for cell in cells)


def mistakes(turns: Iterable[JudgedTurn]) -> Iterator[str]:
    """Yield what was written, replied and found of each turn that is not right."""
    for turn in turns:
        if turn.verdict.grade is Grade.RIGHT:
            continue
        yield f"{turn.verdict.grade:16}{turn.name}  {turn.played.say!r}"
        yield f"    reply: {turn.played.reply!r} {list(turn.played.suggestions)}"
        yield from (f"    {line}" for line in turn.played.lines())
        yield from (f"    - {reason}" for reason in turn.verdict.reasons)
