"""When somebody wants to be reminded, as far as no due date holds it.

A task has a day and no time, so "at 5", "every monday" and "when I get home" are kept as they were
said, for the description.
"""

import re
from dataclasses import dataclass, replace
from datetime import date

from chat_api.assistant import dates
from chat_api.assistant.lexicon import PATTERNS

_EDGES = " ,;:-–—"


@dataclass(frozen=True)
class When:
    """What was said in front of what is to be done, and behind it; `day` if it named one."""

    first: str = ""
    last: str = ""
    day: date | None = None

    def with_last(self, said: str) -> "When":
        """Put `said` before what stood behind it."""
        return replace(self, last=" ".join(filter(None, [said, self.last])))

    @property
    def note(self) -> str:
        """All of it, in the order in which it was said."""
        return ", ".join(filter(None, [self.first, self.last]))

    def due_on(self, today: date) -> date | None:
        """Return the day, if only one that is named in passing: "when I'm back on friday"."""
        if self.day:
            return self.day
        days = dates.mentioned(self.note, today)
        often = PATTERNS["repeated"].search(self.note)
        return days.last if days and days.last >= today and not often else None


def take(text: str, when: When) -> tuple[When, str]:
    """Split a time, a recurrence or a condition off the end or the start of a reminder's text."""
    late = PATTERNS["when_last"].search(text)
    if late:
        return when.with_last(late["when"]), text[: late.start()].strip(_EDGES)
    early = PATTERNS["when_first"].match(text)
    if early:
        first = ", ".join(filter(None, [when.first, early["when"]]))
        return replace(when, first=first), text[early.end() :].strip(_EDGES)
    return when, text


def apart(text: str, today: date) -> tuple[str, str]:
    """Split the days and times off the end of words that name a task; some word is left."""
    words, when = text, ""
    while True:
        cut = _end_of(words, today)
        if not words[:cut].strip(_EDGES) or cut == len(words):
            return words, when
        words, when = words[:cut].rstrip(_EDGES), f"{words[cut:].strip(_EDGES)} {when}".strip()


def _end_of(text: str, today: date) -> int:
    late = PATTERNS["when_last"].search(text)
    days = (found.start for found in dates.find(text, today) if found.end == len(text))
    return late.start() if late else next(days, len(text))


def is_when(text: str) -> bool:
    """Whether `text` is nothing but a time or a recurrence: "6pm", "every monday"."""
    return PATTERNS["when_only"].fullmatch(text.strip(_EDGES + ".!?")) is not None


def asked(before: str, slot: str, today: date) -> When:
    """Return what was said of the time in front of a title.

    `before` is all that stands there, `slot` the part of it that surely says when.
    """
    order = PATTERNS["reminding"].search(before)
    often = (order["often"] or "") if order else ""
    said = (often, slot or _beside(before, order, today))
    due, note = split(", ".join(filter(None, said)), today)
    return When(note, day=due)


def split(words: str, today: date) -> tuple[date | None, str]:
    """Return the date in words that say when, and what they say besides."""
    bare = words.strip(_EDGES)
    day = min(dates.find(bare, today), key=lambda found: found.start, default=None)
    if not day or day.days.last < today or PATTERNS["any_often"].search(bare):
        return None, bare
    parts = (bare[: day.start].strip(_EDGES), day.said, bare[day.end :].strip(_EDGES))
    return day.days.last, " ".join(filter(None, parts))


def _beside(words: str, order: re.Match[str] | None, today: date) -> str:
    """Return what says when in front of "remind me", or between it and the title."""
    if not order:
        return ""
    front = words[: order.start()].strip(_EDGES)
    rest = PATTERNS["around_when"].sub("", words[order.end() :].strip(_EDGES))
    found = [front] if dates.only(front, today) else []
    return " ".join(found + ([rest] if _tells(rest, today) else []))


def _tells(words: str, today: date) -> bool:
    found = PATTERNS["when_last"].search(words) or is_when(words)
    return bool(found) or dates.mentioned(words, today) is not None
