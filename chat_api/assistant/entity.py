"""What a sentence holds that is closed: dates, times, repeats, numbers, levels, names in quotes."""

from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Literal, TypeAlias

from dateutil.relativedelta import relativedelta

Kind: TypeAlias = Literal[
    "when",
    "delay",
    "duration",
    "shift",
    "repeat",
    "reminder",
    "number",
    "ordinal",
    "quantity",
    "pronoun",
    "status",
    "aspect",
    "priority",
    "tag",
    "list",
    "quote",
    "address",
    "clear",
]


@dataclass(frozen=True)
class When:
    """A day or days, a time of day, or both.

    Attributes:
        first: The first day; None where only a time was given, or only an end ("by friday").
        last: The last day; equal to `first` for a single day.
        at: The time of day.
        either_half: Whether it was given without "am" or "pm", so that it may be in either.

    """

    first: date | None = None
    last: date | None = None
    at: time | None = None
    either_half: bool = False


@dataclass(frozen=True)
class Repeat:
    """A repeat: the rule as RFC 5545 writes it, without DTSTART, and the time of day if given.

    `after_completion` counts the next date from the day of completion.
    """

    rule: str
    at: time | None = None
    after_completion: bool = False


@dataclass(frozen=True)
class Ordinals:
    """Places in a list that was shown: from 1, or from the end as negative numbers.

    "the second one" is (2,), "the last two" (-2, -1), "the first three" (1, 2, 3).
    """

    places: tuple[int, ...]


# when: When · delay ("in 20 minutes", minutes and hours only): timedelta from now
# duration ("for half an hour"): timedelta
# shift ("an hour later", "by two days"): timedelta, or relativedelta for months and years; both are
#   added to a date in the same way
# repeat: Repeat · reminder ("10 minutes before"): timedelta before the due time
# number ("task 3", "#3", "1, 2 and 4", "tasks 1-3"): tuple of task numbers · ordinal: Ordinals
# quantity: "all", "both", "rest" ("the others"), "other two" as "rest", "except", "none"
# pronoun: "it" (one task) or "them" (several)
# status: "completed", "pending", "overdue", "upcoming", "undated"
# aspect: "others" for tasks of somebody else, "missing" for what is added if it isn't there, and
#   what a question or a reminder is about: "remind", "recent", "time", "count", "important", "next"
# priority: "none", "low", "medium", "high" · tag, list (without the word "list"), quote: the name
# address: the e-mail address, URL or telephone number
# clear ("no due date"): the name of the field in TaskValues
Value: TypeAlias = When | Repeat | Ordinals | timedelta | relativedelta | tuple[int, ...] | str


@dataclass(frozen=True)
class Entity:
    """One find in a text.

    Attributes:
        kind: What it is.
        start: Offset of its first character in the text as typed.
        end: Offset behind its last character.
        value: What it means, by its kind.
        confidence: 0 to 1; below 0.5 where the words may well mean something else ("may", "sat").

    """

    kind: Kind
    start: int
    end: int
    value: Value
    confidence: float = 1.0
