"""Reads a message as the answer to what the last reply asked."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from chat_api.assistant.entity import Entity, Ordinals
from chat_api.assistant.frame import NO_TARGET, Frame, Intent, Request, Target
from chat_api.assistant.state import Question, QuestionKind, State
from chat_api.assistant.target import places_in
from chat_api.assistant.titles import match_title
from chat_api.assistant.values import NO_VALUES, changes_of, merged

_PAIR = 2
_NEGATIONS = frozenset({"not", "except", "without"})
Requests = tuple[Request, ...]
# As what the words of an answer may be read by themselves.
_FRAGMENTS: frozenset[Intent] = frozenset({"instead", "more", "none", "update", "yes", "no"})
_TITLES: frozenset[Intent] = _FRAGMENTS | {"add", "complete"}


@dataclass(frozen=True)
class Answer:
    """A message that may answer a question.

    Attributes:
        question: What was asked.
        frames: The message.
        readings: The frames as requests of their own.
        text: The message as typed.
        state: What the last exchange left.
        read: Reads a text as an intent.

    """

    question: Question
    frames: Sequence[Frame]
    readings: Sequence[Request]
    text: str
    state: State
    read: Callable[[str, Intent], Request]

    @property
    def first(self) -> Request:
        """The first clause."""
        return self.readings[0]

    def is_fragment(self) -> bool:
        """Whether the message is no order of its own, but names, values, a yes or a no."""
        return all(
            frame.intent in _FRAGMENTS
            or frame.intent == self.question.intent
            or (frame.intent == "add" and frame.titles == (frame.text,))
            for frame in self.frames
        )

    def negates(self) -> bool:
        """Whether it names what is not meant: "yes, but not the jam"."""
        said = not _NEGATIONS.isdisjoint(self.text.casefold().split())
        return said or any(frame.intent == "no" for frame in self.frames)

    def request(self, target: Target) -> Request:
        """Return what was asked about, for these tasks."""
        question = self.question
        return Request(
            question.intent,
            target=target,
            values=question.values,
            new_title=question.new_title,
            description=question.description,
        )


def answered(answer: Answer) -> Requests | None:
    """Return what the answer asks for; None if the message does not answer the question."""
    if not answer.frames:
        return None
    if answer.first.intent == "no" and not any(map(_names_tasks, answer.readings)):
        return tuple(answer.readings)
    return _READERS[answer.question.kind](answer)


def _names_tasks(reading: Request) -> bool:
    return bool(reading.target.words or reading.target.ids or reading.titles)


def _title(answer: Answer) -> Requests | None:
    first, name = answer.first, answer.question.values.list
    if name and first.intent == "add" and first.titles and not first.values.list:
        # What stands before the titles says that they go there: "put inside: milk, eggs".
        return tuple(
            replace(each, values=replace(each.values, list=name), rest=(), confidence=1.0)
            if each.intent == "add"
            else each
            for each in answer.readings
        )
    if (
        any(each.intent not in _TITLES for each in answer.readings)
        or first.titles
        or first.target.ids
    ):
        # "Add batteries" and "delete task 1" are orders by themselves.
        return None
    names = first.target.words or (answer.text.strip(),)
    values = first.values if first.target.words else answer.question.values
    new = replace(first, intent="add", titles=names, target=NO_TARGET, values=values)
    return (replace(new, confidence=1.0),)


def _change(answer: Answer) -> Requests | None:
    first = answer.first
    is_value = first.intent == "list" and not (_names_tasks(first) or first.rest)
    if is_value:
        # "Next monday" is no question about that day here.
        first = replace(first, values=changes_of(first.entities))
    names = first.titles or first.target.words
    new_title = first.new_title or (names[0] if names else None)
    fits = is_value or answer.is_fragment()
    if not fits or (first.values == NO_VALUES and not new_title):
        return None
    target = Target(answer.question.task_ids)
    return (replace(first, intent="update", target=target, new_title=new_title, confidence=1.0),)


def _undo(answer: Answer) -> Requests | None:
    if answer.first.intent != "yes":
        return None
    return (Request("undo", change_id=answer.question.change_id), *answer.readings[1:])


def _reading(answer: Answer) -> Requests | None:
    """Return the clause as it was read, after a yes or with the values of the answer."""
    question, first = answer.question, answer.first
    named = first.titles or first.target.words or first.target.ids
    valued = first.values != NO_VALUES and answer.is_fragment() and not named
    agreed = first.intent == "yes" or (first.intent == question.intent and not named)
    if not agreed and not valued:
        return None
    # "Is it done?" – "Friday" says when it will be.
    changes = valued and question.task_ids and not agreed
    request = answer.read(question.text, "update" if changes else question.intent)
    request = replace(request, values=merged(request.values, first.values))
    if question.task_ids:
        request = replace(request, target=Target(question.task_ids))
    return (request, *answer.readings[1:])


def _task(answer: Answer) -> Requests | None:
    if not answer.is_fragment():
        return None
    first = answer.first
    if first.intent == answer.question.intent and not first.target:
        return None
    words = first.titles or (answer.text.strip(),)
    return (answer.request(first.target or Target(words=words)),)


def _choice(answer: Answer) -> Requests | None:
    """Return the request for those of the tasks in question that the answer names."""
    chosen = _chosen(answer) if answer.is_fragment() else None
    if chosen is not None:
        return (answer.request(Target(chosen)),)
    if answer.question.kind == "confirm" and answer.first.intent == "yes":
        return (answer.request(Target(answer.question.task_ids)), *answer.readings[1:])
    return None


def _chosen(answer: Answer) -> tuple[int, ...] | None:
    ids = answer.question.task_ids
    entities = [each for frame in answer.frames for each in frame.entities]
    quantities = {each.value for each in entities if each.kind == "quantity"}
    named = tuple(dict.fromkeys(_by_number(ids, entities) or _by_title(answer)))
    if named and ("except" in quantities or answer.negates()):
        return tuple(each for each in ids if each not in named)
    if named:
        return named
    return ids if "all" in quantities or ("both" in quantities and len(ids) == _PAIR) else None


def _by_number(ids: Sequence[int], entities: Sequence[Entity]) -> list[int]:
    """Return the tasks that numbers and places name; a number that none has is a place."""
    named: list[int] = []
    for entity in entities:
        if isinstance(entity.value, Ordinals):
            named += places_in(ids, entity.value)
        elif entity.kind == "number" and isinstance(entity.value, tuple):
            known = [each for each in entity.value if each in ids]
            whole = len(known) == len(entity.value)
            named += known if whole else places_in(ids, Ordinals(entity.value))
    return named


def _by_title(answer: Answer) -> list[int]:
    """Return the tasks in question that words name; words that fit all of them name none."""
    tasks = [
        answer.state.tasks[each] for each in answer.question.task_ids if each in answer.state.tasks
    ]
    frames = answer.frames
    words = [each for one in frames for each in (*one.references, *one.titles, *one.rest)]
    if not words and answer.question.kind == "which":
        words = [answer.text]
    matches = [match_title(phrase, tasks) for phrase in words]
    return [
        task.id
        for match in matches
        if match.certain and (len(match.tasks) < len(tasks) or len(tasks) == 1)
        for task in match.tasks
    ]


_READERS: Mapping[QuestionKind, Callable[[Answer], Requests | None]] = {
    "confirm": _choice,
    "which": _choice,
    "title": _title,
    "task": _task,
    "change": _change,
    "undo": _undo,
    "reading": _reading,
}
