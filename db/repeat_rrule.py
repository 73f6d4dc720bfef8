"""Reads RRULEs, as RFC 5545 writes them, of the parts that tasks use."""

import re
from datetime import date, datetime
from typing import get_args

from db.repeat_rule import (
    MOST,
    WEEKDAYS,
    Frequency,
    RepeatRule,
    UnreadableRepeat,
    UnsupportedRepeat,
    Weekday,
    in_order,
    weekdays_in_order,
)

_FREQUENCIES: tuple[Frequency, ...] = get_args(Frequency)
_PARTS = frozenset(
    {"FREQ", "INTERVAL", "BYMONTH", "BYMONTHDAY", "BYDAY", "BYSETPOS", "COUNT", "UNTIL", "WKST"}
)
_NUMBER = re.compile(r"[+-]?\d{1,3}", re.ASCII)
_WEEKDAY = re.compile(rf"([+-]?\d{{1,2}})?({'|'.join(WEEKDAYS)})", re.ASCII)
_DATE = re.compile(r"\d{8}", re.ASCII)


def parse_rrule(text: str) -> RepeatRule:
    """Read an RRULE, with or without that name in front of it.

    Raises:
        UnreadableRepeat: A part can't be read.
        UnsupportedRepeat: A part, or the combination, is not supported.
    """
    parts = _parts(text.upper().removeprefix("RRULE:"))
    freq = next((name for name in _FREQUENCIES if name == parts.get("FREQ")), None)
    if freq is None:
        raise UnsupportedRepeat("FREQ is not supported.", f"Send one of {', '.join(_FREQUENCIES)}.")
    rule = RepeatRule(
        freq,
        interval=_number(parts.get("INTERVAL", "1"), "INTERVAL", range(1, MOST + 1)),
        by_month=_numbers(parts, "BYMONTH", range(1, 13)),
        by_month_day=_numbers(parts, "BYMONTHDAY", range(-31, 32)),
        by_day=_weekdays(parts.get("BYDAY")),
        by_set_pos=_numbers(parts, "BYSETPOS", range(-366, 367)),
        count=_number(parts["COUNT"], "COUNT", range(1, MOST + 1)) if "COUNT" in parts else None,
        until=_until(parts["UNTIL"]) if "UNTIL" in parts else None,
    )
    if freq == "WEEKLY" and rule.interval > 1 and parts.get("WKST", "MO") != "MO":
        raise UnsupportedRepeat("Weeks begin on Monday.", "Send the rule without WKST.")
    return rule


def _parts(text: str) -> dict[str, str]:
    parts: dict[str, str] = {}
    for part in text.strip().strip(";").split(";"):
        name, _, value = part.strip().partition("=")
        if name not in _PARTS:
            supported = ", ".join(sorted(_PARTS))
            raise UnsupportedRepeat(f"{name[:20]} is not supported.", f"Send only {supported}.")
        if name in parts or not value:
            raise UnreadableRepeat(f"{name} must stand once, with a value.", "Send it as X=1,2.")
        parts[name] = value
    return parts


def _number(text: str, name: str, allowed: range) -> int:
    if _NUMBER.fullmatch(text) and int(text) in allowed and int(text) != 0:
        return int(text)
    raise UnreadableRepeat(
        f"{name}={text[:20]} can't be read.",
        f"Send numbers from {allowed.start} to {allowed.stop - 1}, without 0.",
    )


def _numbers(parts: dict[str, str], name: str, allowed: range) -> tuple[int, ...]:
    values = parts[name].split(",") if name in parts else []
    return in_order(_number(value, name, allowed) for value in values)


def _weekdays(text: str | None) -> tuple[Weekday, ...]:
    found = [_WEEKDAY.fullmatch(day) for day in text.split(",")] if text else []
    days = [Weekday(int(day[1] or 0), WEEKDAYS.index(day[2])) for day in found if day]
    if len(days) < len(found):
        raise UnreadableRepeat("BYDAY can't be read.", "Send days as MO,TU or 1MO,-1FR.")
    return weekdays_in_order(days)


def _until(text: str) -> date:
    try:
        if _DATE.fullmatch(text):
            return datetime.strptime(text, "%Y%m%d").date()  # noqa: DTZ007  a date, no time
    except ValueError:
        pass
    raise UnreadableRepeat("UNTIL must be a date.", "Send it as UNTIL=20270131, without a time.")
