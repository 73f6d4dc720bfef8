"""To which of several new tasks the days and times of a message belong."""

import re
from dataclasses import replace
from datetime import datetime

from chat_api.assistant.clauses import has_day
from chat_api.assistant.entity import Entity, Kind, When
from chat_api.assistant.frame import Request
from chat_api.assistant.values import NO_VALUES, choices_of, merged, values_of

# What says when a task is due.
_MOMENTS: frozenset[Kind] = frozenset({"when", "repeat", "delay"})
# What stands between two tasks.
_JOINING = re.compile(r"(?:[,;\n]|\b(?:and|then)\b)\s*(?:on|at|by)?\s*$", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.!?\n]")


def with_own_moments(request: Request, now: datetime) -> list[Request]:
    """Return a request for each title where the titles have days or times of their own.

    "Pay rent tomorrow, call mom today" are two; in "milk and eggs tomorrow" the day is for both,
    and so is that of "tomorrow rent at 9, gym at 5".
    """
    starts, behind = [], request.start
    for title in request.titles:
        starts.append(request.text.find(title, behind - request.start) + request.start)
        behind = starts[-1] + len(title)
    between = (each for each in request.entities if starts and starts[0] < each.start < starts[-1])
    if not any(each.kind in _MOMENTS for each in between) and not _bracketed(request):
        return [request]
    own: list[list[Entity]] = [[] for _ in starts]
    for entity in request.entities:
        behind = sum(start <= entity.start for start in starts)
        place = behind - (not _joined_on(request.text[: entity.start - request.start]))
        own[min(max(0, place), len(own) - 1)].append(entity)
    above = [each for each in own[0] if each.end <= starts[0]]
    shared = [each for each in above if not _is_timed(each)]
    for each in own[1:]:
        each[:0] = [] if any(map(has_day, each)) else shared
    return [
        replace(
            request,
            titles=(title,),
            entities=tuple(each),
            values=merged(
                replace(values_of(each, now), list=None),
                replace(NO_VALUES, list=request.values.list),
            ),
        )
        for title, each in zip(request.titles, own, strict=True)
    ]


def _joined_on(before: str) -> bool:
    """Whether what follows belongs to the next title: "drop off the car, monday fetch it"."""
    return bool(_JOINING.search(before))


def _is_timed(entity: Entity) -> bool:
    return entity.kind == "delay" or (isinstance(entity.value, When) and bool(entity.value.at))


def _bracketed(request: Request) -> bool:
    """Whether a value stands in brackets behind one of several titles: "call Beau (urgent)"."""
    before = (request.text[: each.start - request.start].rstrip() for each in request.entities)
    return len(request.titles) > 1 and any(each.endswith("(") for each in before)


def on_same_day(request: Request, before: Request | None, text: str, now: datetime) -> Request:
    """Return a task with a time alone on the day of the one before it in the sentence.

    So "gym at 5" is read behind "tomorrow rent at 9".
    """
    moments = [each for each in request.entities if each.kind in _MOMENTS]
    timed = bool(moments) and not any(each.kind == "delay" or has_day(each) for each in moments)
    if before is None or before.intent != "add" or request.values.repeat or not timed:
        return request
    between = text[before.start + len(before.text) - 1 : request.start]
    whens = [each.value for each in before.entities if isinstance(each.value, When)]
    days = [When(each.first, each.last) for each in whens if each.first or each.last]
    if len(days) != 1 or _SENTENCE_END.search(between):
        return request
    entities = (Entity("when", request.start, request.start, days[0]), *request.entities)
    values = replace(request.values, due_on=values_of(entities, now).due_on)
    return replace(request, entities=entities, values=values)


def asked_if_torn(request: Request, now: datetime) -> Request:
    """Return a new task that is asked about if it has two days or times, of which one can hold."""
    single = len(request.titles) == 1 and not request.has("aspect", "missing")
    return replace(request, ask=single and bool(choices_of(request.entities, now)))
