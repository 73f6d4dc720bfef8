"""The roles of the words of a clause: the likeliest ones, and what of them is name and value."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import TypeAlias

from chat_api.assistant.entity import Entity, When
from chat_api.assistant.features import JOINING, Token, role_features
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


# What separates the parts of a clause.
ENDS = frozenset(",;:.!?()–—↵")
_COUNTING = JOINING | {"add", "put", "buy", "get"}
_DETERMINERS = frozenset({"the", "my", "our", "this", "a", "an"})


@dataclass(frozen=True)
class Span:
    """From where to where a role goes in the text."""

    role: str
    start: int
    end: int


def before_value(span: Span, clause: Sequence[Token]) -> Span:
    """Return the name of a task without the value at its end, if nothing else changes it.

    In "make the plants weekly" the word sets the repeat; in "move the swim on monday to friday" it
    names the task.
    """
    inside = [token for token in clause if span.start <= token.start < span.end]
    other = any(token.entity and token not in inside for token in clause)
    if span.role != "reference" or other or len(inside) == 1 or not inside[-1].entity:
        return span
    return replace(span, end=inside[-2].end)


def with_numbers(span: Span, clause: Sequence[Token]) -> Span:
    """Return a span with the numbers beside it: "master track 1", "40 croissants"."""
    behind = next((token for token in clause if token.start >= span.end), None)
    if behind and behind.form == "0" and behind.start == span.end + 1:
        span = replace(span, end=behind.end)
    lead = [token for token in clause if token.end <= span.start]
    counted = lead and lead[-1].form == "0" and lead[-1].end + 1 == span.start
    # The "2" of "need 2 call" is a word.
    if counted and span.role == "title" and {each.form for each in lead[-2:-1]} <= _COUNTING:
        return replace(span, start=lead[-1].start)
    return span


def with_address(spans: list[Span], clause: Sequence[Token]) -> list[Span]:
    """Return the spans with an address, and what stands beside it, in the title: it is no value."""
    titles = [each for each in spans if each.role == "title"]
    address = next((token for token in clause if token.form == "<address>"), None)
    if (
        address is None
        or len(titles) > 1
        or any(one.start <= address.start < one.end for one in spans)
    ):
        return spans
    begin = min([address.start, *(each.start for each in titles)])
    end = begin
    for token in clause:
        if token.start < begin:
            continue
        if token.form in ENDS or (token.entity and token is not address):
            break
        end = token.end
    if end < address.end:
        return spans
    others = [each for each in spans if each.end <= begin or each.start >= end]
    return sorted([*others, Span("title", begin, end)], key=lambda each: each.start)


def moment_in(spans: Sequence[Span], clause: Sequence[Token]) -> Entity | None:
    """Return the day with a time that stands in a title, and is the only one of the clause.

    "The monday memo" is a name, and "soundcheck sunday 16:30 at the club" has a value within.
    """
    dated = [token for token in clause if token.entity and token.entity.kind in {"when", "repeat"}]
    if len(dated) != 1 or not any(one.start < dated[0].start < one.end for one in spans):
        return None
    before = clause[max(0, clause.index(dated[0]) - 1)]
    when = dated[0].entity.value if dated[0].entity else None
    whole = isinstance(when, When) and when.at and (when.first or when.last)
    last = any(one.end == dated[0].end for one in spans)
    return dated[0].entity if (whole or last) and before.form not in _DETERMINERS else None
