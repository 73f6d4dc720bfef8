"""The values of a task, and the filter of a list, that a sentence gives, as the tools take them."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime, time, timedelta
from typing import TypeAlias

from dateutil.rrule import rrulestr

from chat_api.assistant.contract import TaskSnapshot
from chat_api.assistant.entities import find
from chat_api.assistant.entity import Entity, Kind, Repeat, When

Values: TypeAlias = frozenset[str | None]

_SURE = 0.5
_EDGES = " \t\n,;:-–—"
_DAYS = {"MO": "mon", "TU": "tue", "WE": "wed", "TH": "thu", "FR": "fri", "SA": "sat", "SU": "sun"}
_UNITS = {"DAILY": "day", "WEEKLY": "week", "MONTHLY": "month", "YEARLY": "year"}
_STATUS = {
    "completed": {"status": "completed"},
    "pending": {"status": "pending"},
    "overdue": {"view": "overdue"},
    "upcoming": {"view": "upcoming"},
    "undated": {"status": "pending"},
}
_WORD = re.compile(r"\w+")
_LEVELS = frozenset({"high", "medium", "low"})
# Each kind with the field of a task that it is about.
_FILTERS: dict[Kind, str] = {"priority": "priority", "tag": "tags", "list": "list"}
# What sets a value of a task; the last find of a kind counts.
_SETTING: frozenset[Kind] = frozenset(
    {"when", "delay", "repeat", "reminder", "priority", "tag", "list", "clear"}
)
_SEVERAL: frozenset[Kind] = frozenset({"reminder", "tag", "delay", "clear"})


@dataclass(frozen=True)
class TaskValues:
    """Values to set; None leaves one as it is, and "none" clears it.

    Attributes:
        due_on: YYYY-MM-DD.
        due_time: HH:MM.
        either_half: Whether the time to change to was given without "am" or "pm".
        repeat: An RRULE, or words.
        reminders: "1h" (before), "in 20m" (from now) or YYYY-MM-DDTHH:MM.
        priority: none, low, medium or high.
        tags: Tags to add.
        list: The name of a list.

    """

    due_on: str | None = None
    due_time: str | None = None
    either_half: bool = False
    repeat: str | None = None
    reminders: tuple[str, ...] | None = None
    priority: str | None = None
    tags: tuple[str, ...] = ()
    list: str | None = None


NO_VALUES = TaskValues()


@dataclass(frozen=True)
class TaskFilter:
    """What tasks have that a sentence is about.

    Attributes:
        arguments: The arguments of `list_tasks`, only those that the sentence gives.
        among: What `list_tasks` has no argument for: for a field, the values of which a task has
            one; None stands for having none.
        without: For a field, the values of which a task has none.

    """

    arguments: Mapping[str, str] = field(default_factory=dict)
    among: Mapping[str, Values] = field(default_factory=dict)
    without: Mapping[str, Values] = field(default_factory=dict)

    @property
    def local(self) -> bool:
        """Whether `fits` has something to check."""
        return bool(self.among or self.without)

    def __bool__(self) -> bool:
        return bool(self.arguments or self.local)

    def fits(self, task: TaskSnapshot) -> bool:
        """Whether a listed task has what `list_tasks` can't filter by."""
        return all(_has(task, name) & values for name, values in self.among.items()) and not any(
            _has(task, name) & values for name, values in self.without.items()
        )


def _has(task: TaskSnapshot, name: str) -> Values:
    value = getattr(task, name)
    several = value if isinstance(value, tuple) else (value,)
    return frozenset(each.casefold() if each else None for each in several or (None,))


NO_FILTER = TaskFilter()


@dataclass(frozen=True)
class QuickAdd:
    """A task as one line gives it: the title, the values, and the finds that they are from."""

    title: str
    values: TaskValues
    entities: tuple[Entity, ...]


def values_of(entities: Iterable[Entity], now: datetime) -> TaskValues:
    """Return the values of a new task.

    A time without a day is today's if it is still to come, else tomorrow's. A repeat without a day
    has no date of its own: the tool takes the first of its rule, unless its time has passed today.
    """
    found = replace(changes_of(entities), either_half=False)
    if not found.due_time or found.due_on:
        return found
    passed = time.fromisoformat(found.due_time) <= now.time()
    day: date | None = now.date() + timedelta(days=passed)
    if found.repeat:
        day = _after_today(found.repeat, now) if passed else None
    return replace(found, due_on=day.isoformat() if day else None)


