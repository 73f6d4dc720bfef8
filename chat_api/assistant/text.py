"""A text as tokens with their offsets, and a cursor that rules of a grammar move over them."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache, wraps
from typing import Any, NamedTuple, TypeAlias, TypeVar

from rapidfuzz import process
from rapidfuzz.distance import OSA

from chat_api.assistant.entity import Kind, Value
from chat_api.assistant.words import (
    ABBREVIATIONS,
    MENDED,
    NOT_MENDED,
    OWNING,
    Phrases,
    by_first_word,
)

T = TypeVar("T")

IDENTIFIER = r"(?<![\w-])(?=[\w-]*[^\W\d_]\d+[^\W\d_]+\d)[\w-]{8,}"
"""A pattern of what programs name things by, as "d4bf72b921da": one word that says nothing."""
ABBREVIATION = (
    r"\b(?:(?:mrs?|ms|dr|prof|sr|jr|st|mt|vs?|al|approx|dept)\.(?=[ \w])"
    r"|[^\W\d_]\.(?=\w|[ ](?-i:[A-Z]))(?<!\bi\.)|(?![ap]m\b)[^\W\d_]{2}\.(?=[ ]\d))"
)
"""A pattern, for any case, of short words whose full stop ends no sentence.

They are forms of address, single letters ("Ruiz v. Dalton") and what stands before a number
("no. 4").
"""
_LEXEMES = re.compile(
    r"""
    (?P<quote>[“"„][^“”"„]{1,200}[”"“]|(?<!\w)['‘](?=[^\s'’])[^\n]{0,200}?(?<=[^\s'‘])['’](?!\w))
  | (?P<iso>\d{4}[-/]\d{1,2}[-/]\d{1,2}(?![\w-]))
  | (?P<dotdate>\d{1,2}\.(?:0?[1-9]|1[0-2])\.(?:\d{4}|\d\d)?(?!\d))
  | (?P<slashdate>(?<![\w/])\d{1,2}(?:/\d{1,2}(?:/(?:\d{4}|\d\d))?|-\d{1,2}-\d{4})(?![\d/]))
  | (?P<address>[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+
      |(?:https?://|www\.)[^\s<>]*[^\s<>.,;:!?)'"”]
      |(?<![\w.])[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:com|org|net|io|dev|app|edu|gov)\b
        (?:/[^\s]*[^\s.,!?)])?
      |(?<![\w/.:-])(?=\+?(?:[ ()-]{0,2}\d){7})
        (?:\+\d|\(\d{2,5}\)|0\d|\d{3}[ -]\d)[\d ()-]{2,18}\d(?![\w/:-]))
    """
    rf"| (?P<identifier>{IDENTIFIER})"
    r"""
  | (?P<clock>\d{1,2}:\d\d(?!:?\d))
  | (?P<dotted>\d{1,2}\.\d\d(?!\d))
  | (?P<ratio>\d+(?:[:/]\d+|(?:\.\d+){2})+)
  | (?P<tag>(?<![\w#&])\#[^\W\d_][\w-]*)
  | (?P<slash>(?<!\S)/[^\W\d_][\w-]*)
  | (?P<bang>(?<!\S)!{1,4}(?:[123]|high|medium|low|urgent)?(?!\S))
  | (?P<word>2(?:morrow|moro|mrw|day|nite|night)\b|[ap]\.\s?m\b\.?
    """
    rf"|{ABBREVIATION}"
    r"""
      |[^\W\d_]+(?:['’][^\W\d_]+)*['’]?\d*)
  | (?P<number>\d+(?:\.\d+)?)
  | (?P<mark>\S|\n)
    """,
    re.VERBOSE | re.IGNORECASE,
)


class Token(NamedTuple):
    """A word, number or mark.

    Attributes:
        text: As it is compared: lower case, no apostrophes, closed-class words spelled right.
        kind: The name of its lexeme.
        start: Offset of its first character.
        end: Offset behind its last character.
        glued: No space stands before it.
        possessive: It ends in "'s".

    """

    text: str
    kind: str
    start: int
    end: int
    glued: bool = False
    possessive: bool = False


PADDING = 8
_SHORTEST = 4
_END = Token("", "end", -1, -1)


class Match(NamedTuple):
    """What a rule found between two places of the cursor."""

    kind: Kind
    value: Value
    confidence: float = 1.0


@dataclass(slots=True)
class Cursor:
    """A place in the tokens of a text; rules move it forward over what they read."""

    source: str
    tokens: list[Token]
    today: date
    at: int = 0

    def peek(self, ahead: int = 0) -> Token:
        """Return a token before or behind the place; one without text where there is none."""
        return self.tokens[self.at + ahead]

    def take(self, table: Mapping[str, T]) -> T | None:
        """Move over the next word if the table has it, and return its value."""
        value = table.get(self.tokens[self.at].text)
        if value is not None:
            self.at += 1
        return value

    def any(self, words: Collection[str]) -> str:
        """Move over the next word if it is one of these, and return it."""
        text = self.tokens[self.at].text
        if text in words:
            self.at += 1
            return text
        return ""

    def kind(self, kind: str) -> Token | None:
        """Move over the next token if it is of this kind, and return it."""
        token = self.tokens[self.at]
        if token.kind != kind:
            return None
        self.at += 1
        return token

    def eat(self, *words: str) -> bool:
        """Move over these words if all of them come next."""
        at = self.at
        for word in words:
            if self.tokens[at].text != word:
                return False
            at += 1
        self.at = at
        return True

    def phrase(self, table: Phrases[T]) -> T | None:
        """Move over the first phrase of the table that comes next, and return its value."""
        for words, value in table.get(self.tokens[self.at].text, ()):
            if self.eat(*words):
                return value
        return None

    def before(self) -> Iterator[str]:
        """Yield the words of the clause up to the place, the last one first."""
        for token in reversed(self.tokens[: self.at]):
            if token.kind in {"mark", "bang"}:
                return
            yield token.text

    @property
    def ended(self) -> bool:
        """Whether a clause ends here."""
        return self.peek().kind in {"end", "mark", "bang"}


Rule: TypeAlias = Callable[[Cursor], T | None]
Part: TypeAlias = str | Mapping[str, Any] | frozenset[str] | Callable[[Cursor], Any]


def shape(*parts: Part) -> Callable[[Callable[..., T | None]], Rule[T]]:
    """Make a rule of a function that gets what the parts read, one behind the other.

    A part is words ("of|in", "the?" where they may be missing), which the function doesn't get, a
    table or set of words, or another rule. A rule that reads nothing leaves the cursor in place.
    """
    steps = [(_step(part), not isinstance(part, str)) for part in parts]

    def rule_of(read: Callable[..., T | None]) -> Rule[T]:
        @wraps(read)
        def attempt(cursor: Cursor) -> T | None:
            place = cursor.at
            captured = []
            for step, captures in steps:
                value = step(cursor)
                if value is None:
                    cursor.at = place
                    return None
                if captures:
                    captured.append(None if value is _ABSENT else value)
            found = read(cursor, *captured)
            if found is None:
                cursor.at = place
            return found

        return attempt

    return rule_of


def behind(*parts: Part) -> Rule[Any]:
    """Return a rule that reads the last of these parts with what stands around it."""
    return shape(*parts)(lambda _, *found: found[-1])


def word(words: str) -> Rule[str]:
    """Return a rule that reads one of these words, separated by "|"."""
    among = frozenset(words.split("|"))
    return lambda cursor: cursor.any(among) or None


_ABSENT = object()


def maybe(part: Part) -> Rule[Any]:
    """Return a part that may be missing."""
    step = _step(part)
    return lambda cursor: _ABSENT if (value := step(cursor)) is None else value


def one_of(*rules: Rule[T]) -> Rule[T]:
    """Return a rule that reads what the first of these reads that reads something."""

    def first(cursor: Cursor) -> T | None:
        for each in rules:
            found = each(cursor)
            if found is not None:
                return found
        return None

    return first


def phrase(table: Phrases[T]) -> Rule[T]:
    """Return a rule that reads a phrase of a table."""
    return lambda cursor: cursor.phrase(table)


def table(words: Mapping[str, T]) -> Rule[T]:
    """Return a rule that reads a word of a table."""
    return lambda cursor: cursor.take(words)


def kind(name: str) -> Rule[Token]:
    """Return a rule that reads a token of a kind."""
    return lambda cursor: cursor.kind(name)


def _step(part: Part) -> Rule[Any]:
    if isinstance(part, Mapping):
        return lambda cursor: cursor.take(part)
    if isinstance(part, frozenset):
        return lambda cursor: cursor.any(part) or None
    if not isinstance(part, str):
        return part
    phrases = by_first_word(
        (tuple(words.split()), True) for words in part.removesuffix("?").split("|")
    )
    absent = _ABSENT if part.endswith("?") else None
    return lambda cursor: cursor.phrase(phrases) or absent


def tokens_of(text: str) -> list[Token]:
    """Return the tokens of a text in their order, and empty ones behind them.

    The empty ones are as many as a rule may look ahead, or back from the first.
    """
    tokens, end = [], 0
    for found in _LEXEMES.finditer(text):
        kind, start = found.lastgroup or "mark", found.start()
        typed, glued = found[0], start == end and start > 0
        end = found.end()
        word = _word(typed) if kind == "word" else typed.lower()
        possessive = typed[-2:].lower() in {"'s", "’s"}
        tokens.append(Token(word, kind, start, end, glued, possessive))
    return tokens + [_END] * PADDING


def _word(typed: str) -> str:
    """Return a word as it is compared; of "friday's" the day."""
    low = typed.lower().replace("’", "'")
    owner = mended(low[:-2]) if low.endswith("'s") else ""
    return owner if owner in OWNING else mended("".join(c for c in low if c not in "'. "))


def _consonants(word: str) -> str:
    """Return a word without its vowels but the first letter, and without doubled letters."""
    return word[0] + re.sub(r"(.)\1+", r"\1", re.sub("[aeiou]", "", word[1:]))


_BY_INITIAL: dict[str, tuple[str, ...]] = {}
for _name in MENDED:
    _BY_INITIAL[_name[0]] = (*_BY_INITIAL.get(_name[0], ()), _name)


@lru_cache(maxsize=4096)
def mended(word: str) -> str:
    """Return the closed-class word that a misspelt or shortened one stands for, or the word itself.

    "tmrow" leaves out vowels of "tomorrow", and nothing else; "wensday" is near to "wednesday".
    """
    if word in NOT_MENDED or len(word) < _SHORTEST:
        return ABBREVIATIONS.get(word, word)
    among = _BY_INITIAL.get(word[0], ())
    most = 0 if len(word) == _SHORTEST else 1 if len(word) < 8 else 2
    near = process.extractOne(word, among, scorer=OSA.distance, score_cutoff=most)
    if near:
        return near[0]
    shortened = (each for each in among if _shortens(word, each))
    return ABBREVIATIONS.get(word) or next(shortened, word)


def _shortens(word: str, whole: str) -> bool:
    """Whether a word has the letters of another but for vowels, or but for two of many."""
    letters = iter(whole)
    if word[-1] != whole[-1] or not all(
        letter in letters for letter in re.sub(r"(.)\1", r"\1", word)
    ):
        return False
    return _consonants(word) == _consonants(whole) or len(word) == len(whole) - 2 > 6
