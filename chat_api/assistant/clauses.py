"""What the signs of a clause say, whatever it was read as: bullets, headings, notes, quotes."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Literal, TypeAlias

from chat_api.assistant.entity import Entity, Repeat, When
from chat_api.assistant.frame import ACTS, CHANGES, Frame, Intent
from chat_api.assistant.titles import carries
from chat_api.assistant.tokens import LINE, Token
from chat_api.assistant.words import NO_LIST_NAMES

ADDING = frozenset({"add", "create", "new", "another"})
"""What says in so many words that a task is new."""
_ASKING_OF_PAST = frozenset({"did", "have", "has", "had", "was", "were", "is", "are"})
# Ends of sentences.
_ENDS = re.compile(r"[.!?;\n]")
# The number or mark of the first item may stand at the end of its heading.
_ITEMS = frozenset("-*•")
_BULLETS = " \t\n0123456789.)-–*•"

Mark: TypeAlias = Literal["", "item", "done"]

_MARKS: tuple[tuple[tuple[str, ...], Mark], ...] = (
    (("-", "[", "x", "]"), "done"), (("[", "x", "]"), "done"), (("✓",), "done"), (("✔",), "done"),
    (("☑",), "done"), (("✅",), "done"), (("-", "[", "]"), "item"), (("[", "]"), "item"),
    (("☐",), "item"), (("-",), "item"), (("x",), "done"),
)  # fmt: skip
_NEGATIONS = frozenset({"don't", "dont", "not"})
_BACK = _NEGATIONS | {
    "or", "rather", "actually", "no", "yet", "wait", "hold", "on", "just", "please", "sorry", "do",
}  # fmt: skip
_NOTES = frozenset({"note", "notes", "comment"})
_QUOTED = re.compile(r"(?<!\w)[\"'“‘](.+?)[\"'”’](?!\w)")
_MAY_NOTE: frozenset[Intent] = frozenset({"add", "update", "more", "instead", "none"})
# What stands before the name of a list that is made: "start a new list called", "new list:".
_MAKES_LIST = re.compile(
    r"^(?:please |can you |i want |i need |to |and |ok )*"
    r"(?:(?:make|create|start|begin|open|set up|add|new)\b(?: me)? ?)?(?:an? |another )?(?:new )?"
    r"list\b(?! (?:of|to|on)\b):?(?: (?:called|named|with|for|titled|by))*:?\W*(?:the (?:name )?)?",
    re.IGNORECASE,
)
_NAME = re.compile(r"^the (?:name )?", re.IGNORECASE)
_PUTS = re.compile(r"\b(?:add|put|stick|pop|write|throw)\b", re.IGNORECASE)
_LAST_LIST = re.compile(
    r",? (?:to|on|onto|into|under) (?:my |the |our )?([\w-]+(?: [\w-]+)??)"
    r"(?:,? (?:please|pls|too|also|as well|and|thanks))*[.!]*",
    re.IGNORECASE,
)
_BEFORE_NOTE = frozenset({"add", "put", "make", "write", "leave", "a", "the", "new", "please"})
_TO_NOTE = frozenset({"to", "on", "for", "about"})
_ONESELF = frozenset({"self", "myself", "me"})


def marked(clause: Sequence[Token], *, lines: bool = False) -> tuple[Mark, Sequence[Token]]:
    """Return what the sign before a clause says of it, and the clause without the sign.

    Args:
        clause: The tokens.
        lines: Whether it is one of several lines, in which also "x" is a sign.

    """
    while len(clause) > 1 and clause[0].form == LINE:
        clause = clause[1:]
    forms = tuple(token.form for token in clause)
    for signs, mark in _MARKS:
        rest = clause[len(signs) :]
        if signs == ("x",) and not lines:
            continue
        if forms[: len(signs)] == signs and any(token.form != LINE for token in rest):
            return mark, rest
    return "", clause


def takes_back(clause: Sequence[Token]) -> bool:
    """Whether a clause takes back the one before and says nothing else: "or rather, don't yet"."""
    forms = {token.form for token in clause if token.entity or token.form[0].isalnum()}
    return bool(forms & _NEGATIONS) and forms <= _BACK


def note(text: str, clause: Sequence[Token], entities: Sequence[Entity]) -> Frame | None:
    """Return "note on napkins: ivory, not white" as a change of the task that it names."""
    colon = _colon_of_note(clause)
    if colon is None or colon + 1 == len(clause):
        return None
    begin = _name(clause[:colon])
    name = text[clause[begin].start : clause[colon].start].strip()
    found = tuple(each for each in entities if each.end <= clause[colon].start)
    return Frame(
        "update",
        1.0,
        text[clause[0].start : clause[-1].end],
        clause[0].start,
        references=() if any(token.entity for token in clause[begin:colon]) else (name,),
        description=text[clause[colon + 1].start : clause[-1].end].strip(),
        entities=found,
    )


def noted(frame: Frame) -> Frame:
    """Return "add 'ask where it is' as a note on it" as a change: a quoted note is no title."""
    quotes = [each for each in _QUOTED.finditer(frame.text) if each[1]]
    outside = _QUOTED.sub(" ", frame.text).casefold().split()
    if frame.intent not in _MAY_NOTE or len(quotes) != 1 or not _NOTES & set(outside):
        return frame
    quote = quotes[0][1]
    return replace(
        frame,
        intent="update",
        confidence=1.0,
        alternatives=(),
        titles=(),
        references=tuple(each for each in frame.references if each not in quote),
        new_title=None,
        description=quote,
        entities=tuple(each for each in frame.entities if each.kind != "quote"),
        rest=(),
    )


def opened_list(frame: Frame) -> str | None:
    """Return the name of the list that a clause makes, and says nothing else."""
    made = _MAKES_LIST.match(frame.text) if frame.intent == "add" else None
    name = frame.text[made.end() :].strip(" .!\"'“”‘’") if made else ""
    titles = [each for each in frame.titles if each.casefold() != "new"]
    return name if not titles or [_NAME.sub("", each) for each in titles] == [name] else None


def _colon_of_note(clause: Sequence[Token]) -> int | None:
    """Return the place of the colon behind the name of the task that a note is for."""
    forms = [token.form for token in clause]
    colon = forms.index(":") if ":" in forms else 0
    return colon if _is_note(clause[:colon]) else None


def _is_note(head: Sequence[Token]) -> bool:
    return 0 < _name(head) < len(head) and head[_name(head)].form not in _ONESELF


def _name(head: Sequence[Token]) -> int:
    """Return the place at which the name begins in "add a note to the napkins"; 0 if in none."""
    forms = [token.form for token in head]
    place = next((n for n, form in enumerate(forms) if form not in _BEFORE_NOTE), 0)
    is_note = forms[place : place + 1] and forms[place] in _NOTES
    return place + 2 if is_note and set(forms[place + 1 : place + 2]) & _TO_NOTE else 0


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


def with_last_list(frame: Frame) -> Frame:
    """Return "add jam to groceries" with its list: words behind the last title that name one."""
    named = frame.list_name or any(each.kind == "list" for each in frame.entities)
    if frame.intent != "add" or named or not frame.titles or not _PUTS.search(frame.text):
        return frame
    end = frame.text.rfind(frame.titles[-1]) + len(frame.titles[-1])
    found = _LAST_LIST.fullmatch(frame.text, end)
    valued = any(each.end > frame.start + end for each in frame.entities)
    if not found or valued or NO_LIST_NAMES & set(found[1].casefold().split()):
        return frame
    return replace(frame, list_name=found[1], rest=())


def by_signs(frame: Frame) -> Frame:
    """Return a frame by what it can only mean: a value taken away, a question of the past."""
    if _asks_of_past(frame):
        others = tuple(each for each in frame.alternatives if each.intent not in CHANGES)
        intent = "list" if frame.intent in CHANGES else frame.intent
        return replace(frame, intent=intent, alternatives=others)
    if frame.intent in {"delete", "instead", "no", "none"} and _clears(frame):
        return replace(frame, intent="update", confidence=1.0)
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


def needs_date(frame: Frame) -> bool:
    """Whether a task is to remind so long before a date that the clause does not give."""
    kinds = {each.kind for each in frame.entities}
    explicit = ADDING & {word.strip(":,") for word in frame.text.casefold().split()}
    reminds = "reminder" in kinds and any(each.value == "remind" for each in frame.entities)
    return reminds and not explicit and bool(frame.titles) and not kinds & {"when", "repeat"}


def has_day(entity: Entity) -> bool:
    """Whether a find gives a day, or the days of a repeat."""
    when = entity.value
    return isinstance(when, Repeat) or (isinstance(when, When) and bool(when.first or when.last))
