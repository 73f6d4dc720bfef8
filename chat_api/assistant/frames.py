"""What a message asks for, read by learned models: one frame for each command in it."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import get_args

from chat_api.assistant.entity import Entity
from chat_api.assistant.features import (
    LINE,
    Token,
    bare,
    boundary_features,
    intent_features,
    tokens,
)
from chat_api.assistant.frame import Frame, Intent
from chat_api.assistant.tagger import ROLES, tag
from chat_api.assistant.weights import LinearModel, WordList

INTENTS = LinearModel("intents.tsv")
BOUNDARIES = LinearModel("boundaries.tsv")
CARRIERS = WordList("carriers.txt")
"""What stands beside titles and says nothing of its own: \"please\", \"add\", \"about\"."""
_NAMES: Mapping[str, Intent] = {name: name for name in get_args(Intent)}
_CHANGE = frozenset({"reference", "list"})
ROLES_OF: Mapping[str, frozenset[str]] = {
    "add": frozenset({"title", "list", "description"}),
    "list": _CHANGE,
    "plan": frozenset({"list"}),
    "complete": _CHANGE,
    "reopen": _CHANGE,
    "update": _CHANGE | {"new", "description"},
    "delete": _CHANGE,
    "more": _CHANGE,
    "instead": _CHANGE | {"new"},
}
_ALTERNATIVES, _LEAST = 4, 0.02
# From this probability on there are no other readings.
_SURE = 0.95
_MOST = {"title": 6.3, "reference": 4.0}
"""How much less likely a reading may be that names what it is about, in logarithms."""
_NAMING = frozenset({"number", "ordinal", "quantity", "pronoun", "list"})
# What separates the parts of a clause.
_ENDS = frozenset(",;:.!?()–—↵")
_QUOTES = "\"'“”‘’«»`"


@dataclass(frozen=True)
class _Span:
    role: str
    start: int
    end: int


def load() -> None:
    """Read the models now rather than at the first use."""
    for model in (INTENTS, BOUNDARIES, ROLES):
        model.sums(("",))
    read("load", ())


def read(
    text: str, entities: tuple[Entity, ...], *, intent: Intent | None = None
) -> tuple[Frame, ...]:
    """Return a frame for each command of a text.

    Args:
        text: A message as typed.
        entities: What `entities.find` found in it.
        intent: How to read it, whatever it looks like: as one command.

    """
    whole = tokens(text, entities)
    clauses = ([whole] if whole else []) if intent else list(clauses_of(whole))
    frames: list[Frame] = []
    for clause in clauses:
        found = [each for each in entities if _within(each, clause[0].start, clause[-1].end)]
        before = frames[-1].intent if frames else ""
        frames.append(_frame(text, clause, found, before, intent))
    return tuple(frames)


def clauses_of(whole: Sequence[Token]) -> Iterator[list[Token]]:
    """Yield the tokens of each command."""
    begin = 0
    for place in range(1, len(whole)):
        seen = boundary_features(whole, place, begin)
        # A line is a command of its own.
        if seen and (whole[place - 1].form == LINE or BOUNDARIES.sums(seen)[0] > 0):
            yield list(bare(whole[begin:place], first=not begin))
            begin = place
    if begin < len(whole):
        yield list(bare(whole[begin:], first=not begin))


def _frame(
    text: str,
    clause: Sequence[Token],
    entities: Sequence[Entity],
    before: str,
    forced: Intent | None,
) -> Frame:
    if forced:
        return _reading(text, clause, forced, 1.0, entities)
    chances = probabilities(clause, before)
    first, *others = sorted(chances, key=lambda name: -chances[name])
    reading = _reading(text, clause, first, chances[first], entities)
    if chances[first] >= _SURE:
        return reading
    likely = [name for name in others if chances[name] >= _LEAST][:_ALTERNATIVES]
    others_read = (_reading(text, clause, each, chances[each], entities) for each in likely)
    return replace(reading, alternatives=tuple(others_read))


