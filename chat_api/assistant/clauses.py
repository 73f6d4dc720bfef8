"""What a clause means by what stands in it, whatever it was read as: items, quotes, numbers."""

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from chat_api.assistant.entity import Entity, Repeat, When
from chat_api.assistant.frame import ACTS, CHANGES, Frame
from chat_api.assistant.titles import carries

_UNLIKELY = 0.05
_ASKING_OF_PAST = frozenset({"did", "have", "has", "had", "was", "were", "is", "are"})
_GOING_ON = frozenset({"after", "before", "during", "when", "while", "until"})
_LIKELY = 0.2
# Ends of sentences.
_ENDS = re.compile(r"[.!?;\n]")
# The number or mark of the first item may stand at the end of its heading.
_ITEMS = frozenset("-*•")
_BULLETS = " \t\n0123456789.)-–*•"


def with_items(frames: Sequence[Frame], text: str) -> Iterator[Frame]:
    """Yield the frames; the items below a heading ("mark these as done:") are its objects.

    What stands there is a name, whatever it would mean by itself.
    """
    heading: Frame | None = None
    for frame in frames:
        if heading:
            names = frame.titles or frame.references or (frame.text,)
            item = replace(frame, intent=heading.intent, confidence=heading.confidence)
            adds = heading.intent == "add"
            yield replace(item, titles=names) if adds else replace(item, references=names)
            continue
        behind = text[frame.start + len(frame.text) :].lstrip()
        bare = not (frame.new_title or any(map(carries, (*frame.titles, *frame.references))))
        headed = frame.text.rstrip(_BULLETS).endswith(":") or behind.startswith(":")
        if bare and headed and frame.intent in CHANGES:
            heading = frame
        elif headed and behind[:1] in _ITEMS and frame.intent not in ACTS and not frame.entities:
            # "Launch prep:" above items with bullets is the name of them all.
            continue
        else:
            yield frame
    if heading and heading is frames[-1]:
        yield heading


