"""Content lines of iCalendar (RFC 5545, 3.1).

The library `icalendar` takes fifty times as long, 1.5 s for a thousand tasks: it makes objects
of each line and folds it character by character. Tests read these lines with the library.
"""

from datetime import UTC, date, datetime, timedelta

# In octets, without the line break.
_LONGEST = 75


def text(name: str, value: str) -> str:
    """Return the line of a text."""
    return folded(f"{name}:{escaped(value)}")


def escaped(value: str) -> str:
    """Return a text as a value, or as one of several."""
    # The backslash comes first: the others add some.
    escapes = value.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return escapes.replace("\n", "\\n")


def folded(line: str) -> str:
    """Return a line in pieces of at most 75 octets, none of which ends within a character."""
    if len(line) <= _LONGEST and line.isascii():
        return line
    octets = line.encode()
    pieces, start, room = [], 0, _LONGEST
    while len(octets) - start > room:
        end = start + room
        while octets[end] & 0xC0 == 0x80:
            end -= 1
        pieces.append(octets[start:end])
        # A continued line begins with a space.
        start, room = end, _LONGEST - 1
    return b"\r\n ".join((*pieces, octets[start:])).decode()


def utc(moment: datetime) -> str:
    """Return a time in UTC as a value."""
    return f"{moment.astimezone(UTC).isoformat()[:19]}Z".replace("-", "").replace(":", "")


def day(value: date) -> str:
    """Return a date as a value; the years before 1000 have four digits too."""
    return value.isoformat().replace("-", "")


def duration(value: timedelta) -> str:
    """Return a duration as a value, in minutes: a day of RFC 5545 may have 23 or 25 hours."""
    minutes = value // timedelta(minutes=1)
    return f"{'-' if minutes < 0 else ''}PT{abs(minutes)}M"
