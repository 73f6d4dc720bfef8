"""The grammar of days with their times: "by wednesday noon", "5pm tomorrow", "monday to friday"."""

from dataclasses import dataclass
from datetime import time, timedelta

from chat_api.assistant import words as w
from chat_api.assistant.clock import Clock, bare_hour, clock, clock_span, digits, part, past_end
from chat_api.assistant.days import Days, days
from chat_api.assistant.entity import When
from chat_api.assistant.text import Cursor, Match, behind, shape

_ONE = timedelta(days=1)
# "Good morning" is no time, "in the morning" is one.
_PART_LEADS = frozenset({"the", "at", "early", "late"})
_NIGHT = Clock(time(20), part="night")
_BESIDE_DAY, _CORRECTED = 0.8, 0.6
# "Make it 4", "its 4.15 actually".
_POINTED = frozenset({"it", "its", "that", "thats"})
_CORRECTING = w.REPAIRS | {"instead", "now"}
_MOVING = w.SHIFTING | w.REMINDING
_SHORT, _EARLIEST = 2, 7
_BEFORE_HOURS = frozenset({"at", "by", "before", "after", "from"})
_BETWEEN = {"@": "at", "around": "at", "from": "from", "between": "from"} | {
    word: word for word in ("at", "on", "by", "in", "of", "for", "before", "after")
}


@dataclass
class _Pieces:
    """What a day with its time is put together from, in any order."""

    days: Days | None = None
    clock: Clock | None = None
    part: Clock | None = None
    of_today: bool = False

    def read(self, cursor: Cursor, mode: str) -> bool:
        """Read one more piece; `mode` is the preposition in front of it."""
        return self._read_days(cursor) or self._read_clock(cursor, mode) or self._read_part(cursor)

    def _read_days(self, cursor: Cursor) -> bool:
        if self.days:
            return False
        self.days = _night(cursor) or days(cursor)
        if self.days and cursor.peek(-1).text in w.TONIGHT:
            self.part = _NIGHT
        return self.days is not None

    def _read_clock(self, cursor: Cursor, mode: str) -> bool:
        if self.clock:
            return False
        first, led = cursor.peek().text, mode in _BEFORE_HOURS
        found = clock_span(cursor) if mode == "from" else None
        found = found or clock(cursor) or digits(cursor)
        if found and led:
            found = found._replace(sure=max(found.sure, _BESIDE_DAY))
        elif found is None and led:
            found = bare_hour(cursor)
        elif found is None and self.days and self.days.first == self.days.last:
            found = _hour_of_day(cursor)
        self.clock = found
        if found:
            past_end(cursor)
        self.of_today |= found is not None and first in w.OF_TODAY
        return found is not None

    def _read_part(self, cursor: Cursor) -> bool:
        if self.part:
            return False
        if self.clock and cursor.any(w.TONIGHT):
            self.part = _NIGHT
            return True
        half = cursor.take(w.DAY_HALVES) if self.days else None
        self.part = Clock(half, part="half") if half else part(cursor)
        return self.part is not None

    def read_corrected(self, cursor: Cursor) -> bool:
        """Read the "4" of "make it 4", "its 4 actually"."""
        before = cursor.peek(-1).text
        pointed = before in _POINTED or (before == "to" and cursor.peek(-2).text in _POINTED)
        found = bare_hour(cursor) if pointed else None
        self.clock = found._replace(sure=min(found.sure, _CORRECTED)) if found else None
        return self.clock is not None

    @property
    def either_half(self) -> bool:
        """Whether the time of day may be in either half of the day."""
        return bool(self.clock and self.clock.open and not self.part)

    @property
    def at(self) -> time | None:
        """The time of day."""
        if self.clock:
            return self.clock.within(self.part.part if self.part else "")
        return self.part.at if self.part else None


@shape(bare_hour)
def _hour_of_day(cursor: Cursor, found: Clock) -> Clock | None:
    """Read the "4" of "thursday 4"; in "friday 2 coats of paint" it counts something."""
    following = cursor.peek().text
    counts = len(following) <= _SHORT or following[-1] == "s" or following in w.UNITS
    late = _EARLIEST <= found.at.hour <= 12
    sure = found.sure >= _BESIDE_DAY or (late and not counts)
    # "The tuesday one", and "friday 1) milk".
    other = cursor.peek(-1).text in w.SINGLE or following == ")"
    return found if sure and not other else None


def _today(cursor: Cursor) -> Days:
    return Days(cursor.today, cursor.today)


@shape()
def _night(cursor: Cursor) -> Days | None:
    """Read "tonight" and the "this" of "this evening" as today, "last night" as yesterday."""
    this_part = cursor.peek().text == "this" and cursor.peek(1).text in w.PARTS
    if cursor.any(w.TONIGHT) or (this_part and cursor.eat("this")):
        return _today(cursor)
    last = cursor.eat("last", "night")
    return Days(cursor.today - _ONE, cursor.today - _ONE) if last else None


