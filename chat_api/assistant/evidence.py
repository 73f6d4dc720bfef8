"""Chooses between the readings of a clause: the tasks on the list are evidence too.

"Draft proposal slips to tuesday" may be a new task or a change of one. That there is a task "Draft
proposal" decides it, by the rule of Bayes: the more words name it, the less by chance.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from chat_api.assistant.clauses import ADDING
from chat_api.assistant.contract import TaskSnapshot
from chat_api.assistant.frame import ACTS, CHANGES, Intent, Request, Target
from chat_api.assistant.lookup import with_open_tasks
from chat_api.assistant.network import CARRIERS
from chat_api.assistant.replies import Context
from chat_api.assistant.steps import Steps
from chat_api.assistant.titles import match_title, significant
from chat_api.assistant.values import NO_VALUES

# How often the words of a clause name an open task, if it changes one, adds one, or does neither.
_NAMED_BY_CHANGE, _NAMED_BY_ADD, _NAMED_OTHERWISE = 0.9, 0.05, 0.1
# How often two words or more do so by chance, if it adds one.
_NAMED_FULLY = 0.005
# How often a day or another value beside the name of a task is to change it, at least.
_CHANGES = 0.02
# How likely words are that name no open task, where a completed one is meant.
_COMPLETED = 0.5
_LIKELY_QUESTION = 0.35
SURE_ENOUGH, _SURE_TO_DELETE = 0.6, 0.8
"""Less likely readings are asked about instead of carried out."""
WORTH_ASKING = 0.2
"""From this probability on a change is asked about beside a new task."""


def settled(requests: Sequence[Request], context: Context) -> Steps[tuple[list[Request], Context]]:
    """Return the likeliest reading of each request, and the context with the open tasks.

    The tasks are read only where they can decide.
    """
    requests = [_with_change(each) for each in requests]
    if not any(map(_depends, requests)):
        return [_likeliest(each, {}) for each in requests], context
    context = yield from with_open_tasks(context)
    return [likeliest(each, context.open_tasks or ()) for each in requests], context


def _with_change(request: Request) -> Request:
    """Return a new task with values also as a change of the task that its words may name.

    So "quartet by thursday" is read where there is a task "Book string quartet". What is to be
    added in so many words, or in quotes, is new.
    """
    words = " ".join((*request.titles, *request.rest))
    said = set(request.text.casefold().replace(words.casefold(), " ").split())
    explicit = said & ADDING or any(each.kind == "quote" for each in request.entities)
    single = request.intent == "add" and len(request.titles) == 1
    if not single or explicit or request.values == NO_VALUES:
        return request
    chance = sum(each.confidence for each in request.alternatives if each.intent == "update")
    change = replace(
        request,
        intent="update",
        ask=False,
        titles=(),
        rest=(),
        description=None,
        target=Target(words=(" ".join((*request.titles, *filter(_names, request.rest))),)),
        confidence=max(chance, _CHANGES),
        alternatives=(),
    )
    return replace(request, alternatives=(*request.alternatives, change))


def _names(words: str) -> bool:
    """Whether words may be part of a name, and not a reason: "if it's dry"."""
    return not any(word in CARRIERS for word in words.casefold().split())


def likeliest(request: Request, tasks: Sequence[TaskSnapshot]) -> Request:
    """Return the likeliest reading of a request, with the others, if these are the open tasks."""
    strengths = [_named_by(each, tasks) for each in request.readings]
    naming = {place: strength for place, strength in enumerate(strengths) if strength}
    return _likeliest(request, naming)


def _depends(request: Request) -> bool:
    """Whether another reading is carried out if its task is there."""
    decisions = {_decision(_likeliest(request, {}))}
    decisions |= {
        _decision(_likeliest(request, {place: len(significant(each.target.words[0]))}))
        for place, each in enumerate(request.readings)
        if _can_name(each)
    }
    return len(decisions) > 1


def _decision(request: Request) -> Intent | None:
    """Return what is carried out, if anything is."""
    done = request.intent == "list" or (request.intent in CHANGES and is_sure(request))
    return request.intent if done else None


def is_sure(request: Request) -> bool:
    """Whether a reading is likely enough to be carried out, and no change is meant instead."""
    rivals = [each.confidence for each in request.alternatives if each.intent in ACTS]
    contested = request.intent == "add" and max(rivals, default=0) >= WORTH_ASKING
    least = _SURE_TO_DELETE if request.intent == "delete" else SURE_ENOUGH
    return request.confidence >= least and not contested


def _likeliest(request: Request, naming: Mapping[int, int]) -> Request:
    """Return the likeliest reading.

    Args:
        request: The readings.
        naming: By the places of those whose words name an open task, how many words do.

    """
    if not request.alternatives:
        return request
    readings = request.readings
    changing = [place for place in naming if readings[place].intent in ACTS]
    by_chance = {
        "add": _NAMED_FULLY if any(naming[each] > 1 for each in changing) else _NAMED_BY_ADD
    }
    weights: dict[Intent, list[tuple[float, Request]]] = {}
    for place, each in enumerate(readings):
        named = bool(changing) if each.intent == "add" else bool(naming)
        own = place in naming
        often = by_chance.get(each.intent, _NAMED_OTHERWISE)
        weight = each.confidence * _likelihood(each, own, often if named else 1 - often)
        weights.setdefault(each.intent, []).append((weight, each))
    total = sum(weight for some in weights.values() for weight, _ in some)
    # Two readings of one intent speak for it together; the likelier one says what it is about.
    weighed = [
        replace(
            max(some, key=lambda one: one[0])[1],
            confidence=min(sum(weight for weight, _ in some) / total, _most(intent, some)),
        )
        for intent, some in weights.items()
    ]
    first, *others = sorted(weighed, key=lambda each: -each.confidence)
    return replace(first, alternatives=tuple(others))


def _most(intent: Intent, some: Sequence[tuple[float, Request]]) -> float:
    """Return how sure an intent can be: that a task is there does not say that it should go."""
    said = sum(each.confidence for _, each in some)
    return (1 + said) / 2 if intent == "delete" else 1.0


def _likelihood(reading: Request, names: bool, otherwise: float) -> float:
    """Return how likely the words are to name a task as they do, if the reading is right."""
    if names:
        return _NAMED_BY_CHANGE
    if reading.intent not in ACTS:
        return otherwise
    if reading.intent == "reopen" and reading.target.words:
        # It is not open.
        return _COMPLETED
    # A pronoun or a number means a task, whether or not it is there.
    pointed = reading.target and not reading.target.words
    return _NAMED_BY_CHANGE if pointed else 1 - _NAMED_BY_CHANGE


def _can_name(reading: Request) -> bool:
    asked = reading.intent == "list" and reading.confidence >= _LIKELY_QUESTION
    return bool(reading.target.words) and (reading.intent in ACTS or asked)


def _named_by(reading: Request, tasks: Sequence[TaskSnapshot]) -> int:
    """Return how many words of a reading name open tasks; 0 if some name none.

    They may also be the name of a list or tag: "show band".
    """
    words = reading.target.words if _can_name(reading) else ()
    names = {name.casefold() for task in tasks for name in (task.list or "", *task.tags)}
    if not words or not all(
        each.casefold() in names or match_title(each, tasks).certain for each in words
    ):
        return 0
    return max(len(significant(each)) for each in words)
