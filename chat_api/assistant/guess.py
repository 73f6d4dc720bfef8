"""Reading a sentence whose intent is known, and which no sentence pattern fits."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from chat_api.assistant import dates, filters, slots, whens
from chat_api.assistant.build import targets, value_change
from chat_api.assistant.commands import (
    Add,
    Change,
    Commands,
    Complete,
    Delete,
    Everything,
    Filter,
    Intent,
    Offer,
    Reference,
    Say,
    Show,
)
from chat_api.assistant.lexicon import LEXICON, PATTERNS
from chat_api.assistant.sentence import Sentence
from chat_api.assistant.spans import LIKELY, likeliest_span

_IF_THERE = "asks_if_there"
_ABOUT_ONE = (_IF_THERE, "asks_when", "asks_if_done", "asks_what_of")


@dataclass(frozen=True)
class _Parts:
    """The words that name a task, and what stands before and behind them."""

    before: str
    named: str
    behind: str

    @property
    def around(self) -> str:
        return f"{self.before} , {self.behind}"


def guess(intent: Intent, sentence: Sentence) -> Commands:
    """Return what a sentence of that intent asks for.

    What it is about is asked for where that can't be told, and nothing is noted that the sentence
    does not ask to note.
    """
    return _GUESSES[intent](sentence)


def by_verb(intent: Intent, sentence: Sentence) -> Commands:
    """Read what stands behind the verb of an order as the name of its task."""
    if intent not in {"complete", "delete"}:
        return ()
    _, _, named = sentence.clause.partition(" ")
    meant = targets(named, sentence)
    return (Complete(meant) if intent == "complete" else Delete(meant),)


def _parts(intent: Intent, sentence: Sentence) -> _Parts:
    clause = sentence.clause
    span = likeliest_span(clause, intent)
    if span is None or span.chance < LIKELY:
        return _Parts(clause, "", "")
    return _Parts(clause[: span.start], clause[span.start : span.end], clause[span.end :])


def _add(sentence: Sentence) -> Commands:
    if PATTERNS["new_list"].search(sentence.clause):
        return (Say("create_list"),)
    parts = _parts("add", sentence)
    more = PATTERNS["named_before"].fullmatch(parts.before) if parts.named else None
    named = (more["more"] if more else "") + parts.named
    made = slots.new_tasks(named, sentence.masked, sentence.today, one=False)
    before = dates.mentioned(parts.before, sentence.today)
    _, when = whens.apart(f"{parts.named}{parts.behind}", sentence.today)
    due, note = whens.split(when, sentence.today)
    due = due or (before.last if before else None)
    said = slots.tidy(sentence.masked.reveal(note))
    level = filters.level_in(parts.around)
    adds = tuple(
        slots.described(
            replace(add, due_on=add.due_on or due, priority=add.priority or level), said
        )
        for add in made
        if add.title
    )
    if not PATTERNS["asks_to_note"].search(sentence.clause):
        return (Offer(adds),) if adds else ()
    return adds or (Add(),)


def _list(sentence: Sentence) -> Commands:
    for name in _ABOUT_ONE:
        found = PATTERNS[name].fullmatch(sentence.clause)
        if found:
            named = Filter(query=sentence.masked.reveal(found["title"]))
            return (Show(named, check=True, facts=name != _IF_THERE),)
    return (Show(filters.filter_of(sentence.clause, sentence.today)),)


def _target(intent: Intent, sentence: Sentence) -> tuple[Reference, ...]:
    parts = _parts(intent, sentence)
    more = PATTERNS["named_besides"].match(parts.behind) if parts.named else None
    verb, _, rest = sentence.clause.partition(" ")
    if not parts.named and verb in LEXICON.words["plain_orders"] and " " not in rest:
        return targets(rest, sentence)
    meant = targets(parts.named + (more.group() if more else ""), sentence)
    if any(isinstance(each, Everything) for each in meant):
        return targets(parts.named + parts.behind, sentence)
    return meant


def _update(sentence: Sentence) -> Commands:
    levelled = PATTERNS["levelled"].fullmatch(sentence.clause)
    if levelled:
        level = filters.level_of(levelled["value"])
        return (Change(targets(levelled["ref"], sentence), priority=level),)
    becomes = PATTERNS["becomes"].fullmatch(sentence.clause)
    if becomes:
        change_to = value_change(becomes["value"], sentence)
        return (replace(change_to, targets=targets(becomes["ref"], sentence)),)
    parts = _parts("update", sentence)
    change = Change(targets(parts.named, sentence))
    level = filters.level_in(parts.around)
    if PATTERNS["reopens"].search(sentence.clause):
        return (replace(change, completed=False),)
    if level:
        negated = PATTERNS["negated_level"].search(sentence.clause)
        return (replace(change, priority="none" if negated else level),)
    if PATTERNS["rewords"].search(sentence.clause):
        return (change,)
    return (replace(change, due_on=_new_day(parts.around, sentence.today)),)


def _new_day(text: str, today: date) -> date | None:
    """Return the last day that `text` names, leaving out that of "not monday"."""
    kept = PATTERNS["not_that"].sub(" ", text)
    last = max(dates.find(kept, today), key=lambda found: found.start, default=None)
    return last.days.last if last else None


_GUESSES: Mapping[Intent, Callable[[Sentence], Commands]] = {
    "add": _add,
    "list": _list,
    "complete": lambda sentence: (Complete(_target("complete", sentence)),),
    "delete": lambda sentence: (Delete(_target("delete", sentence)),),
    "update": _update,
    "none": lambda _: (Say("beyond"),),
}
