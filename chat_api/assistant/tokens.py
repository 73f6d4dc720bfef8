"""The tokens of a message as the learned reader sees them: words, signs, and entities."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from chat_api.assistant.entity import Entity
from chat_api.assistant.text import ABBREVIATION, IDENTIFIER, mended

# Names of code ("task_id") are words of their own, and the full stop of "Dr. Who" ends nothing.
_TOKEN = re.compile(
    rf"{IDENTIFIER}|"
    rf"(?i:{ABBREVIATION})|"
    r"[^\W_]+(?:_[^\W_]+)+|[^\W\d_]+(?:['’-][^\W\d_]+)*|\d+(?:[.:]\d+)*|\n+|[^\w\s]|_"
)
LINE = "↵"
# No word that was learned from, nor one that is near to another.
_STRANGE = "xqzjx"
# What is said for a sign, or for another word.
_SPOKEN = {"comma": ",", "nah": "no", "nope": "no"}
_BULLETS = frozenset("*•·‣◦")
_BOXES = frozenset("✓✔☑☐✅")
_PICTURE = "☺"
_EDGES = frozenset(",;&+…-—–" + LINE) | {"and", "plus", "then", "but"}
# These say more by their words than by being what they are.
_OPEN = frozenset({"aspect", "quantity", "pronoun", "status", "clear"})
_SURE = 0.5


@dataclass(frozen=True)
class Token:
    """A word, a sign, or an entity.

    Attributes:
        start: Offset of its first character in the text as typed.
        end: Offset behind its last character.
        form: In lower case; of an entity its kind, as "<when>".
        inner: The first word of an entity.
        capital: Begins with an upper-case letter.
        entity: The entity that it stands for.

    """

    start: int
    end: int
    form: str
    inner: str = ""
    capital: bool = False
    entity: Entity | None = None


def tokens(text: str, entities: Sequence[Entity] = ()) -> list[Token]:
    """Return the words and signs of a text; an entity that stands for a value is one token."""
    found: list[Token] = []
    place = 0
    for entity in entities:
        if entity.kind in _OPEN or entity.confidence < _SURE:
            continue
        found += _plain(text, place, entity.start)
        inner = next((each.form for each in _plain(text, entity.start, entity.end)), "")
        found.append(Token(entity.start, entity.end, f"<{entity.kind}>", inner, entity=entity))
        place = entity.end
    return [*found, *_plain(text, place, len(text))]


def _plain(text: str, start: int, end: int) -> Iterator[Token]:
    for match in _TOKEN.finditer(text, start, end):
        word = match.group()
        yield Token(*match.span(), _form(word), capital=word[0].isupper())


def _form(word: str) -> str:
    if re.fullmatch(IDENTIFIER, word):
        return _STRANGE
    if word[0].isdigit():
        return "0"
    if word in _BULLETS:
        return "-"
    if word[0] == "\n":
        return LINE
    if len(word) == 1 and unicodedata.category(word) == "So" and word not in _BOXES:
        return _PICTURE
    form = mended(word.lower().replace("’", "'"))
    return _SPOKEN.get(form, form)


def bare(clause: Sequence[Token], *, first: bool) -> Sequence[Token]:
    """Return a clause without the signs and joining words at its ends.

    That a message begins with "and" says something: the `first` clause keeps its beginning.
    """
    begin, end = 0, len(clause)
    while not first and begin < end - 1 and clause[begin].form in _EDGES:
        begin += 1
    while end > begin + 1 and clause[end - 1].form in _EDGES:
        end -= 1
    return clause[begin:end]