def _reading(
    text: str,
    clause: Sequence[Token],
    intent: Intent,
    confidence: float,
    entities: Sequence[Entity],
) -> Frame:
    spans = _roles(clause, intent, entities, certain=confidence == 1)
    # Whose tasks are meant counts wherever it stands.
    outside = tuple(
        each
        for each in entities
        if each.value == "others" or not any(_overlap(each, one) for one in spans)
    )
    by_role = {
        role: tuple(filter(None, (_bare(text[s.start : s.end]) for s in spans if s.role == role)))
        for role in ("title", "reference", "new", "description", "list")
    }
    return Frame(
        intent=intent,
        confidence=confidence,
        text=text[clause[0].start : clause[-1].end],
        start=clause[0].start,
        titles=by_role["title"],
        references=by_role["reference"],
        new_title=next(iter(by_role["new"]), None),
        description=next(iter(by_role["description"]), None),
        list_name=next(iter(by_role["list"]), None) or _list_name(outside),
        entities=outside,
        rest=tuple(_rest(text, clause, spans, outside)),
    )


def _rest(
    text: str, clause: Sequence[Token], spans: Sequence[_Span], entities: Sequence[Entity]
) -> Iterator[str]:
    """Yield the parts of a clause that say something and are neither a role nor an entity."""
    taken = [(span.start, span.end) for span in spans]
    taken += [(entity.start, entity.end) for entity in entities]
    part: list[Token] = []
    for token in (*clause, None):
        free = token and not any(start <= token.start < end for start, end in taken)
        if token and free and token.form not in _ENDS:
            part.append(token)
            continue
        if any(each.form[0].isalpha() and each.form not in CARRIERS for each in part):
            yield text[part[0].start : part[-1].end]
        part = []


def _roles(
    clause: Sequence[Token], intent: Intent, entities: Sequence[Entity], *, certain: bool
) -> list[_Span]:
    """Return the roles of a clause: most likely it names what it is about."""
    needed = "" if any(each.kind in _NAMING for each in entities) else "reference"
    needed = {"add": "title", "complete": needed, "delete": needed, "update": needed}.get(
        intent, ""
    )
    roles = ROLES_OF.get(intent, frozenset())
    most = math.inf if certain else _MOST.get(needed, 0.0)
    return list(_spans(clause, tag(clause, intent, roles, needed, most)))


def probabilities(clause: Sequence[Token], before: str = "") -> Mapping[Intent, float]:
    """Return how likely each intent is for a clause; together they are 1."""
    sums = INTENTS.sums(intent_features(clause, before))
    parts = [math.exp(each - max(sums)) for each in sums]
    answers = (_NAMES[name] for name in INTENTS.answers)
    return {each: part / sum(parts) for each, part in zip(answers, parts, strict=True)}


def _spans(clause: Sequence[Token], tags: Sequence[str]) -> Iterator[_Span]:
    begun: _Span | None = None
    for token, name in zip(clause, tags, strict=True):
        if begun and name[0] == "I":
            begun = _Span(begun.role, begun.start, token.end)
            continue
        if begun:
            yield begun
        begun = _Span(name[2:], token.start, token.end) if name[0] == "B" else None
    if begun:
        yield begun


def _within(entity: Entity, start: int, end: int) -> bool:
    return start <= entity.start and entity.end <= end


def _overlap(entity: Entity, span: _Span) -> bool:
    return entity.start < span.end and span.start < entity.end


def _list_name(entities: Sequence[Entity]) -> str | None:
    names = (each.value for each in entities if each.kind == "list")
    return next((name for name in names if isinstance(name, str)), None)


def _bare(words: str) -> str:
    """Return words without the quotation marks around them."""
    if len(words) > 1 and words[0] in _QUOTES and words[-1] in _QUOTES:
        return words[1:-1].strip()
    return words