class Headings:
    """The finds above what follows them: "Mon 7 Dec: fire drill", "add to my grocery list jam"."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._finds: tuple[Entity, ...] = ()
        self._ends = False

    def take(self, frame: Frame) -> bool:
        """Take what a frame says of those that follow, and return whether it says nothing else."""
        heading = _heading_of(frame)
        before = () if heading else _list_before(frame)
        if heading or before:
            self._finds, self._ends = heading or before, bool(before)
        ends = frame.start + len(frame.text.rstrip(": \n"))
        return bool(heading) and heading[-1].end >= ends

    def above(self, start: int) -> tuple[Entity, ...]:
        """Return what holds at a place; a list without a colon holds for its sentence."""
        if self._ends and _ENDS.search(self._text, self._finds[-1].end, start):
            return ()
        return self._finds


def _heading_of(frame: Frame) -> tuple[Entity, ...]:
    """Return the finds that alone stand before a colon: "Mon 7 Dec: drill", "things for friday:".

    They hold for what follows, also on further lines.
    """
    head, colon, _ = f"{frame.text} ".partition(": ")
    ends = frame.start + len(head)
    finds = tuple(each for each in frame.entities if each.end <= ends)
    spans = [(each.start, each.end) for each in finds]
    rest = "".join(
        letter
        for place, letter in enumerate(head, frame.start)
        if not any(start <= place < end for start, end in spans)
    )
    said = any(map(str.isalnum, rest)) and carries(rest)
    return finds if colon and not said else ()


def _list_before(frame: Frame) -> tuple[Entity, ...]:
    """Return the list that stands before what is added to it: "add to my grocery list jam and tea".

    It holds for the rest of the sentence.
    """
    first = frame.titles[0] if frame.intent == "add" and frame.titles else ""
    start = frame.start + frame.text.find(first) if first else 0
    return tuple(each for each in frame.entities if each.kind == "list" and each.end <= start)


def by_number(frame: Frame) -> list[Frame]:
    """Return a frame for each number with days of its own: "task 1 to monday and 2 to friday"."""
    numbers = [each for each in frame.entities if each.kind == "number"]
    days = [each for each in frame.entities if each.kind == "when"]
    if len(numbers) < 2 or len(days) < 2:
        return [frame]
    ends = [each.start for each in numbers[1:]] + [math.inf]
    return [
        replace(frame, entities=tuple(e for e in frame.entities if each.start <= e.start < end))
        for each, end in zip(numbers, ends, strict=True)
    ]


def by_signs(frame: Frame) -> Frame:
    """Return a frame by what the clause can only mean: a value taken away, a question."""
    if _asks_of_past(frame):
        others = tuple(each for each in frame.alternatives if each.intent not in CHANGES)
        intent = "list" if frame.intent in CHANGES else frame.intent
        return replace(frame, intent=intent, alternatives=others)
    if frame.intent in {"delete", "no", "none"} and _clears(frame):
        return replace(frame, intent="update", confidence=1.0)
    if frame.intent == "none" and _asks_by_values(frame):
        return replace(frame, intent="list")
    if frame.intent == "add" and _fragment(frame):
        return replace(frame, titles=(), rest=(*frame.titles, *frame.rest))
    return frame


def _clears(frame: Frame) -> bool:
    """Whether a clause takes a value away: "no due date after all", "remove the reminder"."""
    return any(each.kind == "clear" for each in frame.entities)


def with_new_title(frame: Frame) -> Frame:
    """Return "rename milk to oat milk" with its second name as the new title."""
    quotes = _quotes(frame)
    if frame.intent == "update" and len(quotes) == 2 and not frame.references:
        rest = tuple(each for each in frame.entities if each.kind != "quote")
        name, new_title = quotes
        return replace(frame, references=(name,), new_title=new_title, entities=rest)
    is_pair = len(frame.references) == 2
    if frame.intent != "update" or frame.new_title or frame.entities or not is_pair:
        return frame
    name, new_title = frame.references
    return replace(frame, references=(name,), new_title=new_title)


def quoted_title(frame: Frame) -> str | None:
    """Return what is quoted in a change: the new title."""
    quotes = _quotes(frame)
    return quotes[0] if quotes and frame.intent == "update" else None


def _quotes(frame: Frame) -> list[str]:
    return [str(each.value) for each in frame.entities if each.kind == "quote"]


def quoted(frame: Frame) -> tuple[str, ...]:
    """Return what is quoted in a new task that has no other words, or its address."""
    if frame.intent != "add":
        return ()
    found = [each for each in frame.entities if each.kind in {"quote", "address"}]
    _, _, behind_colon = frame.text.partition(": ")
    return tuple(str(each.value) for each in found) or ((behind_colon,) if behind_colon else ())


def to_do(frame: Frame) -> tuple[str, ...]:
    """Return the titles but for words like "it"."""
    return tuple(filter(carries, frame.titles))


def _asks_of_past(frame: Frame) -> bool:
    """Whether a clause asks what was done, and orders nothing: "did you delete the lease task?"."""
    first, *_ = (*frame.text.casefold().split(), "")
    return first in _ASKING_OF_PAST and frame.text.rstrip().endswith("?")


def _fragment(frame: Frame) -> bool:
    """Whether the words of a new task only go on from a day: "on friday after school"."""
    first = next(iter(frame.titles), "").casefold().split(" ")[0]
    return first in _GOING_ON and any(each.kind == "when" for each in frame.entities)


def _asks_by_values(frame: Frame) -> bool:
    """Whether a clause says which tasks and nothing else: "how many open?", "anything late"."""
    named = any(each.references for each in frame.alternatives if each.intent == "list")
    asked = any(
        each.kind == "status" or (each.kind == "aspect" and (named or each.value != "time"))
        for each in frame.entities
    )
    return asked and not frame.rest and frame.chance("list") > _LIKELY


def quotes_new_task(frame: Frame) -> bool:
    """Whether quoted words are a new task's, since no task is named that they would rename."""
    kinds = {each.kind for each in frame.entities}
    named = frame.references or kinds & {"number", "ordinal", "pronoun", "quantity"}
    return "quote" in kinds and not named and frame.chance("add") > _UNLIKELY


def needs_date(frame: Frame) -> bool:
    """Whether a task is to remind so long before a date that the clause does not give."""
    kinds = {each.kind for each in frame.entities}
    reminds = "reminder" in kinds and any(each.value == "remind" for each in frame.entities)
    return reminds and bool(frame.titles) and not kinds & {"when", "repeat"}


def has_day(entity: Entity) -> bool:
    """Whether a find gives a day, or the days of a repeat."""
    when = entity.value
    return isinstance(when, Repeat) or (isinstance(when, When) and bool(when.first or when.last))
