"""Which sentence patterns fit a clause."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from chat_api.agent.offline.lexicon import LEXICON, PATTERNS, Rule
from chat_api.agent.offline.references import is_all_of_a_kind, is_explicit

_ACTS = {"complete", "reopen", "change", "due", "later", "sooner", "priority"}
_TOLD = {"complete", "did"}
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
    for rule in LEXICON.rules:
        for pattern in rule.patterns:
            match = pattern.fullmatch(clause)
            if match and _sensible(rule, match):
                slots = {name: text for name, text in match.groupdict().items() if text}
                yield Reading(rule.kind, slots)


def _sensible(rule: Rule, match: re.Match[str]) -> bool:
    reference = match.groupdict().get("ref")
    if rule.kind in _ACTS and reference and _is_new(match.string, reference):
        return False
    explicit = reference is not None and is_explicit(reference)
    if rule.explicit and reference is not None and not explicit:
        return False
    if rule.kind in _TOLD and not explicit and PATTERNS["told"].search(match.string):
        return False
    if rule.kind == "delete" and not explicit and PATTERNS["elsewhere"].search(reference or ""):
        return False
    if rule.kind == "show" and PATTERNS["not_mine"].search(match.string):
        return False
    if PATTERNS["everything_start"].match(reference or "") and is_all_of_a_kind(reference or ""):
        return bool(PATTERNS["task_words"].search(match.string))
    if explicit and not PATTERNS["everything_start"].match(reference or ""):
        return True
    if rule.kind == "did" and _is_chore_done(match):
        return True
    return rule.kind not in _WRITES or not _is_foreign(match)


def _is_chore_done(match: re.Match[str]) -> bool:
    verb = LEXICON.did.get((match.groupdict().get("verb") or "").casefold())
    return verb is not None and verb not in {"do", "finish"}


def _is_new(clause: str, reference: str) -> bool:
    """Whether an order stands inside the title of something to add: "add task: mark 2 as done"."""
    opening = clause.partition(" ")[0].casefold()
    if clause.startswith(reference):
        return ":" in reference or opening in LEXICON.words["openers"]
    return opening in LEXICON.words["adders"] or bool(PATTERNS["indefinite"].search(reference))


def _is_foreign(match: re.Match[str]) -> bool:
    """Whether the clause is about something that other assistants do, and about no task."""
    clause, slots = match.string, match.groupdict()
    subject = slots.get("title") or slots.get("ref") or ""
    if subject.partition(" ")[0].casefold() in LEXICON.words["chores"]:
        return False
    return bool(PATTERNS["foreign"].search(clause)) and not PATTERNS["task_words"].search(clause)
