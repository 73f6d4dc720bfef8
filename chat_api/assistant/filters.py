"""Which tasks a list is to hold: state, days, priority, tag, and what they lack."""

import re
from dataclasses import replace
from datetime import date, timedelta

from chat_api.assistant import dates
from chat_api.assistant.commands import Filter, Priority, Sort, Status, Trait
from chat_api.assistant.lexicon import PATTERNS
from chat_api.assistant.traits import traits_in

_LONGEST_SPAN = 400
_ONE = timedelta(days=1)
_SORTS: tuple[Sort, ...] = ("due", "priority", "title")
_AROUND_LEVEL = re.compile(r"\b(?:priority|p(?=[123]\b)|very|really|to|as|a|the)\b")
_LEVELS: dict[str, Priority] = {
    "high": "high",
    "highest": "high",
    "top": "high",
    "urgent": "high",
    "urgently": "high",
    "as soon as possible": "high",
    "important": "high",
    "asap": "high",
    "medium": "medium",
    "normal": "medium",
    "low": "low",
    "lowest": "low",
    "raise": "high",
    "increase": "high",
    "bump up": "high",
    "bump": "high",
    "boost": "high",
    "number one": "high",
    "first": "high",
    "main": "high",
    "1": "high",
    "2": "medium",
    "3": "low",
    "biggest": "high",
    "drop": "low",
    "up": "high",
    "prioritize": "high",
    "prioritise": "high",
    "lower": "low",
    "reduce": "low",
    "decrease": "low",
    "escalate": "high",
    "unprioritize": "low",
    "unprioritise": "low",
    "deprioritize": "low",
    "deprioritise": "low",
}


def filter_of(text: str, today: date) -> Filter:
    """Return the filter that `text` describes; without any word of one, all tasks."""
    traits, text = traits_in(PATTERNS["of_a_day"].sub("", text))
    wanted = _filter_of(text, today)
    undated = any(trait.field == "due_on" for trait in traits)
    status: Status = "pending" if undated and wanted.status == "all" else wanted.status
    return replace(wanted, status=status, traits=(*traits, *wanted.traits))


def _filter_of(text: str, today: date) -> Filter:
    tag, priority = _word(PATTERNS["tag_filter"].search(text)) or None, level_in(text)
    priority = None if PATTERNS["most"].search(text) else priority
    kind = _word(PATTERNS["kind_of_tasks"].search(text)).casefold() or None if not tag else None
    sort = next((sort for sort in _SORTS if PATTERNS[f"by_{sort}"].search(text)), None)
    if PATTERNS["overdue"].search(text) and not PATTERNS["or_due"].search(text):
        return Filter("pending", None, tag, priority, None, today - timedelta(days=1), sort)
    first, last = _days(text, today)
    if first and last and PATTERNS["not_due"].search(text):
        spans = range(min((last - first).days + 1, _LONGEST_SPAN))
        days = tuple((first + timedelta(days=n)).isoformat() for n in spans)
        return Filter("pending", None, tag, priority, traits=(Trait("due_on", days, lacking=True),))
    if not (first or last):
        state = "pending" if PATTERNS["most"].search(text) else _status(text)
        return Filter(state, None, tag, priority, sort=sort, kind=kind)
    if _status(text) != "completed":
        return Filter("pending", None, tag, priority, first, last, sort, kind)
    return completed_between(first, last, Filter(tag=tag, priority=priority, sort=sort, kind=kind))


def completed_between(first: date | None, last: date | None, wanted: Filter) -> Filter:
    """Return a filter for tasks that were completed on certain days, the newest first."""
    return replace(
        wanted,
        status="completed",
        sort=wanted.sort or "-updated",
        completed_after=first,
        completed_before=last,
    )


def _days(text: str, today: date) -> tuple[date | None, date | None]:
    """Return the first and the last day that `text` asks for, both inclusive."""
    found = sorted(dates.find(text, today), key=lambda each: each.start)
    if not found:
        return None, None
    days, before = found[0].days, text[: found[0].start]
    said = f"{before[-12:]}{text[found[0].start : found[0].end]}"
    joined = len(found) > 1 and text[found[0].end : found[1].start].strip() in {"and", "or"}
    if len(found) > 1 and (joined or PATTERNS["between"].search(said)):
        return days.first, max(days.last, found[1].days.last)
    if PATTERNS["after"].search(before):
        return days.last + _ONE, None
    if PATTERNS["before"].search(said) and not PATTERNS["end_of"].search(said):
        return None, days.first - _ONE
    if PATTERNS["since"].search(before):
        return days.first, None
    upto = PATTERNS["until"].search(text) or PATTERNS["or_due"].search(text)
    return (None if upto else days.first), days.last


def _status(text: str) -> Status:
    if PATTERNS["pending"].search(text):
        return "pending"
    return "completed" if PATTERNS["completed"].search(text) else "all"


def level_in(text: str) -> Priority | None:
    """Return the priority that `text` mentions."""
    return _LEVELS.get(_word(PATTERNS["priority_filter"].search(text)).casefold())


def level_of(text: str) -> Priority | None:
    """Return the priority if `text` is nothing but one: "high priority", "priority low", "none"."""
    bare = _AROUND_LEVEL.sub("", text.casefold()).strip(" .!?")
    first, *rest = bare.split(" ")
    if first in {"none", "no", "not", "n't"} and set(rest) <= {*_LEVELS, "longer"}:
        return "none"
    return _LEVELS.get(bare or "high")


def _word(found: re.Match[str] | None) -> str:
    return next(filter(None, found.groups()), "") if found else ""
