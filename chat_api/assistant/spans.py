"""The words of a clause that have a role, and what of them is a name and what a value."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from chat_api.assistant.entity import Entity, When
from chat_api.assistant.features import JOINING, Token

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


def joined(spans: Sequence[Span], clause: Sequence[Token]) -> list[Span]:
    """Return the spans without names that nothing joins to the one before.

    In "experiment 14 needs to be at 8 in the lab" one task is named; in "call the report the final
    report" the second name is a new title.
    """
    if not any(token.entity for token in clause):
        return list(spans)
    kept: list[Span] = []
    for each in spans:
        named = [one for one in kept if one.role == "reference"] if each.role == "reference" else []
        between = [one for one in clause if named and named[-1].end <= one.start < each.start]
        if not between or any(one.form in JOINING for one in between):
            kept.append(each)
    return kept


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
