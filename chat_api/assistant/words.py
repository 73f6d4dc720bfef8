"""The closed classes of English words that a grammar of dates, numbers and levels is made of.

Keys are written as `text.py` compares words: in lower case and without apostrophes.
"""

from collections.abc import Iterable, Iterator
from datetime import time
from importlib.resources import files
from typing import TypeAlias, TypeVar, cast

from chat_api.assistant.entity import Kind


def _table(text: str) -> dict[str, int]:
    """Return each word with the number of its line, from 0."""
    lines = (line.split() for line in text.strip().splitlines())
    return {word: number for number, line in enumerate(lines) for word in line}


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _numbered(words: str) -> dict[str, int]:
    return {word: number for number, word in enumerate(words.split(), 1)}


T = TypeVar("T")
Phrases: TypeAlias = dict[str, tuple[tuple[tuple[str, ...], T], ...]]


def by_first_word(phrases: Iterable[tuple[tuple[str, ...], T]]) -> Phrases[T]:
    """Return phrases under their first words, the longest first."""
    found: Phrases[T] = {}
    for words, value in sorted(phrases, key=lambda each: -len(each[0])):
        found[words[0]] = (*found.get(words[0], ()), (words, value))
    return found


WEEKDAYS = _table("""
monday mon
tuesday tue tues
wednesday wed weds
thursday thu thur thurs
friday fri
saturday sat
sunday sun
""")
MANY_WEEKDAYS = {f"{name}s": day for name, day in WEEKDAYS.items() if name.endswith("day")}
DAYS_OF_SET = {
    "weekday": range(5),
    "workday": range(5),
    "weekend": range(5, 7),
}
MANY_SETS = {f"{name}s": days for name, days in DAYS_OF_SET.items()}
MONTHS = {
    name: month + 1
    for name, month in _table("""
january jan
february feb
march mar
april apr
may
june jun
july jul
august aug
september sep sept
october oct
november nov
december dec
""").items()
}
# Names, verbs and the past of "sit": no date unless something beside them tells so.
AMBIGUOUS = _words("sat sun wed mar march may april june august jan")

RELATIVE_DAYS = {"today": 0, "tomorrow": 1, "yesterday": -1}
TONIGHT = _words("tonight")
HOLIDAYS = by_first_word({
    ("christmas", "eve"): (12, 24), ("christmas", "day"): (12, 25), ("christmas",): (12, 25),
    ("boxing", "day"): (12, 26), ("new", "years", "eve"): (12, 31), ("new", "years", "day"): (1, 1),
    ("new", "years"): (1, 1), ("new", "year"): (1, 1), ("valentines", "day"): (2, 14),
    ("halloween",): (10, 31),
}.items())  # fmt: skip
PERIODS = {
    "week": "week", "weekend": "weekend", "month": "month",
    "year": "year", "quarter": "quarter",
}  # fmt: skip
ENDS = {"eow": "week", "eom": "month", "eoy": "year"}
WHICH = {
    "this": 0, "coming": 0, "upcoming": 0, "current": 0,
    "next": 1, "following": 1,
    "last": -1, "past": -1, "previous": -1,
}  # fmt: skip

