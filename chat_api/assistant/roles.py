"""The roles of the words of a clause: the likeliest ones."""

from collections.abc import Sequence
from functools import cache

import numpy as np

from chat_api.assistant.network import READER, Array
from chat_api.assistant.tokens import Token

_NEVER = np.float32(-1e9)


def tag(
    rows: Array,
    clause: Sequence[Token],
    intent: str,
    roles: frozenset[str],
    needed: str = "",
    most: float = 0,
) -> list[str]:
    """Return the likeliest tag of each token, of the roles that the intent may have (Viterbi).

    Of the needed role there is one at least, unless that is less likely by more than `most` (in
    logarithms).

    Args:
        rows: What the network has made of the tokens.
        clause: The tokens.
        intent: What they are read as.
        roles: Those that the intent may have.
        needed: The role that is there.
        most: How much less likely it may be.

    """
    tags, steps = READER.tags, _steps(roles)
    scores = READER.tag_scores(rows, intent) + _allowed(roles)
    before, ways = _best_before(scores, steps)
    begin = tags.index(f"B-{needed}") if needed else -1
    path = _path(ways, len(clause) - 1, int(before[-1].argmax()))
    if needed and begin not in path:
        # The best path through each place: the best one to it, and the best one from it.
        behind, onward = _best_behind(scores, steps)
        through = before[:, begin] + behind[:, begin]
        through[[bool(token.entity) for token in clause]] = _NEVER
        place = int(through.argmax())
        if before[-1].max() - through[place] <= most:
            path = _path(ways, place, begin)
            for step in onward[place:]:
                path.append(int(step[path[-1]]))
    return [tags[each] for each in path]


def _best_before(scores: Array, steps: Array) -> tuple[Array, list[Array]]:
    """Return the score of the best path that ends at each place and tag, and its last step."""
    best, ways = [scores[0] + steps[-1]], []
    for row in scores[1:]:
        reached = best[-1][:, None] + steps[:-1]
        ways.append(reached.argmax(0))
        best.append(reached.max(0) + row)
    return np.array(best), ways


def _best_behind(scores: Array, steps: Array) -> tuple[Array, list[Array]]:
    """Return the score of the best path that follows each place and tag, and its first step."""
    best, ways = [np.zeros_like(scores[0])], []
    for row in scores[:0:-1]:
        reached = steps[:-1] + (row + best[-1])
        ways.append(reached.argmax(1))
        best.append(reached.max(1))
    return np.array(best[::-1]), ways[::-1]


def _path(ways: Sequence[Array], place: int, tag_there: int) -> list[int]:
    path = [tag_there]
    for way in reversed(ways[:place]):
        path.append(int(way[path[-1]]))
    return path[::-1]


@cache
def _allowed(roles: frozenset[str]) -> Array:
    """Return 0 for each tag that the roles have, and a great loss for the others."""
    return np.array([0 if name == "O" or name[2:] in roles else _NEVER for name in READER.tags])


@cache
def _steps(roles: frozenset[str]) -> Array:
    """Return what speaks for a tag after another: what is within a role follows its beginning."""
    tags, steps = READER.tags, READER.transitions.copy()
    for place, name in enumerate(tags):
        if name[0] == "I":
            steps[[before[2:] != name[2:] for before in (*tags, "")], place] = _NEVER
    return steps