def _after_today(repeat: str, now: datetime) -> date | None:
    """Return the date after today of a rule that begins today, if it does."""
    if not repeat.startswith("FREQ="):
        # It counts from completion.
        return None
    begun = datetime.combine(now.date(), time())
    rule = rrulestr(repeat, dtstart=begun, ignoretz=True)
    following = rule.after(begun) if begun in rule else None
    return following.date() if following else None


def changes_of(entities: Iterable[Entity]) -> TaskValues:
    """Return the values to set on a task that is there; a time alone leaves its day."""
    used = setting(entities)
    rules = [each.value for each in used if isinstance(each.value, Repeat)]
    spans = [each.value for each in used if isinstance(each.value, When)]
    day = next((_day_of(when) for when in reversed(spans) if _day_of(when)), None)
    timed = next((when for when in reversed(spans) if when.at), When())
    at = timed.at or next((each.at for each in rules if each.at), None)
    reminders = [_reminder(each) for each in used if each.kind in {"reminder", "delay"}]
    cleared = {str(each.value) for each in used if each.kind == "clear"}
    none = {name: "none" for name in ("due_on", "due_time", "repeat") if name in cleared}
    return TaskValues(
        due_on=day.isoformat() if day else none.get("due_on"),
        due_time=f"{at:%H:%M}" if at else none.get("due_time"),
        either_half=timed.either_half,
        repeat=_repeat_text(rules[-1]) if rules else none.get("repeat"),
        reminders=tuple(dict.fromkeys(reminders)) or (() if "reminders" in cleared else None),
        priority="none" if "priority" in cleared else _last(used, "priority"),
        tags=tuple(dict.fromkeys(str(each.value) for each in used if each.kind == "tag")),
        list=_last(used, "list"),
    )


def levels_in(text: str, found: Iterable[Entity]) -> list[Entity]:
    """Return a bare "high" in a change as a priority, if none was found; with offsets in text."""
    if any(each.kind == "priority" for each in found):
        return []
    levels = (each for each in _WORD.finditer(text) if each.group().casefold() in _LEVELS)
    return [
        Entity("priority", each.start(), each.end(), each.group().casefold()) for each in levels
    ]


def choices_of(entities: Iterable[Entity], now: datetime) -> tuple[TaskValues, ...]:
    """Return the values between which the finds of a new task leave the choice, if they do.

    "Shift saturday 7am till 1" has two times, of which a task has one. What gives several days at
    once, as "thursday to saturday" does, contradicts nothing.
    """
    used = [each for each in entities if each.kind in {"when", "repeat"}]
    spans = [(each, each.value) for each in used if isinstance(each.value, When)]
    timed = {when.at: each for each, when in spans if when.at}
    dated = {when.first: each for each, when in spans if when.first and when.first == when.last}
    rivals = timed if len(timed) > 1 else dated
    # What is put behind the others holds.
    ends = max((each.end for each in used), default=0)
    chosen = (values_of([*used, replace(each, start=ends)], now) for each in rivals.values())
    return tuple(chosen) if len(rivals) > 1 else ()


def _day_of(when: When) -> date | None:
    return when.last or when.first


def filters_of(entities: Iterable[Entity], today: date) -> TaskFilter:
    """Return the filter of a list, or of the tasks that are to be changed."""
    sure = [each for each in entities if each.confidence >= _SURE]
    status = _last(sure, "status")
    found = dict(_STATUS.get(status or "", {}))
    among: dict[str, Values] = {}
    without: dict[str, Values] = {}
    if status == "undated" or any(each.kind == "clear" and each.value == "due_on" for each in sure):
        among["due_on"] = frozenset({None})
    for name, column in _FILTERS.items():
        values = [str(each.value) for each in sure if each.kind == name]
        negative = frozenset(value[1:].casefold() for value in values if value[0] == "-")
        positive = list(dict.fromkeys(value for value in values if value[0] != "-"))
        without |= {column: negative} if negative else {}
        if len(positive) > 1 or (positive == ["none"] and name == "tag"):
            among[column] = frozenset(None if each == "none" else each for each in positive)
        elif positive:
            found[name] = positive[0]
    if found.get("list") == "none":
        del found["list"]
        found |= {"list": "inbox"} if "view" in found else {"view": "inbox"}
    spans = [each.value for each in sure if isinstance(each.value, When)]
    if spans:
        found |= _span(_spanning(spans), today, completed=status == "completed")
    return TaskFilter(found, among, without)


