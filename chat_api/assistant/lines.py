"""What the signs of a line say, whatever its words are: bullets, boxes, headings, notes."""

from collections.abc import Sequence
from typing import Literal, TypeAlias

from chat_api.assistant.entity import Entity
from chat_api.assistant.features import LINE, Token
from chat_api.assistant.frame import Frame

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


def continues(before: Sequence[Token]) -> bool:
    """Whether the clause goes on behind these tokens, since they are no command by themselves.

    That is so behind a value and a colon ("Mon 7 Dec:"), and in the text of a note.
    """
    *head, last = before
    if last.form == ":" and head:
        return all(token.entity for token in marked(head)[1]) or _is_note(head)
    return any(token.form == ":" for token in head) and _noted(marked(before)[1]) is not None


def note(text: str, clause: Sequence[Token], entities: Sequence[Entity]) -> Frame | None:
    """Return "note on napkins: ivory, not white" as a change of the task that it names."""
    colon = _noted(clause)
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


def _noted(clause: Sequence[Token]) -> int | None:
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
