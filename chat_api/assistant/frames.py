"""What a message asks for, read by a small neural network: one frame for each command in it."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import get_args

from chat_api.assistant.clauses import Mark, marked, note, takes_back
from chat_api.assistant.entity import Entity
from chat_api.assistant.frame import ACTS, CHANGES, Frame, Intent
from chat_api.assistant.network import CARRIERS, READER, Array, States
from chat_api.assistant.roles import tag
from chat_api.assistant.titles import carries
from chat_api.assistant.tokens import LINE, Token, bare, tokens

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
# What separates the parts of a clause.
_ENDS = frozenset(",;:.!?()–—↵")
_JOINING = frozenset({",", ";", "and", "then"})
_SENTENCE_ENDS = frozenset(".!?")
_SHORTEST, _TAKEN_BACK = 2, 7
_MOST = {"title": 6.3, "reference": 4.0}
"""How much less likely a reading may be that names what it is about, in logarithms."""
_COMMANDS = CHANGES | {"list", "plan", "undo", "yes", "no"}
_DOUBT = 1.5
"""The network is surer than it should be: its scores are divided by this."""
_NAMING = frozenset({"number", "ordinal", "quantity", "pronoun", "list"})
_QUOTES = "\"'“”‘’«»`"


def load() -> None:
    """Read the weights now rather than at the first use."""
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
    if not every:
        return ()
    states = READER.read(every)
    frames: list[Frame] = []
    for part in [every] if intent else clauses_of(states):
        mark: Mark = ""
        inner: Sequence[Token] = part
        if not intent:
            mark, inner = marked(part, lines="\n" in text)
        found = [each for each in entities if _within(each, inner[0].start, inner[-1].end)]
        within = bare(inner, first=not frames)
        clause = _Clause(text, states.of(within), within, found)
        noted = None if intent else note(text, inner, found)
        frame = noted or (clause.reading(intent, 1.0) if intent else clause.frame())
        frames.append(_as_item(frame, mark, clause, inner))
    return tuple(frames)


def clauses_of(states: States) -> Iterator[Sequence[Token]]:
    """Yield the tokens of each command, with the marks and joining words around it."""
    whole, begins = states.tokens, READER.beginnings(states)
    begin = 0
    for place in range(1, len(whole)):
        before = whole[begin:place]
        if takes_back(whole[begin : begin + _TAKEN_BACK]) and len(whole) - begin <= _TAKEN_BACK:
            break
        if _parted(before, whole[place:]) or begins[place] > 0:
            end = begin + _without_next(before)
            yield whole[begin:end]
            begin = end
    yield whole[begin:]


def _without_next(clause: Sequence[Token]) -> int:
    """Return where a clause ends, without the values of the next: "dentist and at 4 | dinner"."""
    end = len(clause)
    while end > 1 and clause[end - 1].entity:
        end -= 1
    joined = end > 1 and clause[end - 1].form in _JOINING
    return end - 1 if joined and end < len(clause) else len(clause)


def _parted(before: Sequence[Token], rest: Sequence[Token]) -> bool:
    """Whether signs alone part two commands: a new line, a sentence."""
    last = before[-1].form
    if last in _ENDS and len(rest) <= _TAKEN_BACK and takes_back(rest):
        return True
    sentences = last in _SENTENCE_ENDS and rest[0].form[0].isalpha()
    return last == LINE or (sentences and min(len(before), len(rest)) > _SHORTEST)


def _as_item(frame: Frame, mark: Mark, clause: "_Clause", inner: Sequence[Token]) -> Frame:
    """Return what stands behind a bullet or in a box as an item: something to do, or done."""
    if takes_back(inner):
        return replace(frame, intent="no", confidence=1.0, alternatives=())
    if mark == "done":
        words = clause.text[inner[0].start : inner[-1].end].strip()
        return Frame("complete", 1.0, words, inner[0].start, references=(words,))
    sure = frame.intent in _COMMANDS and frame.confidence >= _LIKELY
    return clause.reading("add", 1.0) if mark == "item" and not sure else frame


@dataclass(frozen=True)
class _Span:
    """From where to where a role goes in the text."""

    role: str
    start: int
    end: int


@dataclass(frozen=True)
class _Clause:
    """The tokens of a command, without the marks and joining words around it."""

    text: str
    rows: Array
    tokens: Sequence[Token]
    entities: Sequence[Entity]

    def frame(self) -> Frame:
        """Return the likeliest reading, with the others."""
        chances = self._chances()
        first, *others = sorted(chances, key=lambda name: -chances[name])
        reading = self.reading(first, chances[first])
        if chances[first] >= _SURE:
            return reading
        likely = [name for name in others if chances[name] >= _LEAST][:_ALTERNATIVES]
        others_read = (self.reading(each, chances[each]) for each in likely)
        return replace(reading, alternatives=tuple(others_read))

    def _chances(self) -> Mapping[Intent, float]:
        """Return how likely each intent is; together they are 1."""
        scores = READER.intent_scores(self.rows).tolist()
        parts = [math.exp((each - max(scores)) / _DOUBT) for each in scores]
        names = (_NAMES[name] for name in READER.intents)
        return {name: part / sum(parts) for name, part in zip(names, parts, strict=True)}

    def reading(self, intent: Intent, confidence: float) -> Frame:
        """Return the frame of an intent."""
        text, tokens = self.text, self.tokens
        spans = [_whole(each, text) for each in self._roles(intent, confidence)]
        # Whose tasks are meant counts wherever it stands.
        outside = tuple(
            each
            for each in self.entities
            if each.value == "others" or not any(_overlap(each, one) for one in spans)
        )
        by_role = {
            role: tuple(
                filter(None, (_bare(text[s.start : s.end]) for s in spans if s.role == role))
            )
            for role in ("title", "reference", "new", "description", "list")
        }
        return Frame(
            intent=intent,
            confidence=confidence,
            text=text[tokens[0].start : tokens[-1].end],
            start=tokens[0].start,
            titles=by_role["title"],
            references=by_role["reference"],
            new_title=next(iter(by_role["new"]), None),
            description=next(iter(by_role["description"]), None),
            list_name=next(iter(by_role["list"]), None) or _list_name(outside),
            entities=outside,
            rest=tuple(_rest(text, tokens, spans, outside, intent)),
        )

    def _roles(self, intent: Intent, confidence: float) -> list[_Span]:
        """Return the roles of the words: most likely a command names what it is about."""
        entities = self.entities
        needed = "" if any(each.kind in _NAMING for each in entities) else "reference"
        needed = {
            "add": "title",
            **dict.fromkeys(ACTS, needed),
            "instead": "" if entities else "reference",
        }.get(intent, "")
        roles = ROLES_OF.get(intent, frozenset())
        most = math.inf if confidence == 1 else _MOST.get(needed, 0.0)
        tags = tag(self.rows, self.tokens, intent, roles, needed, most)
        return list(_spans(self.tokens, tags))


def _rest(
    text: str,
    clause: Sequence[Token],
    spans: Sequence[_Span],
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
        if token and free and token.form not in _ENDS:
            part.append(token)
            continue
        start, end = (part[0].start, part[-1].end) if part else (0, 0)
        if any(map(_says, part)) or any(start <= each.start < end for each in lengths):
            yield text[start:end]
        part = []


def _says(token: Token) -> bool:
    """Whether a word says something of its own: no "move", no "the"."""
    return token.form[0].isalnum() and token.form not in CARRIERS and carries(token.form)


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


def _whole(span: _Span, text: str) -> _Span:
    """Return a span with the whole of the words at its ends: the "A" of "A4 paper"."""
    start, end = span.start, span.end
    while start and text[start - 1].isalnum() and text[start].isalnum():
        start -= 1
    while end < len(text) and text[end - 1].isalnum() and text[end].isalnum():
        end += 1
    return replace(span, start=start, end=end)


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
