"""The likeliest roles of the words of a clause."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import TypeAlias

from chat_api.assistant.features import Token, role_features
from chat_api.assistant.weights import LinearModel

ROLES = LinearModel("roles.tsv")
"""The tags of words: O, and B- and I- with a role."""
_SURELY = 1e6
_LONGEST = 60
"""Longer clauses are not searched for a role that they need."""

_Steps: TypeAlias = Mapping[int, Sequence[tuple[int, float]]]


def tag(
    clause: Sequence[Token], intent: str, roles: frozenset[str], needed: str = "", most: float = 0
) -> list[str]:
    """Return the likeliest tag of each token, of the roles that the intent may have (Viterbi).

    Of the needed role there is one at least, unless that is less likely by more than `most` (in
    logarithms).
    """
    sums = [ROLES.sums(each) for each in role_features(clause, intent)]
    if not sums:
        return []
    answers, steps = ROLES.answers, _steps(roles)
    score, path = _path(sums, steps)
    if (
        needed
        and len(clause) <= _LONGEST
        and not any(answers[place] == f"B-{needed}" for place in path)
    ):
        begin = answers.index(f"B-{needed}")
        words = [place for place, token in enumerate(clause) if not token.entity]
        ways = [_path_with(sums, steps, place, begin) for place in words]
        forced, with_it = max(ways, default=(score, path))
        path = with_it if score - forced <= most else path
    return [answers[place] for place in path]


def _path_with(
    sums: Sequence[list[float]], steps: _Steps, place: int, tag_there: int
) -> tuple[float, list[int]]:
    """Return the score of the best path that has a tag at a place, and the path."""
    raised = list(sums)
    raised[place] = list(sums[place])
    raised[place][tag_there] += _SURELY
    score, path = _path(raised, steps)
    return score - _SURELY, path


def _path(sums: Sequence[list[float]], steps: _Steps) -> tuple[float, list[int]]:
    """Return the score of the best path, and the path."""
    answers = ROLES.answers
    score = {here: sums[0][here] for here in steps if answers[here][0] != "I"}
    ways: list[dict[int, int]] = []
    for row in sums[1:]:
        ranked = {
            here: max((score[one] + step, one) for one, step in before if one in score)
            for here, before in steps.items()
            if any(one in score for one, _ in before)
        }
        score = {here: best + row[here] for here, (best, _) in ranked.items()}
        ways.append({here: one for here, (_, one) in ranked.items()})
    last = max(score, key=lambda one: score[one])
    path = [last]
    for way in reversed(ways):
        path.append(way[path[-1]])
    return score[last], path[::-1]


@cache
def _steps(roles: frozenset[str]) -> _Steps:
    """Return for each tag of these roles the tags that may stand before it, with their weights."""
    answers = ROLES.answers
    may = [place for place, name in enumerate(answers) if name == "O" or name[2:] in roles]
    return {
        here: [
            (one, ROLES.pairs.get((answers[one], answers[here]), 0.0))
            for one in may
            if answers[here][0] != "I" or answers[one][2:] == answers[here][2:]
        ]
        for here in may
    }
