"""What a clause means by what stands in it, whatever it was read as: items, quotes, numbers."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace

from chat_api.assistant.frame import CHANGES, Frame
from chat_api.assistant.titles import carries

_UNLIKELY = 0.05
# The number or mark of the first item may stand at the end of its heading.
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
        else:
            yield frame
    if heading and heading is frames[-1]:
        yield heading


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


def clears(frame: Frame) -> bool:
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
    """Return the titles but for words like "it", and for what is ticked off: "- [x] insurance"."""
    return tuple(
        title
        for title in frame.titles
        if carries(title) and not frame.text.partition(title)[0].casefold().rstrip().endswith("[x]")
    )


def quotes_new_task(frame: Frame) -> bool:
    """Whether quoted words are a new task's, since no task is named that they would rename."""
    kinds = {each.kind for each in frame.entities}
    named = frame.references or kinds & {"number", "ordinal", "pronoun", "quantity"}
    return "quote" in kinds and not named and frame.chance("add") > _UNLIKELY
