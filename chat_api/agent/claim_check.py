"""Which claims of a reply no tool call supports: for English, and by its verbs.

A clause that claims a change needs a tool result of the same turn; one that names a task by number
needs a result about that task. Questions, offers, negations and statements about earlier turns are
no claims. In doubt a clause counts as none.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from chat_api.events import ToolCall

_UNDO = "undo_last_change"
# The tools that change tasks.
WRITES = frozenset({"add_task", "complete_task", "update_task", "delete_task", _UNDO})
# Per kind of claim: the tools that support it, and its verbs.
_KINDS = {
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
    "any": (WRITES, r"done(?=\W*$)|all set|taken care of"),
}
_ADVERBS = r"(?:(?:now|just|also|successfully|already|all|both)\s+)*"
_OPENING = (
    r"(?:(?:ok|okay|sure|great|done|all right|alright|got it|certainly|perfect|yes)\b[\s,.!:-]*)?"
)
_CLAIM = {
    kind: re.compile(
        rf"^\W*{_OPENING}{_ADVERBS}(?:{verbs})\b"
        rf"|\b(?:i|we)(?:'ve| have)?\s+{_ADVERBS}(?:{verbs})\b"
        rf"|\b(?:has|have)\s+{_ADVERBS}been\s+{_ADVERBS}(?:{verbs})\b"
        rf"|\b(?:was|were|is now|are now)\s+{_ADVERBS}(?:{verbs})\b"
    )
    for kind, (_, verbs) in _KINDS.items()
}
_NO_CLAIM = re.compile(
    r"\?|n't\b|\b(?:not|no|none|nothing|never|cannot|without|unable|if|unless|would|will|could|"
    r"should|shall|might|may|earlier|already|previously|before|ago|yesterday|when|once|until|"
    r"want|like to|let me|please|say|try|how|which|what)\b"
)
_CLAUSE_END = re.compile(r"(?<=[.!?;])\s+|\n+|,?\s+\bbut\b\s+")
_QUOTED = re.compile(r"\"[^\"]*\"|\B'[^']*'\B|\*\*[^*]+\*\*")
_TASK_NUMBER = re.compile(r"(?:\btasks?\s+|#)(\d{1,10})\b", re.IGNORECASE)
_STRAIGHT_QUOTES = str.maketrans("‘’“”", "''\"\"")
_LIST_LINE = re.compile(r"^\s*(?:[-•*]|\d+[.)]|#\d)")


def unsupported_claims(reply: str, calls: Sequence[ToolCall]) -> Iterator[str]:
    """Yield the clauses that claim a change which none of the successful `calls` made."""
    for clause in _CLAUSE_END.split(reply.translate(_STRAIGHT_QUOTES)):
        words = _QUOTED.sub(" … ", clause).casefold()
        if _LIST_LINE.match(clause) or _NO_CLAIM.search(words):
            continue
        kinds = [kind for kind, pattern in _CLAIM.items() if pattern.search(words)]
        if kinds and not any(_supports(kind, words, calls) for kind in kinds):
            yield clause.strip()


def task_numbers(text: str) -> set[int]:
    """Return the numbers of tasks that a text names: “task 3” or “#3”."""
    return {int(number) for number in _TASK_NUMBER.findall(text)}


def _supports(kind: str, words: str, calls: Sequence[ToolCall]) -> bool:
    tools, _ = _KINDS[kind]
    claimed = task_numbers(words)
    changed = {int(call.result.get("task_id", 0)) for call in calls if call.name in tools}
    if kind == "complete":
        changed |= {int(task["id"]) for task in listed_tasks(calls) if task.get("completed")}
    return bool(changed) and (not claimed or bool(claimed & changed))


def listed_tasks(calls: Sequence[ToolCall]) -> list[dict[str, Any]]:
    """Return the tasks that the calls listed, in order."""
    return [task for call in calls for task in call.result.get("tasks", [])]