def quick_add(text: str, now: datetime, ignored: Collection[tuple[int, int]] = ()) -> QuickAdd:
    """Read a line as a task; `ignored` are the spans of finds that stay in the title."""
    found = find(text, now.date())
    used = setting(
        each for each in found if each.confidence >= _SURE and (each.start, each.end) not in ignored
    )
    return QuickAdd(_without(text, used), values_of(used, now), used)


def setting(entities: Iterable[Entity]) -> tuple[Entity, ...]:
    """Return the entities that set a value of a task; of what two contradict in, the last holds."""
    used: list[Entity] = []
    taken: set[str] = set()
    for each in sorted(entities, key=lambda each: -each.start):
        described = str(each.value).startswith("-") or (each.kind, each.value) == ("tag", "none")
        if each.kind not in _SETTING or (described and each.kind in _FILTERS):
            continue
        sets = _parts_of(each)
        if each.kind in _SEVERAL or not sets <= taken:
            used.append(each)
            taken |= sets
    return tuple(reversed(used))


def _parts_of(entity: Entity) -> set[str]:
    if not isinstance(entity.value, When):
        return {entity.kind}
    days = {"days"} if entity.value.first or entity.value.last else set()
    return days | ({"time"} if entity.value.at else set())


def _reminder(entity: Entity) -> str:
    assert isinstance(entity.value, timedelta)  # noqa: S101
    minutes = int(entity.value.total_seconds()) // 60
    if entity.kind == "delay":
        return f"in {minutes}m"
    if minutes % 1440 == 0 and minutes:
        return f"{minutes // 1440}d"
    return f"{minutes // 60}h" if minutes % 60 == 0 and minutes else f"{minutes}m"


def _repeat_text(repeat: Repeat) -> str:
    """Return the rule; in words where it counts from completion, which RFC 5545 has no part for."""
    if not repeat.after_completion:
        return repeat.rule
    parts = dict(part.split("=") for part in repeat.rule.split(";"))
    days = ", ".join(_DAYS[day] for day in parts.get("BYDAY", "").split(",") if day in _DAYS)
    head = f"every {parts.get('INTERVAL', '1')} {_UNITS[parts['FREQ']]}s"
    return f"{head}{' on ' if days else ''}{days} after completion"


def _last(entities: Iterable[Entity], kind: Kind) -> str | None:
    found = [str(each.value) for each in entities if each.kind == kind]
    return found[-1] if found else None


def _spanning(spans: Sequence[When]) -> When:
    """Return the days from the first to the last, "today and tomorrow"; open ends stay open."""
    first = [each.first for each in spans if each.first]
    last = [each.last for each in spans if each.last]
    if len(first) < len(spans) or len(last) < len(spans):
        return spans[-1]
    return When(min(first), max(last))


def _span(when: When, today: date, *, completed: bool) -> dict[str, str]:
    field = "completed" if completed else "due"
    if not completed and when.first == when.last == today:
        return {"view": "today"}
    bounds = {f"{field}_after": when.first, f"{field}_before": when.last}
    return {name: day.isoformat() for name, day in bounds.items() if day}


def _without(text: str, entities: Iterable[Entity]) -> str:
    rest, place = [], 0
    for each in entities:
        rest.append(text[place : each.start].strip(_EDGES))
        place = each.end
    rest.append(text[place:].strip(_EDGES))
    return " ".join(" ".join(part for part in rest if part).split())


def merged(values: TaskValues, newer: TaskValues) -> TaskValues:
    """Return the values with those that are newer in their place."""
    given = {each.name: (getattr(newer, each.name), each.default) for each in fields(newer)}
    return replace(
        values, **{name: value for name, (value, default) in given.items() if value != default}
    )
