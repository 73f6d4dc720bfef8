"""The class of a turn, from the tasks before and after it and from the reply."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from tests.bench.everyday.differences import differences
from tests.bench.everyday.expectation import Expectation
from tests.bench.everyday.fields import Problem
from tests.bench.everyday.reply import asks, denies, falls_back, false_claims, offers
from tests.bench.everyday.titles import words
from tests.bench.everyday.world import PlayedTurn

# So many of the words of a title name it.
_NAMED = 0.6


class Grade(StrEnum):
    """How a turn went, from best to worst."""

    RIGHT = "right"
    UNTIDY = "untidy"
    QUESTION = "question"
    MISS = "miss"
    LOSSY = "lossy"
    DEAD_END = "dead end"
    WRONG = "wrong"
    FALSE_STATEMENT = "false statement"
    BLOCKED = "blocked"
    ERROR = "error"


# After these a conversation goes on as it was written.
FINE = frozenset({Grade.RIGHT, Grade.UNTIDY})
_RANK = {grade: number for number, grade in enumerate(Grade)}


@dataclass(frozen=True)
class Verdict:
    """The grade of a turn, and what speaks against a better one."""

    grade: Grade
    reasons: tuple[str, ...] = ()


def judge(expected: Expectation, turn: PlayedTurn) -> Verdict:
    """Judge a turn by the expectation, or the one beside it, that fits best."""
    if turn.error:
        return Verdict(Grade.ERROR, (turn.error,))
    best = judge_nearest(expected.alternatives, turn)
    claims = tuple(f"it claims: {claim}" for claim in false_claims(turn))
    nothing_new = not turn.added and best.grade is not Grade.RIGHT
    if claims and (nothing_new or best.grade is Grade.RIGHT):
        return Verdict(Grade.FALSE_STATEMENT, (*claims, *best.reasons))
    return Verdict(best.grade, (*best.reasons, *claims))


def judge_nearest(alternatives: Iterable[Expectation], turn: PlayedTurn) -> Verdict:
    """Return the best verdict on the tasks and the reply."""
    verdicts = [_judge(each, turn) for each in alternatives]
    return min(verdicts, key=lambda verdict: _RANK[verdict.grade])


def _judge(expected: Expectation, turn: PlayedTurn) -> Verdict:
    if expected.asks and not turn.wrote:
        if asks(turn) and _says(expected, turn):
            return Verdict(Grade.RIGHT)
        return Verdict(_unwritten(turn), ("a question about this was expected",))
    problems = differences(expected, turn)
    if problems:
        grade = _written(problems, turn) if turn.wrote else _unwritten(turn)
        return Verdict(grade, tuple(f"{each.kind}: {each.text}" for each in problems))
    if _says(expected, turn):
        return Verdict(Grade.RIGHT)
    reasons = (f"the reply has none of {expected.says}, or one of {expected.says_not}",)
    if turn.wrote:
        return Verdict(Grade.UNTIDY, reasons)
    return Verdict(Grade.QUESTION if turn.suggestions else _unwritten(turn), reasons)


def _unwritten(turn: PlayedTurn) -> Grade:
    if asks(turn):
        return Grade.QUESTION
    return Grade.MISS if denies(turn) and not falls_back(turn) else Grade.DEAD_END


def _written(problems: list[Problem], turn: PlayedTurn) -> Grade:
    if any(problem.kind in {"different", "extra"} for problem in problems):
        return Grade.WRONG
    missing = [problem for problem in problems if problem.kind == "missing"]
    if missing:
        if not all(problem.as_text or _is_named(problem, turn) for problem in missing):
            return Grade.LOSSY
        return Grade.QUESTION if asks(turn) else Grade.MISS
    titles = [problem for problem in problems if problem.kind == "title" and problem.words]
    return Grade.UNTIDY if all(_is_named(each, turn) for each in titles) else Grade.LOSSY


def _is_named(problem: Problem, turn: PlayedTurn) -> bool:
    """Whether the reply says that this was left out, or asks about it."""
    if not problem.words:
        return denies(turn)
    named = set(words(" ".join([turn.reply, *offers(turn)]))) & set(problem.words)
    return len(named) >= _NAMED * len(set(problem.words))


def _says(expected: Expectation, turn: PlayedTurn) -> bool:
    parts = [turn.reply, *(offers(turn) if expected.asks else ())]
    text = " ".join(parts).lower().replace("’", "'")
    if any(each.lower() in text for each in expected.says_not):
        return False
    understood = expected.asks or not falls_back(turn)
    return not expected.says or (understood and any(e.lower() in text for e in expected.says))
