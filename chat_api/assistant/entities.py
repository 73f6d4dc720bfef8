"""All that is closed in a text, found once: days, repeats, numbers, levels, names in quotes."""

from collections.abc import Iterable
from datetime import date, timedelta

from chat_api.assistant import names
from chat_api.assistant import words as w
from chat_api.assistant.clock import Length, count, figure, length, ordinal
from chat_api.assistant.days import days
from chat_api.assistant.entity import Entity, Kind, Ordinals
from chat_api.assistant.repairs import repaired
from chat_api.assistant.repeats import repeat
from chat_api.assistant.text import (
    Cursor,
    Match,
    Rule,
    Token,
    behind,
    kind,
    maybe,
    one_of,
    phrase,
    shape,
    table,
    tokens_of,
    word,
)
from chat_api.assistant.when import when

_MOST = 100
_LEVEL = "priority"
_DAY = 24 * 60
_HALF_DAY = 12 * 60
# A reminder comes at most so long before a date.
_FURTHEST = 366 * _DAY


def find(text: str, today: date) -> tuple[Entity, ...]:
    """Return the finds in a text, in their order; none overlaps another."""
    cursor = Cursor(text, tokens_of(text), today)
    found: list[Entity] = []
    place = 0
    while cursor.tokens[place].kind != "end":
        match, end = _longest(cursor, place)
        if match:
            span = (cursor.tokens[place].start, cursor.tokens[end - 1].end)
            found.append(Entity(match.kind, *span, match.value, match.confidence))
        place = end
    return tuple(repaired(found, cursor))


def _longest(cursor: Cursor, place: int) -> tuple[Match | None, int]:
    """Return the longest find that begins with a token, then the surest, and its end."""
    token, best, end = cursor.tokens[place], None, place
    for each in _RULES_BY_START.get(token.text) or _RULES_BY_START.get(f"<{token.kind}>", ()):
        cursor.at = place
        try:
            match = each(cursor)
        except (OverflowError, ValueError):  # a day beyond the calendar
            continue
        surer = best is None or (match is not None and match.confidence > best.confidence)
        if match and (cursor.at > end or (cursor.at == end and surer)):
            best, end = match, cursor.at
    return best, max(end, place + 1)


@shape(phrase(w.PHRASES))
def _phrase(cursor: Cursor, meaning: tuple[Kind, str, float]) -> Match | None:
    """Read the phrases of the table: "how many", "without a date", "all of them"."""
    kind, value, sure = meaning
    of_day = cursor.peek(-1).text == "all" and cursor.peek().text in w.SPANS
    # "What should I have done by now", "what remains to be done".
    owed = value == "completed" and w.DUTIES & set(cursor.before())
    return None if of_day else Match(kind, "pending" if owed else value, sure)


@shape(maybe(word("with")), word("no|without"), "a|an|any|the|particular?", "due?", w.FIELDS)
def _without_field(_: Cursor, lead: str | None, negation: str, name: str) -> Match:
    """Read "no due date", "without reminders"."""
    if name == "tag":
        return Match("tag", "none", 0.8)
    undated = (lead or negation == "without") and name == "due_on"
    return Match("status", "undated", 0.9) if undated else Match("clear", name, 0.9)


@shape(
    word("remove|clear|drop|take"), "the|its?", "due?", w.FIELDS | dict.fromkeys(w.PRIORITY, _LEVEL)
)
def _take_off(cursor: Cursor, verb: str, name: str) -> Match | None:
    """Read "remove the date", "take the time off"; a reminder may be a whole task."""
    off = cursor.eat("off") or verb != "take"
    return Match("clear", name, 0.9) if off and name in {"due_on", "due_time", _LEVEL} else None


@shape("did|have", "i|we", "got|gotten|get?", w.FINISHING)
def _past(*_: object) -> Match:
    return Match("status", "completed", 0.8)


@shape(word("if|unless"))
def _missing(cursor: Cursor, lead: str) -> Match | None:
    """Read "if it's not on there yet", "unless it's there"."""
    words = {lead}
    while found := cursor.any(w.PRESENCE):
        words.add(found)
    absent = bool(words & {"not", "isnt"}) != (lead == "unless")
    there = "there" in words or words == {lead, "not"} or cursor.eat("the", "list")
    return Match("aspect", "missing", 0.9) if absent and there else None


@shape(maybe(word("in")), "about|around?", length)
def _delay(cursor: Cursor, lead: str | None, span: Length) -> Match | None:
    """Read "in 20 minutes", "an hour from now"; a whole day or more is a date."""
    behind = cursor.eat("from", "now") or (lead and cursor.eat("time"))
    short = not span.months and span.minutes < _DAY
    return Match("delay", span.value()) if short and (lead or behind) else None