@shape()
def when(cursor: Cursor) -> Match | None:
    """Read a day, a time or both, with the words in front of them."""
    due = _due(cursor)
    start, lead = cursor.at, cursor.peek().text
    mode = cursor.phrase(w.LEADS) or ""
    pieces = _Pieces()
    if not pieces.read(cursor, _BETWEEN.get(lead, mode)) and not pieces.read_corrected(cursor):
        return None
    named = cursor.peek(-2).text in _PART_LEADS
    # In "movie night saturday" the night is part of a name.
    apart = pieces.part and not (pieces.days or pieces.clock or mode or named)
    while not apart and _next_piece(cursor, pieces):
        pass
    pieces.days = pieces.days or (_today(cursor) if pieces.of_today else None)
    if pieces.part and not pieces.clock and not pieces.days:
        # By itself it may be one where a time is corrected: "morning, I mean".
        return Match("when", When(at=pieces.at), 0.8 if named and mode else 0.3)
    # "What is due today to tomorrow" is to be moved there.
    moved = due or any(token.text in w.SHIFTING for token in cursor.tokens[:start])
    if pieces.days and (lead in {"from", "between"} or not (mode or moved)):
        pieces.days = _range(cursor, pieces.days, lead)
        while _next_piece(cursor, pieces):
            pass
    if pieces.clock:
        _end_of_time(cursor)
    sure = _sure(cursor, pieces, start, mode, lead)
    if sure < _CORRECTED and not pieces.days and _corrects(cursor, start, lead):
        sure = _CORRECTED
    return Match("when", _value(pieces, mode, cursor), sure)


def _corrects(cursor: Cursor, start: int, lead: str) -> bool:
    """Whether the words beside a time tell that it is one: "sorry 8.30", "change gym to 6.30"."""
    before = ["", *(each.text for each in cursor.tokens[:start] if each.text != ",")]
    moved = lead in {"to", "for"} and not _MOVING.isdisjoint(before)
    pointed = before[-1] in _POINTED and cursor.ended
    return moved or pointed or bool({before[-1], cursor.peek().text} & _CORRECTING)


def _due(cursor: Cursor) -> bool:
    """Read "due" and "deadline is"; the "abstract deadline" is what is due."""
    named = cursor.peek().text == "deadline" and cursor.peek(-1).kind == "word"
    due = None if named else cursor.phrase(w.DUE)
    cursor.eat(":")
    return due is not None


def _next_piece(cursor: Cursor, pieces: _Pieces) -> bool:
    place = cursor.at
    cursor.eat(",")
    mode = cursor.take(_BETWEEN) or ""
    # "In the morning" and "in 3 days" are read with their "in"; "of" leads to a day only.
    cursor.at -= mode == "in"
    if mode == "of" and cursor.peek().text not in w.RELATIVE_DAYS:
        found = False
    else:
        found = pieces.read(cursor, mode)
    if not found:
        cursor.at = place
    return found


_to = behind("to|through|thru|until|till|-|–", days)
_and = behind("and", days)
# The end of "from 3pm to 4pm"; the time is its beginning.
_end_of_time = behind("to|until|till|-|–", clock)


def _range(cursor: Cursor, found: Days, lead: str) -> Days:
    """Read the end of "monday to friday", "between monday and friday"."""
    end = _to(cursor) or (_and(cursor) if lead == "between" else None)
    if end is None:
        return found
    later = end.last if end.last >= found.first else end.last + 7 * _ONE
    return Days(found.first, max(later, found.first), found.sure)


def _value(pieces: _Pieces, mode: str, cursor: Cursor) -> When:
    found, at = pieces.days, pieces.at
    if found is None:
        return When(at=at, either_half=pieces.either_half)
    match mode:
        case "by":
            return When(None, found.last, at)
        case "before":
            # What is due before Friday is due on Friday, and before the weekend on Friday too.
            single = found.first == found.last
            return When(None, found.first if at or single else found.first - _ONE, at)
        case "after":
            return When(found.last + _ONE, None, at)
        case "since":
            return When(found.first - (7 * _ONE if found.first > cursor.today else 0 * _ONE), at=at)
        case _:
            return When(found.first, found.last, at)


def _sure(cursor: Cursor, pieces: _Pieces, start: int, mode: str, lead: str) -> float:
    """Return the confidence: a word that may be a name needs something beside it, or the end."""
    # "Friday's" is of Friday, and "not sunday" alone says what a repeat leaves out.
    if cursor.peek(-1).possessive or (start == 1 and cursor.tokens[0].text == "not"):
        return 0.4
    if pieces.days and pieces.days.sure < 0.5:
        named = cursor.peek(start - 1 - cursor.at).text in w.NAMED_BEFORE
        last = cursor.peek().kind == "end" and not named
        # "To june" may be a person, "in june" is none.
        to_name = lead in {"to", "for", "from"} and pieces.days.first != pieces.days.last
        led = bool(mode) and not to_name
        return 0.8 if led or pieces.clock or pieces.part or (last and not mode) else 0.4
    if pieces.days and pieces.clock and pieces.clock.sure < _BESIDE_DAY:
        # In "friday at six dinner" the six is a time.
        return min(pieces.days.sure, _BESIDE_DAY)
    return min((each.sure for each in (pieces.days, pieces.clock) if each), default=1.0)
