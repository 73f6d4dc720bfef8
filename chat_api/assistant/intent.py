"""Which sentence patterns fit a clause."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from chat_api.assistant.lexicon import LEXICON, PATTERNS, REMEMBERED, Rule
from chat_api.assistant.references import is_all_of_a_kind, is_explicit

_ACTS = {"complete", "reopen", "change", "due", "later", "sooner", "priority"}
_DONE = {"complete", "did"}
_AT_LISTS = {"add", "delete", "show", "check"}
_WRITES = _ACTS | {"add", "delete", "tag", "did"}


@dataclass(frozen=True)
class Reading:
    """A rule that fits, with what stands in its slots."""

    kind: str
    slots: dict[str, str]

    def slot(self, name: str) -> str:
        """Return what stands in the slot, without space around it; "" when nothing does."""
        return self.slots.get(name, "").strip()


def readings(clause: str) -> Iterator[Reading]:
    """Yield the ways to read a plain clause, the likeliest first."""
    for rule, fullmatch in _rules():
        match = fullmatch(clause)
        if match and _sensible(rule, match):
            slots = {name: text for name, text in match.groupdict().items() if text}
            yield Reading(rule.kind, slots)


@cache
def _rules() -> tuple[tuple[Rule, Callable[[str], re.Match[str] | None]], ...]:
    # Several hundred are tried on every clause.
    return tuple((rule, pattern.fullmatch) for rule in LEXICON.rules for pattern in rule.patterns)


def is_foreign(clause: str) -> bool:
    """Whether a clause is about what other assistants do, or others' lists, and about no task."""
    return bool(PATTERNS["others_list"].search(clause)) or _is_no_task(clause)


@lru_cache(REMEMBERED)
def _is_no_task(clause: str) -> bool:
    return not PATTERNS["task_words"].search(clause) and bool(PATTERNS["foreign"].search(clause))


def _sensible(rule: Rule, match: re.Match[str]) -> bool:
    reference = match.groupdict().get("ref") or ""
    explicit = bool(reference) and is_explicit(reference)
    if reference and rule.explicit and not explicit:
        return False
    if PATTERNS["broken_off"].search(reference):
        return False
    field = PATTERNS["adds_a_field"].match(match.string)
    if rule.kind in _ACTS and reference and not field and _is_new(match.string, reference):
        return False
    if not explicit and _is_elsewhere(rule.kind, match.string, reference):
        return False
    return rule.kind not in _WRITES or _is_ours(rule.kind, match, reference, explicit=explicit)


def _is_elsewhere(kind: str, clause: str, reference: str) -> bool:
    """Whether a clause is about one's life, another list or another thing than one's tasks."""
    if PATTERNS["others_list"].search(clause):
        return kind in _AT_LISTS
    match kind:
        case "complete" | "did":
            told = PATTERNS["told"].search(clause) or PATTERNS["not_ours"].fullmatch(reference)
            return bool(told)
        case "delete":
            elsewhere = PATTERNS["elsewhere"].search(reference)
            taken = bool(elsewhere) and not _is_chore(reference.partition(" ")[0].casefold())
            owned = PATTERNS["owned"].fullmatch(reference)
            theirs = bool(owned) and not PATTERNS["task_words"].search(clause)
            return taken or theirs or _is_in_calendar(clause, reference)
        case "show" | "check":
            return bool(PATTERNS["not_mine"].search(clause))
        case "due" | "change" | "later" | "sooner":
            return _is_in_calendar(clause, reference)
        case _:
            return False


def _is_in_calendar(clause: str, reference: str) -> bool:
    named = PATTERNS["calendar"].search(reference)
    return bool(named) and not PATTERNS["task_words"].search(clause)


def _is_ours(kind: str, match: re.Match[str], reference: str, *, explicit: bool) -> bool:
    """Whether a write is about tasks, and not about what other assistants do."""
    everything = bool(PATTERNS["everything_start"].match(reference))
    if everything and PATTERNS["spared"].search(reference):
        reference = PATTERNS["spared"].sub("", reference)
    if everything and is_all_of_a_kind(reference):
        return kind == "due" or bool(PATTERNS["task_words"].search(match.string))
    sure = (explicit and not everything) or (kind == "did" and _is_chore_done(match))
    return sure or bool(PATTERNS["marked"].fullmatch(match.string)) or not _is_foreign(kind, match)


def _is_chore_done(match: re.Match[str]) -> bool:
    verb = LEXICON.did.get((match.groupdict().get("verb") or "").casefold())
    return verb is not None and verb not in {"do", "finish"}


def _is_new(clause: str, reference: str) -> bool:
    """Whether an order stands inside the title of something to add: "add task: mark 2 as done"."""
    opening = clause.partition(" ")[0].casefold()
    if clause.startswith(reference):
        return ":" in reference or opening in LEXICON.words["openers"]
    return opening in LEXICON.words["adders"] or bool(PATTERNS["indefinite"].search(reference))


def _is_chore(verb: str) -> bool:
    """Whether a chore starts with this word: "clean", or "cleaning"."""
    stem = verb.removesuffix("ing")
    forms = {verb} if stem == verb else {verb, stem, f"{stem}e", stem[:-1]}
    return not forms.isdisjoint(LEXICON.words["chores"])


def _is_foreign(kind: str, match: re.Match[str]) -> bool:
    """Whether the clause is about something that other assistants do, and about no task."""
    clause, slots = match.string, match.groupdict()
    subject = slots.get("title") or slots.get("ref") or ""
    if _is_chore(subject.partition(" ")[0].casefold()):
        return False
    return _is_no_task(PATTERNS["doable"].sub("", clause) if kind in _DONE else clause)
