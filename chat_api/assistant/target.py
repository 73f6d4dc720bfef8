"""Which tasks a clause means, by its words and by what the conversation has shown."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from chat_api.assistant.entity import Entity, Kind, Ordinals, When
from chat_api.assistant.frame import NO_TARGET, Frame, Target
from chat_api.assistant.state import State
from chat_api.assistant.titles import carries
from chat_api.assistant.values import NO_VALUES, TaskValues, filters_of

# Of a change, the last find of such a kind is the new value, and those before describe the task.
_VALUES: frozenset[Kind] = frozenset({"when", "priority", "tag", "list", "repeat"})
_PAIR = 2
_SET = frozenset({"completed", "pending"})
_ALL_OF_THAT = re.compile(r"\ball (?:of )?(?:it|that|them|those|these)\b", re.IGNORECASE)
_THEM_ALL = re.compile(r"\b(?:all of (?:them|those|these)|them all)\b", re.IGNORECASE)
_SURE = 0.5
_ALL_OF_THEM = "all"


def described_and_set(frame: Frame) -> tuple[list[Entity], list[Entity]]:
    """Separate the finds that describe tasks from those that are to be set."""
    if frame.intent == "add":
        return [], list(frame.entities)
    if frame.intent in {"complete", "reopen"}:
        # "Done" is what is to be set; "overdue" says which tasks.
        return [
            each for each in frame.entities if each.kind != "status" or each.value not in _SET
        ], []
    if frame.intent in {"list", "plan"}:
        # "Late" and "left" say which tasks, where tasks are asked for.
        return [
            replace(each, confidence=1.0) if each.kind == "status" else each
            for each in frame.entities
        ], []
    if frame.intent == "delete":
        return list(frame.entities), []
    if not frame.references and not any(each.kind == "quantity" for each in frame.entities):
        return [], list(frame.entities)
    frame = replace(frame, entities=tuple(_from_and_to(frame)))
    last = {each.kind: each for each in frame.entities if each.kind in _VALUES}
    describing = {"status"}
    if any(each.kind == "shift" for each in frame.entities):
        # "Push everything today by a day".
        describing.add("when")
    if len(last) > 1 and "list" in last and _stands_on(frame, last["list"]):
        # "Set everything on the Work list to high".
        describing.add("list")
    given = [
        each
        for each in frame.entities
        if each.kind not in describing and last.get(each.kind, each).value == each.value
    ]
    return [each for each in frame.entities if each not in given], given


def _from_and_to(frame: Frame) -> Iterator[Entity]:
    """Yield the finds; "everything from today to friday" has two days, and is no span of them."""
    several = any(each.kind == "quantity" for each in frame.entities)
    for each in frame.entities:
        when = each.value
        words = frame.text[each.start - frame.start : each.end - frame.start].casefold()
        if several and isinstance(when, When) and words.startswith("from "):
            yield replace(each, value=replace(when, last=when.first))
            if when.last != when.first:
                yield replace(each, value=replace(when, first=when.last))
        else:
            yield each


def _stands_on(frame: Frame, entity: Entity) -> bool:
    """Whether a list is where tasks are, and not where they are put."""
    words = frame.text[entity.start - frame.start : entity.end - frame.start].casefold()
    return words.startswith(("in ", "on ", "from ", "of "))


def target_of(frame: Frame, state: State, described: Sequence[Entity], today: date) -> Target:
    """Return the tasks that a clause means; an empty target where it names none."""
    sure = tuple(each for each in frame.entities if each.confidence >= _SURE)
    frame = replace(frame, entities=sure)
    words, exceptions = _named(frame)
    ids = tuple(dict.fromkeys([*_numbers(frame), *_places(frame, state)]))
    target = Target(ids, words, filters_of(described, today), exceptions=exceptions)
    quantities = {each.value for each in frame.entities if each.kind == "quantity"}
    if _ALL_OF_THAT.search(frame.text):
        # It is one find, a pronoun.
        quantities.add(_ALL_OF_THEM)
    if ids or words:
        return target
    if any(each.kind == "ordinal" for each in frame.entities):
        return Target(missing="place")
    pronouns = {str(each.value) for each in frame.entities if each.kind == "pronoun"}
    if _THEM_ALL.search(frame.text):
        pronouns.add("them")
    if pointed := _pointed_at({str(each) for each in quantities}, pronouns, state):
        return pointed
    if _ALL_OF_THEM in quantities or target.described or exceptions:
        return replace(target, everything=True, confirm=True)
    return Target(missing="antecedent") if pronouns else NO_TARGET


def on_list(target: Target, values: TaskValues, frame: Frame) -> tuple[Target, TaskValues]:
    """Return "all offsite tasks to monday" with the list as where they are, not where they go."""
    arguments, others = target.described.arguments, replace(values, list=None)
    place = arguments.get("list")
    if not any(each.kind == "list" for each in frame.entities) and others != NO_VALUES:
        place = frame.list_name
    if place is None or place != values.list:
        return target, values
    described = replace(target.described, arguments={**arguments, "list": place})
    return replace(target, described=described), others


def _pointed_at(quantities: set[str], pronouns: set[str], state: State) -> Target:
    """Return the tasks of the conversation that "both", "the rest", "it" or "them" mean."""
    if "both" in quantities:
        return _several(next((ids for ids in (state.focus, state.shown) if len(ids) == _PAIR), ()))
    if "rest" in quantities:
        return replace(_several(_rest(state)), confirm=True)
    if "it" in pronouns and _ALL_OF_THEM in quantities and len(state.focus) >= _PAIR:
        return Target(state.focus)
    if "it" in pronouns and _ALL_OF_THEM not in quantities:
        return _single(state)
    if "them" in pronouns and (state.focus or state.shown):
        return replace(_several(state.focus or state.shown), confirm=len(state.focus) < _PAIR)
    return NO_TARGET


def _named(frame: Frame) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the references, and those behind "except"; words like "her" name no task."""
    frame = replace(frame, references=tuple(filter(carries, frame.references)))
    starts = [
        each.start for each in frame.entities if each.kind == "quantity" and each.value == "except"
    ]
    if not starts:
        return frame.references, ()
    offset = min(starts) - frame.start
    behind = [each for each in frame.references if frame.text.rfind(each) >= offset]
    return tuple(each for each in frame.references if each not in behind), tuple(behind)


def _numbers(frame: Frame) -> Iterator[int]:
    for each in frame.entities:
        if each.kind == "number" and isinstance(each.value, tuple):
            yield from each.value


def _places(frame: Frame, state: State) -> Iterator[int]:
    """Return the tasks at the places that ordinals name in the list that was shown last."""
    for each in frame.entities:
        if isinstance(each.value, Ordinals):
            yield from places_in(state.shown, each.value)


def places_in(shown: Sequence[int], ordinals: Ordinals) -> tuple[int, ...]:
    """Return the tasks at these places; none where there is no such place."""
    positions = [place - 1 if place > 0 else place for place in ordinals.places]
    inside = [-len(shown) <= position < len(shown) for position in positions]
    return tuple(shown[position] for position in positions) if all(inside) else ()


def _rest(state: State) -> tuple[int, ...]:
    return tuple(each for each in state.shown if each not in state.focus)


def _several(ids: Sequence[int]) -> Target:
    return Target(tuple(ids)) if ids else Target(missing="antecedent")


def _single(state: State) -> Target:
    """Return the task that "it" means: the only one of the last exchange."""
    for ids in (state.focus, state.shown):
        if ids:
            return Target(ids) if len(ids) == 1 else Target(ids, missing="antecedent")
    return Target(missing="antecedent")
