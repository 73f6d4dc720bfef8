"""What a message asks for, read by learned models: one frame for each command in it."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import get_args

from chat_api.assistant.clauses import Mark, marked, note, takes_back
from chat_api.assistant.entity import Entity
from chat_api.assistant.features import (
    LINE,
    Token,
    bare,
    boundary_features,
    intent_features,
    tokens,
)
from chat_api.assistant.frame import ACTS, CHANGES, Frame, Intent
from chat_api.assistant.roles import (
    ENDS,
    ROLES,
    Span,
    before_value,
    moment_in,
    tag,
    with_address,
    with_numbers,
)
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
# From this probability on an item of a list is the command that it looks like.
_LIKELY = 0.6
_SENTENCE_ENDS = frozenset(".!?")
_SHORTEST, _TAKEN_BACK = 2, 7
_MOST = {"title": 6.3, "reference": 4.0}
"""How much less likely a reading may be that names what it is about, in logarithms."""
_COMMANDS = CHANGES | {"list", "plan", "undo", "yes", "no"}
_PLAIN: tuple[Intent, ...] = ("undo", "delete", "complete", "reopen", "list", "plan")
_CERTAIN = 0.9
_NAMING = frozenset({"number", "ordinal", "quantity", "pronoun", "list"})
_QUOTES = "\"'“”‘’«»`"


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
    every = tokens(text, entities)
    clauses = ([every] if every else []) if intent else clauses_of(every)
    frames: list[Frame] = []
    for clause in clauses:
        mark: Mark = ""
        inner: Sequence[Token] = clause
        if not intent:
            mark, inner = marked(clause, lines="\n" in text)
        found = [each for each in entities if _within(each, inner[0].start, inner[-1].end)]
        before = frames[-1].intent if frames else ""
        noted = None if intent else note(text, inner, found)
        whole = bare(inner, first=not frames)
        frame = noted or _frame(text, whole, found, before, intent)
        frames.append(_as_item(frame, mark, text, inner, found))
    return tuple(frames)


def clauses_of(whole: Sequence[Token]) -> Iterator[Sequence[Token]]:
    """Yield the tokens of each command, with the marks and joining words around it."""
    begin = 0
    for place in range(1, len(whole)):
        before = whole[begin:place]
        if takes_back(whole[begin : begin + _TAKEN_BACK]) and len(whole) - begin <= _TAKEN_BACK:
            break
        seen = boundary_features(whole, place, begin)
        if _parted(before, whole[place:]) or (seen and BOUNDARIES.sums(seen)[0] > 0):
            yield before
            begin = place
    if begin < len(whole):
        yield whole[begin:]


def _parted(before: Sequence[Token], rest: Sequence[Token]) -> bool:
    """Whether signs alone part two commands: a new line, a sentence."""
    last = before[-1].form
    if last in ENDS and len(rest) <= _TAKEN_BACK and takes_back(rest):
        return True
    sentences = last in _SENTENCE_ENDS and rest[0].form[0].isalpha()
    return last == LINE or (sentences and min(len(before), len(rest)) > _SHORTEST)


def _as_item(
    frame: Frame, mark: Mark, text: str, clause: Sequence[Token], entities: Sequence[Entity]
) -> Frame:
    """Return what stands behind a bullet or in a box as an item: something to do, or done."""
    if takes_back(clause):
        return replace(frame, intent="no", confidence=1.0, alternatives=())
    if mark == "done":
        words = text[clause[0].start : clause[-1].end].strip()
        return Frame("complete", 1.0, words, clause[0].start, references=(words,))
    sure = frame.intent in _COMMANDS and frame.confidence >= _LIKELY
    if mark == "item" and not sure:
        return _reading(text, bare(clause, first=False), "add", 1.0, entities)
    return frame


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
    if clause[0].form == "and" and len(clause) > 1:
        # "And undo the last one" is a command by itself; "and the butter" is none.
        alone = probabilities(clause[1:], before)
        if max(alone[name] for name in _PLAIN) >= _CERTAIN:
            clause, chances = clause[1:], alone
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
    spans = [
        with_numbers(each, clause)
        for each in _roles(clause, intent, entities, certain=confidence == 1)
    ]
    spans = [_whole(each, text) for each in spans]
    spans = with_address(spans, clause) if intent == "add" else spans
    moment = moment_in(spans, clause) if intent == "add" else None
    # Whose tasks are meant counts wherever it stands.
    outside = tuple(
        each
        for each in entities
        if each.value == "others" or each is moment or not any(_overlap(each, one) for one in spans)
    )
    by_role = {
        role: tuple(filter(None, (_words(text, s, moment) for s in spans if s.role == role)))
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
        rest=tuple(_rest(text, clause, spans, outside, intent)),
    )


def _rest(
    text: str,
    clause: Sequence[Token],
    spans: Sequence[Span],
    entities: Sequence[Entity],
    intent: Intent,
) -> Iterator[str]:
    """Yield the parts of a clause that say something and are neither a role nor a value."""
    # A new task has no value for how long it takes.
    lengths = [each for each in entities if intent == "add" and each.kind == "duration"]
    taken = [(span.start, span.end) for span in spans]
    taken += [(entity.start, entity.end) for entity in entities if entity not in lengths]
    part: list[Token] = []
    for token in (*clause, None):
        free = token and not any(start <= token.start < end for start, end in taken)
        if token and free and token.form not in ENDS:
            part.append(token)
            continue
        start, end = (part[0].start, part[-1].end) if part else (0, 0)
        if any(each.form[0].isalnum() and each.form not in CARRIERS for each in part) or any(
            start <= each.start < end for each in lengths
        ):
            yield text[start:end]
        part = []


def _roles(
    clause: Sequence[Token], intent: Intent, entities: Sequence[Entity], *, certain: bool
) -> list[Span]:
    """Return the roles of a clause: most likely it names what it is about."""
    needed = "" if any(each.kind in _NAMING for each in entities) else "reference"
    needed = {
        "add": "title",
        **dict.fromkeys(ACTS, needed),
        "instead": "" if entities else "reference",
    }.get(intent, "")
    roles = ROLES_OF.get(intent, frozenset())
    most = math.inf if certain else _MOST.get(needed, 0.0)
    spans = list(_spans(clause, tag(clause, intent, roles, needed, most)))
    return [before_value(each, clause) for each in spans] if intent == "update" else spans


def probabilities(clause: Sequence[Token], before: str = "") -> Mapping[Intent, float]:
    """Return how likely each intent is for a clause; together they are 1."""
    sums = INTENTS.sums(intent_features(clause, before))
    parts = [math.exp(each - max(sums)) for each in sums]
    answers = (_NAMES[name] for name in INTENTS.answers)
    return {each: part / sum(parts) for each, part in zip(answers, parts, strict=True)}


def _spans(clause: Sequence[Token], tags: Sequence[str]) -> Iterator[Span]:
    begun: Span | None = None
    for token, name in zip(clause, tags, strict=True):
        if begun and name[0] == "I":
            begun = Span(begun.role, begun.start, token.end)
            continue
        if begun:
            yield begun
        begun = Span(name[2:], token.start, token.end) if name[0] == "B" else None
    if begun:
        yield begun


def _whole(span: Span, text: str) -> Span:
    """Return a span with the whole of the words at its ends: the "A" of "A4 paper"."""
    start, end = span.start, span.end
    while start and text[start - 1].isalnum() and text[start].isalnum():
        start -= 1
    while end < len(text) and text[end - 1].isalnum() and text[end].isalnum():
        end += 1
    return replace(span, start=start, end=end)


def _within(entity: Entity, start: int, end: int) -> bool:
    return start <= entity.start and entity.end <= end


def _overlap(entity: Entity, span: Span) -> bool:
    return entity.start < span.end and span.start < entity.end


def _list_name(entities: Sequence[Entity]) -> str | None:
    names = (each.value for each in entities if each.kind == "list")
    return next((name for name in names if isinstance(name, str)), None)


def _words(text: str, span: Span, moment: Entity | None) -> str:
    """Return the words of a span, without a moment in it."""
    if moment is None or not _overlap(moment, span):
        return _bare(text[span.start : span.end])
    parts = (text[span.start : moment.start].strip(), text[moment.end : span.end].strip())
    return _bare(" ".join(filter(None, parts)))


def _bare(words: str) -> str:
    """Return words without the quotation marks around them."""
    if len(words) > 1 and words[0] in _QUOTES and words[-1] in _QUOTES:
        return words[1:-1].strip()
    return words
