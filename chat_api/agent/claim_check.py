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
_LIST_LINE = re.compile(r"^\s*(?:[-•*]|\d+[.)]|#\d)")


def unsupported_claims(reply: str, done: Sequence[ToolCall]) -> Iterator[str]:
    """Yield the clauses that say something was done which none of the calls did."""
    for clause in _CLAUSE.split(reply.translate(_QUOTES)):
        words = _QUOTED.sub(" … ", clause).casefold()
        if _LIST_LINE.match(clause) or _NO_CLAIM.search(words):
            continue
        kinds = [kind for kind, pattern in _CLAIM.items() if pattern.search(words)]
        if kinds and not any(_supports(kind, words, done) for kind in kinds):
            yield clause.strip()


def _supports(kind: str, words: str, done: Sequence[ToolCall]) -> bool:
    tools, _ = _SUPPORT[kind]
    named = {int(number) for number in _NUMBER.findall(words)}
    known = {int(call.result.get("task_id", 0)) for call in done if call.name in tools}
    if kind == "complete":
        known |= {int(task["id"]) for task in _listed_tasks(done) if task.get("completed")}
    return bool(known) and (not named or bool(named & known))


def _listed_tasks(done: Sequence[ToolCall]) -> list[dict[str, Any]]:
    return [task for call in done for task in call.result.get("tasks", [])]


_TOLD = {
    "created": "Added",
    "completed": "Completed",
    "updated": "Changed",
    "deleted": "Deleted",
    "undone": "Took back the last change to",
}
_NAMED = 5
_LISTED = 20
# Such a reply asks, or says itself that something is not there.
_ASKS_OR_DENIES = re.compile(
    r"\?|n['’]t\b|\b(?:no|not|none|nothing|never|cannot|unable|sorry|empty)\b", re.IGNORECASE
)
# Some models do what was asked and then say that they can't.
_REFUSES = re.compile(r"(?:can['’]t|cannot|unable to) (?:assist|help)\b", re.IGNORECASE)
# What follows is what a model should do next; the marks keep it from taking titles for orders.
_FOR_MODELS = re.compile(r"\s*Nothing was changed\..*|</?tasks?>|list_tasks shows.*", re.DOTALL)


def closing(reply: str, calls: Sequence[ToolCall]) -> str:
    """Return what has to follow the reply, often nothing; `calls` are those of its turn."""
    done = [call for call in calls if not call.is_error]
    wrong = [f"Correction: this was not done: “{said}”" for said in unsupported_claims(reply, done)]
    written = [call.result for call in done if call.result.get("status") in _TOLD]
    if written:
        return "\n".join([*wrong, *_confirmed(reply, written)])
    if _ASKS_OR_DENIES.search(reply) and not _REFUSES.search(reply):
        return "\n".join(wrong)
    return "\n".join([*wrong, *_refused(calls), *_listed(reply, done)])


def _confirmed(reply: str, written: list[dict[str, Any]]) -> Iterator[str]:
    for status, told in _TOLD.items():
        unnamed = [
            f"task {result.get('task_id')}, “{result.get('title')}”"
            for result in written
            if result["status"] == status and not _names(reply, result)
        ]
        if unnamed:
            yield f"{told} {_joined(unnamed)}."


def _refused(calls: Sequence[ToolCall]) -> Iterator[str]:
    for call in calls:
        if call.is_error and call.name in WRITES:
            reason = _FOR_MODELS.sub("", str(call.result.get("error", "")))
            yield f"That did not work: {' '.join(reason.split())}"


def _listed(reply: str, done: Sequence[ToolCall]) -> Iterator[str]:
    lists = [call.result["tasks"] for call in done if "tasks" in call.result]
    tasks = {task["id"]: task for found in lists for task in found}
    if lists and not tasks:
        yield "No tasks were found."
    if any(_names(reply, task) for task in tasks.values()):
        return
    for task in list(tasks.values())[:_LISTED]:
        yield f"- #{task['id']} {task['title']}{' (done)' if task['completed'] else ''}"
    if len(tasks) > _LISTED:
        yield f"- and {len(tasks) - _LISTED} more"


def _names(reply: str, task: dict[str, Any]) -> bool:
    return str(task.get("title", "")).casefold() in reply.casefold()


def _joined(names: list[str]) -> str:
    more = len(names) - _NAMED
    if more > 0:
        return f"{'; '.join(names[:_NAMED])} and {more} more"
    return "; ".join(names)
