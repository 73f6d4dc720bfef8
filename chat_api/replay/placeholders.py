"""Placeholders of scripts: `{{today+1}}`, `{{friday}}`, `{{12-31}}`, `{{other_user}}`.

The service takes no clock from outside, so scripts name days relative to today.
"""

import re
from calendar import day_name
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

_PLACEHOLDER = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
_OFFSET = re.compile(r"(?P<name>[a-z]+|\d{2}-\d{2})(?:\s*(?P<days>[+-]\s*\d{1,4}))?")
_WEEKDAYS = {name.lower(): number for number, name in enumerate(day_name)}
_OTHER_USER = "other_user"
# Without a 29 February, which not every year has.
_COMMON_YEAR = 2023


@dataclass(frozen=True)
class PlaceholderValues:
    """The values at the time of a turn: the user's day, and the name of the other user."""

    today: date
    other_user: str = ""


def check_placeholders(text: str) -> str:
    """Return `text` unchanged.

    Raises:
        ValueError: It has an unknown placeholder.

    """
    fill(text, PlaceholderValues(date(2024, 2, 29)))
    return text


def fill(value: Any, values: PlaceholderValues) -> Any:
    """Return `value` with every placeholder in it replaced, days as YYYY-MM-DD.

    Raises:
        ValueError: There is an unknown placeholder.

    """
    match value:
        case str():
            return _PLACEHOLDER.sub(lambda found: _resolve(found[1], values), value)
        case dict():
            return {name: fill(part, values) for name, part in value.items()}
        case list():
            return [fill(part, values) for part in value]
        case _:
            return value


def _resolve(name: str, values: PlaceholderValues) -> str:
    if name == _OTHER_USER:
        return values.other_user
    found = _OFFSET.fullmatch(name)
    start = _day(found["name"], values.today) if found else None
    if found is None or start is None:
        raise ValueError(f"{{{{{name}}}}} is no placeholder")
    days = int((found["days"] or "0").replace(" ", ""))
    return (start + timedelta(days=days)).isoformat()


def _day(name: str, today: date) -> date | None:
    """Return the first day of that name from `today` on, today included."""
    if name == "today":
        return today
    if name in _WEEKDAYS:
        return today + timedelta(days=(_WEEKDAYS[name] - today.weekday()) % 7)
    if "-" in name:
        month, day = name.split("-")
        return _day_of_year(int(month), int(day), today)
    return None


def _day_of_year(month: int, day: int, today: date) -> date | None:
    try:
        date(_COMMON_YEAR, month, day)
    except ValueError:
        return None
    this_year = date(today.year, month, day)
    return this_year if this_year >= today else date(today.year + 1, month, day)
