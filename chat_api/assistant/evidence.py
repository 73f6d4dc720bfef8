"""Chooses between the readings of a clause: the tasks on the list are evidence too.

"Draft proposal slips to tuesday" may be a new task or a change of one. That there is a task "Draft
proposal" decides it, by the rule of Bayes.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace

from chat_api.assistant.contract import TaskSnapshot
from chat_api.assistant.frame import ACTS, CHANGES, Intent, Request
from chat_api.assistant.lookup import listed
from chat_api.assistant.replies import Context
from chat_api.assistant.steps import Steps
from chat_api.assistant.titles import match_title

# How often the words of a clause name an open task, if it changes one, adds one, or does neither.
_NAMED_BY_CHANGE, _NAMED_BY_ADD, _NAMED_OTHERWISE = 0.9, 0.05, 0.1
SURE_ENOUGH = 0.6
"""Less likely readings are offered instead of carried out."""


def settled(requests: Sequence[Request], context: Context) -> Steps[tuple[list[Request], Context]]:
    """Return the likeliest reading of each request, and the context with the open tasks.

    The tasks are read only where they can decide.
    """
    if not any(map(_depends, requests)):
        return [_likeliest(each, ()) for each in requests], context
    tasks = yield from listed(status="pending")
    return [likeliest(each, tasks) for each in requests], replace(context, open_tasks=tasks)


def likeliest(request: Request, tasks: Sequence[TaskSnapshot]) -> Request:
    """Return the likeliest reading of a request, with the others, if these are the open tasks."""
    return _likeliest(request, [each for each in request.readings if _names(each, tasks)])


def _depends(request: Request) -> bool:
    """Whether another reading is carried out if its task is there."""
    decisions = {_decision(_likeliest(request, ()))}
    decisions |= {
        _decision(_likeliest(request, (each,)))
        for each in request.readings
        if each.intent in ACTS and each.target.words
    }
    return len(decisions) > 1


def _decision(request: Request) -> Intent | None:
    """Return what is carried out, if anything is."""
    acts = request.intent in CHANGES and request.confidence >= SURE_ENOUGH
    return request.intent if acts else None


def _likeliest(request: Request, naming: Collection[Request]) -> Request:
    """Return the likeliest reading, if `naming` are those whose words name an open task."""
    if not request.alternatives:
        return request
    readings = request.readings
    weights = [each.confidence * _likelihood(each, naming) for each in readings]
    weighed = [
        replace(each, confidence=weight / sum(weights))
        for each, weight in zip(readings, weights, strict=True)
    ]
    first, *others = sorted(weighed, key=lambda each: -each.confidence)
    return replace(first, alternatives=tuple(others))


def _likelihood(reading: Request, naming: Collection[Request]) -> float:
    """Return how likely the words are to name a task as they do, if the reading is right."""
    if reading.intent in ACTS:
        # A pronoun or a number means a task, whether or not it is there.
        named = reading in naming or (reading.target and not reading.target.words)
        return _NAMED_BY_CHANGE if named else 1 - _NAMED_BY_CHANGE
    often = _NAMED_BY_ADD if reading.intent == "add" else _NAMED_OTHERWISE
    return often if naming else 1 - often


def _names(reading: Request, tasks: Sequence[TaskSnapshot]) -> bool:
    words = reading.target.words if reading.intent in ACTS else ()
    return bool(words) and all(match_title(each, tasks).certain for each in words)
