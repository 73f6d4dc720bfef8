"""Reads repeat rules from short words, in the form that `db/repeat_words.py` writes and in others.

Other forms are, for instance, `every other friday` and `every month on the 1st`.
"""

import re
from dataclasses import dataclass, field, replace
from datetime import date

from db.repeat_rule import (
    MOST,
    RepeatRule,
    UnreadableRepeat,
    Weekday,
    in_order,
    weekdays_in_order,
)
from db.repeat_words import ADVERBS, DAY_OF, MONTH_OF, ORDINAL_OF, SETS, UNITS

WORDS_HINT = (
    "Send words as in: daily; weekdays; weekly on mon, thu; every 2 weeks; monthly on last fri; "
    "yearly on 24 dec; every 3 days after completion; daily until 2027-01-31; daily 10 times. "
    "Or an RRULE."
)

_TOKEN = re.compile(r"\d{4}-\d{2}-\d{2}|\d+(?:st|nd|rd|th)?|[a-z]+|,", re.ASCII)
_SAME = {"each": "every", "and": ",", "of": "in", "when": "after", "done": "completion"}
_FILLERS = frozenset({"the", "for"})


def parse_words(text: str) -> RepeatRule:
    """Read words.

    Raises:
        UnreadableRepeat: They are not understood.
    """
    lowered = text.casefold()
    if _TOKEN.sub("", lowered).strip():
        raise _unreadable(text)
    tokens = [_SAME.get(token, token) for token in _TOKEN.findall(lowered)]
    reader = _Reader([token for token in tokens if token not in _FILLERS])
    try:
        rule = reader.rule()
    except (LookupError, ValueError):
        raise _unreadable(text) from None
    if reader.tokens:
        raise _unreadable(text)
    return rule


def _unreadable(text: str) -> UnreadableRepeat:
    return UnreadableRepeat(f"“{text[:60]}” can't be read as a repeat.", WORDS_HINT)


@dataclass
class _Days:
    """The days that were read; `from_end` are those of `month_days` said with `day`."""

    weekdays: list[Weekday] = field(default_factory=list)
    month_days: list[int] = field(default_factory=list)
    positions: list[int] = field(default_factory=list)
    months: list[int] = field(default_factory=list)
    from_end: set[int] = field(default_factory=set)

    def check(self) -> None:
        """Refuse `last` without what is the last, and several dates, which no rule holds."""
        dates = len(self.months), len(self.month_days)
        if self.months and dates != (1, 1):
            raise LookupError
        if any(day < 0 for day in self.month_days if day not in self.from_end):
            raise LookupError


class _Reader:
    """Reads a rule off its tokens, which it removes.

    Its methods raise `LookupError` or `ValueError` where the words don't fit.
    """

    def __init__(self, tokens: list[str]) -> None:
        self.tokens = tokens

    def rule(self) -> RepeatRule:
        rule = self._head()
        if self._take("on"):
            rule = self._days(rule)
        if self._take("in") and not self._take("month"):
            rule = self._months(rule)
        elif self._next() in MONTH_OF:
            rule = self._days(rule)
        while self.tokens:
            rule = self._end(rule)
        return rule

    def _head(self) -> RepeatRule:
        word = self.tokens.pop(0)
        if word in ADVERBS:
            return RepeatRule(*ADVERBS[word])
        if word in SETS:
            return RepeatRule("WEEKLY", by_day=SETS[word])
        if word != "every":
            raise LookupError
        return self._every()

    def _every(self) -> RepeatRule:
        if self._next() in {"first", "last"}:
            return self._days(RepeatRule("MONTHLY"))
        if self._next() in MONTH_OF:
            return self._days(RepeatRule("YEARLY"))
        interval = 2 if self._take("other") else self._number() if self._next().isdigit() else 1
        if self._next() in DAY_OF:
            return self._days(RepeatRule("WEEKLY", interval))
        unit = self.tokens.pop(0)
        if unit in SETS:
            return RepeatRule("WEEKLY", interval, by_day=SETS[unit])
        return RepeatRule(UNITS[unit.removesuffix("s")], interval)

    def _days(self, rule: RepeatRule) -> RepeatRule:
        """Read days, and the months that stand by them."""
        days = _Days()
        self._items(days)
        if self._take("among"):
            days.positions, days.month_days = days.month_days, []
            self._items(days)
        if self._take("falling"):
            self._expect("on")
            self._items(days)
        days.check()
        return replace(
            rule,
            by_day=weekdays_in_order(days.weekdays),
            by_month_day=in_order(days.month_days),
            by_set_pos=in_order(days.positions),
            by_month=in_order(days.months),
        )

    def _items(self, days: "_Days") -> None:
        self._item(days)
        while self._take(","):
            self._item(days)

    def _item(self, days: "_Days") -> None:
        if self._next() in DAY_OF:
            days.weekdays.append(Weekday(0, DAY_OF[self.tokens.pop(0)]))
            return
        if self._next() in MONTH_OF:
            days.months.append(MONTH_OF[self.tokens.pop(0)])
            days.month_days.append(self._ordinal())
            return
        ordinal, following = self._ordinal(), self._next()
        if following in DAY_OF:
            days.weekdays.append(Weekday(ordinal, DAY_OF[self.tokens.pop(0)]))
        elif self._take("weekday"):
            days.positions = [*days.month_days, ordinal]
            days.month_days, days.weekdays = [], list(SETS["weekday"])
        else:
            days.month_days.append(ordinal)
            if self._take("day"):
                days.from_end.add(ordinal)
            elif following in MONTH_OF:
                days.months.append(MONTH_OF[self.tokens.pop(0)])

    def _months(self, rule: RepeatRule) -> RepeatRule:
        months = [MONTH_OF[self.tokens.pop(0)]]
        while self._take(","):
            months.append(MONTH_OF[self.tokens.pop(0)])
        return replace(rule, by_month=in_order(months))

    def _end(self, rule: RepeatRule) -> RepeatRule:
        if self._take("after"):
            self._expect("completion")
            return replace(rule, repeat_from="completion")
        if self._take("until"):
            return replace(rule, until=date.fromisoformat(self.tokens.pop(0)))
        count = self._number()
        self._expect("times")
        return replace(rule, count=count)

    def _ordinal(self) -> int:
        word = self.tokens.pop(0)
        if word == "last":
            return -1
        digits = word.rstrip("stndrh")
        number = ORDINAL_OF[word] if word in ORDINAL_OF else int(digits)
        if number < 1:
            raise ValueError(word)
        return -number if self._take("last") else number

    def _number(self) -> int:
        number = int(self.tokens.pop(0))
        if not 1 <= number <= MOST:
            raise ValueError(number)
        return number

    def _expect(self, word: str) -> None:
        if not self._take(word):
            raise LookupError(word)

    def _take(self, word: str) -> bool:
        if self._next() != word:
            return False
        self.tokens.pop(0)
        return True

    def _next(self) -> str:
        return self.tokens[0] if self.tokens else ""