@shape(maybe(word("for|by|+")), length)
def _length(cursor: Cursor, lead: str | None, span: Length) -> Match | None:
    """Read a length of time by what stands beside it: reminder, shift or duration."""
    before = {token.text for token in cursor.tokens[: cursor.at]}
    shifts, reminds = bool(before & w.SHIFTING), bool(before & w.REMINDING)
    behind = cursor.phrase(w.BEHIND) if lead != "for" else None
    if behind:
        name, sign = behind
        # "Remind me two hours earlier", "put the slides one day before".
        name = "reminder" if sign < 0 and reminds else name
        earlier = shifts and not reminds and not span.short and name == "reminder" and cursor.ended
        if name == "reminder" and not earlier:
            fits = not span.months and span.minutes <= _FURTHEST
            return Match(name, span.value(), 1.0 if cursor.ended else abs(sign)) if fits else None
        return Match("shift", span.value(-1 if sign < 0 or earlier else 1))
    # "Put the samples at 14h", in short.
    is_time = not lead and span.short and _HALF_DAY < span.minutes < _DAY
    if lead in {"by", "+"} or (shifts and not is_time and (lead or cursor.ended)):
        # "Pull it forward by two days".
        sign = -1 if before & w.SOONER else 1
        return Match("shift", span.value(sign), 0.8 if lead in {"for", None} else 1.0)
    whole = cursor.tokens[0].kind == "number" and cursor.at <= 2 and cursor.peek().kind == "end"
    return None if span.months else Match("duration", span.value(), 0.9 if lead or whole else 0.4)


@shape("the|a?", w.BEFORE, "before")
def _day_before(cursor: Cursor, minutes: int) -> Match | None:
    """Read "the day before", where no day follows it."""
    sure = 1.0 if cursor.ended else 0.7
    return None if days(cursor) else Match("reminder", timedelta(minutes=minutes), sure)


def _number(cursor: Cursor, *, words: bool) -> int | None:
    """Read the number of a task; "3pm", "3rd" and "3 days" count something else."""
    cursor.any(w.TASK_WORDS)
    cursor.eat("#")
    number = figure(cursor)
    number = cursor.take(w.NUMBERS) if number is None and words else number
    following = cursor.peek()
    counts = (following.glued and following.kind == "word") or following.text in w.COUNTED
    return None if counts or number is None or number >= 2**31 else number


_last_number = behind("-|–|to|through", "#?", figure)


def _number_list(cursor: Cursor, *, words: bool) -> tuple[int, ...]:
    found: list[int] = []
    place = cursor.at
    while (number := _number(cursor, words=words)) is not None:
        found.append(number)
        place = cursor.at
        last = _last_number(cursor)
        if last is not None and number < last <= number + _MOST:
            found.extend(range(number + 1, last + 1))
            place = cursor.at
        cursor.at = place
        cursor.eat(",")
        cursor.any(w.JOINED)
    cursor.at = place
    return tuple(found[: _MOST + 1])


@shape()
def _numbers(cursor: Cursor) -> Match | None:
    """Read the numbers of tasks: "#3", "task 3", "tasks 1, 2 and 4", "number two", "1-3"."""
    start = cursor.at
    marked = bool(cursor.any(w.TASK_WORDS))
    cursor.eat("no")
    found = _number_list(cursor, words=marked)
    if not found or len(found) > _MOST:
        return None
    if marked or any(token.text == "#" for token in cursor.tokens[start : cursor.at]):
        return Match("number", found)
    before, following = cursor.peek(start - 1 - cursor.at), cursor.peek()
    command = before.kind == "end" or before.text in w.NUMBERED
    ends = cursor.ended or following.text in w.PREPOSITIONS or following.text in w.FINISHING
    return Match("number", found, 0.8) if command and ends else None


@shape("the?", one_of(table(w.PLACES), ordinal))
def _places(cursor: Cursor, place: int) -> tuple[int, ...]:
    """Read "the second", "first two" or "last"."""
    start = cursor.at
    many = count(cursor) if place in {1, -1} and cursor.peek().text not in w.SINGLE else None
    if not many or many % 1 or many > _MOST or cursor.peek().text in w.COUNTED:
        cursor.at = start
        return (place,)
    return tuple(range(1, int(many) + 1)) if place > 0 else tuple(range(-int(many), 0))


# "The first, the second" may be a correction, "first, second and third" is none.
_more_places = one_of(
    behind(",?", "and|&", _places),
    shape(",")(lambda cursor: None if cursor.peek().text == "the" else _places(cursor)),
)


@shape(_places)
def _ordinals(cursor: Cursor, places: tuple[int, ...]) -> Match:
    """Read "the second one", "first two", "the last", "1st and 3rd task"."""
    while more := _more_places(cursor):
        places += more
    whole = cursor.peek(-cursor.at).kind != "end" and cursor.peek().kind == "end" and cursor.at <= 2
    definite = any(
        token.text == "the" for token in cursor.tokens[max(0, cursor.at - 3) : cursor.at]
    )
    if cursor.any(w.ONES) or cursor.eat("on", "the", "list"):
        return Match("ordinal", Ordinals(places))
    ends = cursor.ended or cursor.peek().text in w.PREPOSITIONS
    clear = ends and (definite or len(places) > 1)
    return Match("ordinal", Ordinals(places), 0.9 if whole else 0.7 if clear else 0.3)