NUMBERS = _numbered(
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
    " sixteen seventeen eighteen nineteen twenty"
) | {"thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "ninety": 90}
ORDINALS = _numbered(
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth"
    " thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth"
    " twentieth"
) | {"thirtieth": 30}
PLACES = {"last": -1, "final": -1, "bottom": -1, "top": 1}
ORDINAL_ENDINGS = _words("st nd rd th")

EDGES = _words("end start beginning middle mid")
# In front of "the first" or "1st" these tell that it is a day.
DAY_LEADS = _words("on by due until till before")
# Behind "the 2nd" these tell that it is no day.
RANKED = _words("of time one task item")
NAMED_BEFORE = _words("with and i we he she they you")

# Minutes, or months where a unit has no fixed length.
MINUTES = {
    **dict.fromkeys(("minute", "minutes", "min", "mins", "m"), 1),
    **dict.fromkeys(("hour", "hours", "hr", "hrs", "h"), 60),
    **dict.fromkeys(("day", "days", "d"), 24 * 60),
    **dict.fromkeys(("week", "weeks", "w"), 7 * 24 * 60),
    **dict.fromkeys(("fortnight", "fortnights"), 14 * 24 * 60),
}
UNIT_MONTHS = {"month": 1, "months": 1, "quarter": 3, "year": 12, "years": 12, "yr": 12, "yrs": 12}
UNITS = MINUTES | UNIT_MONTHS
# Letters that are a unit only right behind a figure: "2h", but not "2 d".
SHORT_UNITS = frozenset("mhdw")

LENGTHS = by_first_word({
    ("half", "an", "hour"): 30, ("half", "a", "hour"): 30, ("half", "hour"): 30,
    ("a", "half", "hour"): 30, ("quarter", "of", "an", "hour"): 15,
    ("a", "quarter", "of", "an", "hour"): 15,
}.items())  # fmt: skip
FEW = by_first_word({
    ("a", "couple", "of"): 2, ("a", "couple"): 2, ("couple", "of"): 2, ("a", "few"): 3,
    ("a",): 1, ("an",): 1,
}.items())  # fmt: skip
# Behind a length of time: the kind that it is of, and the direction.
_BEHIND: dict[tuple[str, ...], tuple[Kind, float]] = {
    ("later",): ("shift", 1), ("back",): ("shift", 1), ("earlier",): ("shift", -1),
    ("sooner",): ("shift", -1), ("forward",): ("shift", -1), ("forwards",): ("shift", -1),
    ("before", "it"): ("reminder", 1), ("before", "that"): ("reminder", 1),
    ("beforehand",): ("reminder", 1), ("early",): ("reminder", 1), ("prior",): ("reminder", 1),
    ("in", "advance"): ("reminder", 1), ("ahead", "of", "time"): ("reminder", 1),
    ("ahead",): ("reminder", 1), ("before",): ("reminder", 0.7),
}  # fmt: skip
BEHIND = by_first_word(_BEHIND.items())
SOONER = _words("forward forwards earlier sooner prepone preponed advance advanced")

FREQUENCIES = {
    "day": ("DAILY", 1), "days": ("DAILY", 1), "daily": ("DAILY", 1), "everyday": ("DAILY", 1),
    "nightly": ("DAILY", 1),
    "week": ("WEEKLY", 1), "weeks": ("WEEKLY", 1), "weekly": ("WEEKLY", 1),
    "fortnight": ("WEEKLY", 2), "fortnightly": ("WEEKLY", 2), "biweekly": ("WEEKLY", 2),
    "month": ("MONTHLY", 1), "months": ("MONTHLY", 1), "monthly": ("MONTHLY", 1),
    "quarter": ("MONTHLY", 3), "quarters": ("MONTHLY", 3), "quarterly": ("MONTHLY", 3),
    "year": ("YEARLY", 1), "years": ("YEARLY", 1), "yearly": ("YEARLY", 1),
    "annually": ("YEARLY", 1), "annual": ("YEARLY", 1),
}  # fmt: skip
ADVERBS = frozenset(word for word in FREQUENCIES if word.endswith("ly")) | {"everyday"}
EVERY = _words("every each")
FINISHING = _words("""
    finish finished finishing complete completed completing completion done do did doing
""")

PARTS = {
    "morning": time(9), "mornings": time(9),
    "afternoon": time(15), "afternoons": time(15),
    "evening": time(18), "evenings": time(18),
    "night": time(20), "nights": time(20),
}  # fmt: skip
MORNING = _words("morning mornings")
# "Tomorrow am".
DAY_HALVES = {"am": time(9), "pm": time(15)}
MOMENTS = by_first_word({
    ("noon",): time(12), ("midday",): time(12), ("lunchtime",): time(12),
    ("lunch", "time"): time(12),
    ("midnight",): time(23, 59), ("eod",): time(17), ("cob",): time(17),
    ("end", "of", "day"): time(17), ("end", "of", "the", "day"): time(17),
    ("close", "of", "business"): time(17), ("close", "of", "play"): time(17),
    ("end", "of", "business"): time(17), ("end", "of", "play"): time(17),
}.items())  # fmt: skip
# Moments that are of the day at hand where no day is named.
OF_TODAY = _words("eod end close cob")
HALVES = {"half": 30, "quarter": 15}

# Words in front of a day or time, and what they make of it.
LEADS = by_first_word({
    ("no", "later", "than"): "by", ("by",): "by", ("until",): "by", ("till",): "by", ("til",): "by",
    ("up", "to"): "by", ("within",): "by", ("before",): "before",
    ("after",): "after",
    ("since",): "since", ("from",): "on", ("starting", "on"): "on", ("starting", "from"): "on",
    ("starting",): "on", ("beginning",): "on", ("on",): "on", ("at",): "at", ("@",): "at",
    ("around",): "at", ("for",): "on", ("in",): "in", ("during",): "in", ("over",): "in",
    ("to",): "on", ("between",): "on",
}.items())  # fmt: skip
DUE = by_first_word(
    (tuple(phrase.split()), True)
    for phrase in ("due date is", "due date", "due", "deadline is", "deadline")
)
PREPOSITIONS = _words("""
    on by at in to from for with have about before after until till into onto off under during
    as and or then please pls is are every each the sharp today tomorrow tonight but because so if
""")

LEVELS = {
    "high": "high", "highest": "high", "top": "high", "urgent": "high", "hi": "high",
    "medium": "medium", "normal": "medium", "mid": "medium", "middle": "medium", "med": "medium",
    "low": "low", "lowest": "low", "lower": "low", "no": "none", "none": "none", "zero": "none",
    "p1": "high", "p2": "medium", "p3": "low", "p4": "none", "1": "high", "2": "medium", "3": "low",
}  # fmt: skip
SHORT_LEVELS = _words("p1 p2 p3 p4")
PRIORITY = _words("priority prio pri importance")
# "urgent", where it stands for the whole task and not in its name.
URGENT = {"urgent": "high", "urgently": "high", "important": "high", "critical": "high"}

# Commands that take a task's number as it is: "complete 3".
NUMBERED = _words("""
    complete finish finished delete remove move mark check tick reopen rename reschedule postpone
    edit update change do did done close completed deleted off uncheck snooze
""")
_SHIFTS = _words("""
    push postpone prepone delay move bump snooze defer bring shift put reschedule change
""")
SHIFTING = frozenset(f"{verb}{ending}" for verb in _SHIFTS for ending in ("", "d", "ed"))
TASK_WORDS = _words("task tasks item items todo todos number numbers nr")
ONES = _words("one ones task tasks item items todo todos entry")
TAGGING = _words("tag tagged tags label labeled labelled retag")
JOINED = _words("and & or +")
# Behind a number these are counted or timed by it.
COUNTED = _words("am pm oclock hundred thousand million billion")
SINGLE = _words("one a an")
REMAINING = {"other": "rest", "remaining": "rest", "all": "all"}
REMINDING = _words("remind reminder reminders alert notify ping nudge buzz notification")
SETTING = _words("make mark set put turn change keep")
POINTING_AT_SEVERAL = _words("them these those both")
POINTING = POINTING_AT_SEVERAL | _words("it this that")
# What stands between a value and the one that corrects it, and what else may stand beside it.
REPAIRS = _words("mean meant no nope wait sorry rather actually oops scratch better")
REPAIRING = REPAIRS | _words("i or that it make well uh um er hang hold on instead yet")
BEFORE = {"day": 1440, "night": 1440, "evening": 1440, "week": 7 * 1440, "hour": 60}
NEGATIONS = "not|without|other than|but not|except|excluding"
# "It isn't urgent", "no longer urgent".
NOT_SO = _words("isnt arent aint wasnt longer")
# Of what is owed, "done" tells what is not.
DUTIES = _words("""
    should supposed meant remains remain needs must ought not havent hasnt isnt arent
""")
# "All day" is no quantity.
SPANS = _words("day night morning week year afternoon evening the of")
LIST_LEADS = _words("to on in into onto from off under at of")
OWNERS = _words("the my our a his her your")
NO_LIST_NAMES = (
    OWNERS
    | WEEKDAYS.keys()
    | _words("""
    todo to do task tasks this that it there here list and or for entire whole full long in on inbox
    me today tomorrow is wrong right same other another first last new no
""")
)

# What "'s" may stand behind: "friday's meeting", "a week's time".
OWNING = WEEKDAYS.keys() | RELATIVE_DAYS.keys() | MONTHS.keys() | TONIGHT | UNITS.keys() - {"year"}

# Words for what a task may have, each with its name among values.
FIELDS = {
    "date": "due_on", "dates": "due_on", "deadline": "due_on", "time": "due_time",
    "repeat": "repeat", "repeats": "repeat", "reminder": "reminders", "reminders": "reminders",
    "tag": "tag", "tags": "tag",
}  # fmt: skip
# "If it isn't on there yet".
PRESENCE = _words("its it is isnt not already on there yet")

# Each with what it means: kind, value and confidence.
_PHRASES = files(__package__).joinpath("data/phrases.txt").read_text("utf-8")


def _meanings() -> Iterator[tuple[tuple[str, ...], tuple[Kind, str, float]]]:
    for line in _PHRASES.strip().replace("\n  ", " ").splitlines():
        meaning, _, phrases = line.partition(": ")
        kind, value, sure = meaning.split()
        for phrase in phrases.split(", "):
            yield tuple(phrase.split()), (cast("Kind", kind), value, float(sure))


PHRASES = by_first_word(_meanings())

# Words that rules begin with; a name in angle brackets is a kind of token.
_COUNT_STARTS = frozenset({"a", "an", "half", "quarter", "couple", "<number>"} | NUMBERS.keys())
LENGTH_STARTS = _COUNT_STARTS | {"about", "around", "<dotted>"}
REPEAT_STARTS = frozenset(
    EVERY | ADVERBS | MANY_WEEKDAYS.keys() | MANY_SETS.keys() | WEEKDAYS.keys() | PLACES.keys()
    | ORDINALS.keys() | _COUNT_STARTS
    | {"on", "at", "the", "once", "alternate", "repeat", "repeats", "repeating"}
)  # fmt: skip
WHEN_STARTS = frozenset(
    LENGTH_STARTS | LEADS.keys() | DUE.keys() | WEEKDAYS.keys() | MONTHS.keys() | WHICH.keys()
    | RELATIVE_DAYS.keys() | TONIGHT | ENDS.keys() | EDGES | PARTS.keys() | ORDINALS.keys()
    | PLACES.keys() | HOLIDAYS.keys() | MOMENTS.keys() | PERIODS.keys()
    | {"the", "my", "day", "later", "early", "late", "<clock>", "<iso>", "<slashdate>", "<dotdate>"}
)  # fmt: skip

# Short forms that neither distance nor consonants lead to.
ABBREVIATIONS = {
    "2day": "today", "tday": "today", "yday": "yesterday", "tmr": "tomorrow", "tmw": "tomorrow",
    "tomoz": "tomorrow", "2morrow": "tomorrow", "2moro": "tomorrow", "2mrw": "tomorrow",
    "tonite": "tonight", "2nite": "tonight", "2night": "tonight", "b4": "before", "nxt": "next",
    "nite": "night", "arvo": "afternoon", "morn": "morning", "wk": "week", "wks": "weeks",
    "xmas": "christmas",
}  # fmt: skip
# Words that are mended by distance, with real words that lie beside them.
MENDED = tuple(
    _numbered("""
    tomorrow yesterday tonight monday tuesday wednesday thursday friday saturday sunday january
    february september october november december morning afternoon evening weekend weekday minutes
    fortnight priority urgent overdue everything completed midnight christmas daily weekly monthly
    yearly wednesdays tuesdays thursdays saturdays every
""")
)
NOT_MENDED = (
    _words("""
    mourning warning moaning minute wordly weakly dairy early regent completes complete argent
    evenly dally wheels daisy tuition
""")
    | MANY_WEEKDAYS.keys() | MANY_SETS.keys() | FREQUENCIES.keys() | PARTS.keys() | UNITS.keys()
)  # fmt: skip
