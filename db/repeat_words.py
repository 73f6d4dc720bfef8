"""Repeat rules in words: `every Monday, Thursday`, `monthly on the last Friday until 2027-01-31`.

Each rule has one text, which `db/repeat_reader.py` reads as the same rule.
"""

from db.repeat_rule import Frequency, RepeatRule, Weekday

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONTHS = (
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
)  # fmt: skip
_LONG_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_LONG_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
_WEEKDAYS = tuple(Weekday(0, day) for day in range(5))
_WEEKEND = (Weekday(0, 5), Weekday(0, 6))
SETS = {
    "weekday": _WEEKDAYS,
    "weekdays": _WEEKDAYS,
    "weekend": _WEEKEND,
    "weekends": _WEEKEND,
}

DAY_OF = {
    **{name: day for names in (_DAYS, _LONG_DAYS) for day, name in enumerate(names)},
    **{f"{name}s": day for day, name in enumerate(_LONG_DAYS)},
    **{"tues": 1, "weds": 2, "thur": 3, "thurs": 3},
}
MONTH_OF = {
    **{name: month for names in (_MONTHS, _LONG_MONTHS) for month, name in enumerate(names, 1)},
    "sept": 9,
}
ORDINAL_OF = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5}
ADVERBS: dict[str, tuple[Frequency, int]] = {
    "daily": ("DAILY", 1),
    "weekly": ("WEEKLY", 1),
    "biweekly": ("WEEKLY", 2),
    "fortnightly": ("WEEKLY", 2),
    "monthly": ("MONTHLY", 1),
    "quarterly": ("MONTHLY", 3),
    "yearly": ("YEARLY", 1),
    "annually": ("YEARLY", 1),
}
UNITS: dict[str, Frequency] = {
    "day": "DAILY",
    "week": "WEEKLY",
    "month": "MONTHLY",
    "year": "YEARLY",
}
_ADVERB_OF = {"DAILY": "daily", "WEEKLY": "weekly", "MONTHLY": "monthly", "YEARLY": "yearly"}
_UNIT_OF = {freq: unit for unit, freq in UNITS.items()}


def words_of(rule: RepeatRule) -> str:
    """Return the words of a rule."""
    unit = _UNIT_OF[rule.freq]
    head = _ADVERB_OF[rule.freq] if rule.interval == 1 else f"every {rule.interval} {unit}s"
    days = _days_of(rule)
    months = [_LONG_MONTHS[month - 1].capitalize() for month in rule.by_month]
    if head == "weekly" and days:
        head, days = "weekdays" if rule.by_day == _WEEKDAYS else f"every {days}", ""
    dated = rule.freq == "YEARLY" and days.isdigit() and len(months) == 1
    parts = [
        head,
        f"on {days}" if days else "",
        f"{'' if dated else 'in '}{', '.join(months)}" if months else "",
        "after completion" if rule.repeat_from == "completion" else "",
        f"until {rule.until}" if rule.until else "",
        f"{rule.count} times" if rule.count else "",
    ]
    return " ".join(part for part in parts if part)


def _days_of(rule: RepeatRule) -> str:
    month_days = ", ".join(_month_day(day) for day in rule.by_month_day)
    names = ", ".join(
        f"the {_ordinal(ordinal)} {_day_name(day)}" if ordinal else _day_name(day)
        for ordinal, day in rule.by_day
    )
    if names and month_days:
        names = f"{names} falling on {month_days}"
    days = names or month_days
    if not rule.by_set_pos:
        return days
    positions = ", ".join(_ordinal(position) for position in rule.by_set_pos)
    if rule.by_day == _WEEKDAYS and not month_days:
        return f"the {positions} weekday"
    return f"the {positions} among {days}"


def _day_name(day: int) -> str:
    return _LONG_DAYS[day].capitalize()


def _month_day(day: int) -> str:
    return str(day) if day > 0 else f"the {_ordinal(day)} day"


def _ordinal(number: int) -> str:
    if number == -1:
        return "last"
    place = abs(number)
    teen = place // 10 % 10 == 1
    ending = "th" if teen else {1: "st", 2: "nd", 3: "rd"}.get(place % 10, "th")
    first = "first" if place == 1 else f"{place}{ending}"
    return f"{first} last" if number < 0 else first