@shape("the?", w.REMAINING, count)
def _other_ones(cursor: Cursor, quantity: str, _: float) -> Match | None:
    """Read "the other two", "all three", "the remaining 4"."""
    if cursor.peek(-1).text in w.SINGLE - {"one"}:
        return None
    cursor.any(w.ONES)
    cursor.eat("of", "them")
    return Match("quantity", quantity, 0.8)


@shape(kind("bang"))
def _bang(_: Cursor, token: Token) -> Match:
    level = w.LEVELS.get(token.text.strip("!"), "high")
    return Match("priority", level, 0.9 if len(token.text) > 1 else 0.4)


@shape("to|as|with|at|of?", "a|the?", w.LEVELS)
def _level(cursor: Cursor, level: str) -> Match | None:
    """Read "high priority", "low-priority" or "p1"."""
    short, before = cursor.peek(-1).text in w.SHORT_LEVELS, cursor.tokens[: cursor.at - 1]
    cursor.any(("-",))
    if cursor.any(w.PRIORITY) or short:
        # "Lower prio to medium" sets another level.
        sets = cursor.peek().text == "to" and cursor.peek(1).text in w.LEVELS
        return None if sets else Match("priority", level)
    led = bool(before) and before[-1].text in {"to", "as"}
    named = led and any(token.text in w.PRIORITY for token in before)
    # "Make it medium", "set them to high".
    verb, pronoun = (*("", ""), *(token.text for token in before[: -1 if led else None]))[-2:]
    pointed = cursor.ended and verb in w.SETTING and pronoun in w.POINTING
    # "Deck thursday, high".
    apart = len(before) > 1 and before[-1].text == "," and cursor.peek().kind == "end"
    return Match("priority", level, 0.8) if named or pointed or apart else None


_priority_is = shape(behind("the?", w.PRIORITY, ":|=|is|to|-|as?", w.LEVELS))(
    lambda _, level: Match("priority", level)
)


@shape(w.URGENT)
def _urgent(cursor: Cursor, level: str) -> Match:
    """Read "urgent" where it stands for the whole task and not in its name."""
    if cursor.peek(-2).text in w.NOT_SO:
        return Match("priority", "low", 0.8)
    first = cursor.at == 1 and cursor.eat(":")
    return Match("priority", level, 0.8 if first or cursor.ended else 0.4)


@shape(
    w.NEGATIONS,
    one_of(names.hash_tag, names.tagged, names.inbox, names.named_list, _priority_is, _level),
)
def _negated(_: Cursor, found: Match) -> Match:
    """Read "not tagged home"; its value has a minus sign."""
    return found._replace(value=f"-{found.value}")


@shape(maybe(w.LIST_LEADS), w.OWNERS)
def _anothers_tasks(cursor: Cursor, _: str | None, __: str) -> Match | None:
    """Read "on my wife's list"."""
    owner = cursor.kind("word")
    theirs = owner and owner.possessive and cursor.any({"list", "lists", "task", "tasks"})
    return Match("aspect", "others", 0.9) if theirs else None


_quote = shape(kind("quote"))(lambda cursor, token: Match("quote", names.inner(cursor, token)))
_address = shape(kind("address"))(
    lambda cursor, token: Match("address", cursor.source[token.start : token.end])
)


# Each rule with the words, or kinds of tokens, that it begins with; of two equally long finds the
# first rule's is taken.
_RULES: tuple[tuple[Rule[Match], Iterable[str]], ...] = (
    (repeat, w.REPEAT_STARTS),
    (_delay, w.LENGTH_STARTS | {"in"}),
    (_length, w.LENGTH_STARTS | {"for", "by", "+"}),
    (_day_before, w.BEFORE.keys() | {"the", "a"}),
    (when, w.WHEN_STARTS),
    (_numbers, w.TASK_WORDS | {"#", "no", "<number>"}),
    (_ordinals, w.ORDINALS.keys() | w.PLACES.keys() | {"the", "<number>"}),
    (_other_ones, w.REMAINING.keys() | {"the"}),
    (_bang, {"<bang>"}),
    (_level, w.LEVELS.keys() - {"1", "2", "3"} | {"to", "as", "with", "at", "of", "a", "the"}),
    (_priority_is, w.PRIORITY | {"the"}),
    (_urgent, w.URGENT.keys()),
    *names.RULES,
    (_anothers_tasks, w.LIST_LEADS | w.OWNERS),
    (_negated, {words.split()[0] for words in w.NEGATIONS.split("|")}),
    (_quote, {"<quote>"}),
    (_address, {"<address>"}),
    (_phrase, w.PHRASES.keys()),
    (_without_field, {"no", "without", "with"}),
    (_take_off, {"remove", "clear", "drop", "take"}),
    (_past, {"did", "have"}),
    (_missing, {"if", "unless"}),
)


def _by_start() -> dict[str, tuple[Rule[Match], ...]]:
    found: dict[str, tuple[Rule[Match], ...]] = {}
    for each, starts in _RULES:
        for start in starts:
            found[start] = (*found.get(start, ()), each)
    return found


_RULES_BY_START = _by_start()
