"""Whether a reply claims only what tools did: for English, and by its verbs.

A clause that says something was done must have a tool result of the same turn behind it; one that
names a task by number, a result about that task. Questions, offers, negations and what is said of
earlier turns claim nothing. It errs on the side of the reply.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from chat_api.events import ToolCall

_UNDO = "undo_last_change"
# The tools that change tasks.
WRITES = frozenset({"add_task", "complete_task", "update_task", "delete_task", _UNDO})
_SUPPORT = {
    "add": ({"add_task", _UNDO}, "added|created|saved|noted down|put"),
    "delete": ({"delete_task", _UNDO}, "deleted|removed|erased|cleared"),
    "complete": (
        {"complete_task", "update_task", _UNDO},
        "completed|finished|ticked off|checked off|crossed off|marked",
    ),
    "update": (
        {"update_task", "complete_task", _UNDO},
        "updated|changed|renamed|moved|rescheduled|postponed|reopened|set",
    ),
    "undo": ({_UNDO, "update_task", "add_task"}, "undone|undid|reverted|restored|taken back"),
    "any": (
        WRITES,
        r"done(?=\W*$)|all set|taken care of",
    ),
}
_ADVERBS = r"(?:(?:now|just|also|successfully|already|all|both)\s+)*"
_LEAD = (
    r"(?:(?:ok|okay|sure|great|done|all right|alright|got it|certainly|perfect|yes)\b[\s,.!:-]*)?"
)
_CLAIM = {
    kind: re.compile(
        rf"^\W*{_LEAD}{_ADVERBS}(?:{verbs})\b"
        rf"|\b(?:i|we)(?:'ve| have)?\s+{_ADVERBS}(?:{verbs})\b"
        rf"|\b(?:has|have)\s+{_ADVERBS}been\s+{_ADVERBS}(?:{verbs})\b"
        rf"|\b(?:was|were|is now|are now)\s+{_ADVERBS}(?:{verbs})\b"
    )
    for kind, (_, verbs) in _SUPPORT.items()
}
_NO_CLAIM = re.compile(
    r"\?|n't\b|\b(?:not|no|none|nothing|never|cannot|without|unable|if|unless|would|will|could|"
    r"should|shall|might|may|earlier|already|previously|before|ago|yesterday|when|once|until|"
    r"want|like to|let me|please|say|try|how|which|what)\b"
)
_CLAUSE = re.compile(r"(?<=[.!?;])\s+|\n+|,?\s+\bbut\b\s+")
_QUOTED = re.compile(r"\"[^\"]*\"|\B'[^']*'\B|\*\*[^*]+\*\*")
_NUMBER = re.compile(r"(?:\btasks?\s+|#)(\d+)\b")
_QUOTES = str.maketrans("‘’“”", "''\"\"")
_LISTED = re.compile(r"^\s*(?:[-•*]|\d+[.)]|#\d)")


def unsupported_claims(reply: str, done: Sequence[ToolCall]) -> Iterator[str]:
    """Yield the clauses that say something was done which none of the calls did."""
    for clause in _CLAUSE.split(reply.translate(_QUOTES)):
        words = _QUOTED.sub(" … ", clause).casefold()
        if _LISTED.match(clause) or _NO_CLAIM.search(words):
            continue
        kinds = [kind for kind, pattern in _CLAIM.items() if pattern.search(words)]
        if kinds and not any(_supports(kind, words, done) for kind in kinds):
            yield clause.strip()


def _supports(kind: str, words: str, done: Sequence[ToolCall]) -> bool:
    tools, _ = _SUPPORT[kind]
    named = {int(number) for number in _NUMBER.findall(words)}
    known = {int(call.result.get("task_id", 0)) for call in done if call.name in tools}
    if kind == "complete":
        known |= {int(task["id"]) for task in _listed(done) if task.get("completed")}
    return bool(known) and (not named or bool(named & known))


def _listed(done: Sequence[ToolCall]) -> list[dict[str, Any]]:
    return [task for call in done for task in call.result.get("tasks", [])]
