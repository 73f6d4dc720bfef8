"""One spelling for what people type in many."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import OSA

from chat_api.assistant.lexicon import LEXICON, REMEMBERED

LONGEST = 1000
"""Characters of the longest message that is read."""

_DOUBLE = re.compile("[“”„‟«»″❝❞「」『』`]")
_SINGLE = re.compile("[‘’‚‛′´ʼ]")
_QUOTED = re.compile(r"\"([^\"]+)\"|(?<![\w])'([^']+(?:'\w[^']*)*)'(?!\w)")
# With another letter in it, a short word is mostly another word: "list" is not meant by "lisa".
_SHORT = 4
# "By 12.5." at the end of a sentence is a day, whose stop would go with that of the sentence.
_LAST_DAY = re.compile(r"(?<![\w.])(0?[1-9]|[12]\d|3[01])\.(1[0-2]|0?[1-9])\.(?=\W*$)")
_MONTHS = "January February March April May June July August September October November December"
_MARK = "\ue000"
_MASKED = re.compile(_MARK + r"(\d+)" + _MARK)
# What stands before the things of a list that is typed or pasted line by line.
_BULLET = re.compile(r"(?:[-*+•·‣◦–—]|\[ ?\]|\d{1,2}[.)]|[a-z]\))\s+(?:\[ ?\]\s+)?(?=\S)")
_PLEASE = re.compile(r"[ ,]+(?:please|pls|thanks)$", re.IGNORECASE)
_NUMBER = re.compile(r"(?<!\S)(\d{1,2})[.)] +(?=\S)")
_DASHED = re.compile(r":\s*[-*•]\s+\S[^\n]*\s[-*•]\s+\S")
_DASHES = re.compile(r"(?<=\s)[-*•]\s+(?=\S)")
_ENDS = ":,;.!?"
_EDGES = " \t,;:.!?-–—…"
_LONGEST_CLOSING = 200
_UNWANTED = {"Cc", "Cf", "Co", "Cs", "Cn"}
_JOINERS = "\u200d\u200c"


@dataclass(frozen=True)
class Masked:
    """A text whose quoted parts are hidden, so that nothing in quotes is taken for an order."""

    text: str
    quotes: tuple[str, ...]

    def reveal(self, text: str) -> str:
        """Put the quoted parts back; the quotes themselves go when they enclose everything."""
        bare = _MASKED.fullmatch(text.strip(_EDGES))
        if bare:
            return self.quotes[int(bare.group(1))].strip()
        return _MASKED.sub(lambda found: f'"{self.quotes[int(found.group(1))]}"', text)


def is_quoted(text: str) -> bool:
    """Whether a masked text is nothing but one quotation."""
    return _MASKED.fullmatch(text.strip(_EDGES)) is not None


def clean(text: str) -> str:
    """Return `text` without control characters and with plain quotes and single spaces.

    Lines become the parts of one line, with semicolons between them.
    """
    kept = "".join(_kept(c) for c in _on_one_line(unicodedata.normalize("NFC", text)))
    kept = _SINGLE.sub("'", _DOUBLE.sub('"', kept))
    return " ".join(kept.split())


def _apart(text: str) -> str:
    """Put what is numbered "1. … 2. …", or follows dashes behind a colon, on lines of its own."""
    numbers = [int(found.group(1)) for found in _NUMBER.finditer(text)]
    if "\n" not in text and len(numbers) > 1 and numbers == list(range(1, len(numbers) + 1)):
        return _NUMBER.sub(r"\n\g<0>", text)
    return _DASHES.sub(r"\n\g<0>", text) if _DASHED.search(text) else text


def _on_one_line(text: str) -> str:
    lines = [line.strip() for line in _apart(text).splitlines() if line.strip()]
    bare = [_BULLET.sub("", line) for line in lines]
    listed = [line != without for line, without in zip(lines, bare, strict=True)]
    if len(lines) > 1 and any(listed):
        lines = bare
    heads = any(listed) and not listed[0]
    if len(lines) > 1 and (heads or lines[0].casefold() in LEXICON.words["adders"]):
        lines[0] = f"{_PLEASE.sub('', lines[0].rstrip(_ENDS))}:"
    return "".join(line + (" " if line[-1:] in _ENDS else "; ") for line in lines[:-1]) + "".join(
        lines[-1:]
    )


def _kept(character: str) -> str:
    if character.isspace():
        return " "
    unwanted = unicodedata.category(character) in _UNWANTED and character not in _JOINERS
    return "" if unwanted else character


def mask(text: str) -> Masked:
    """Hide the quoted parts of a clean text."""
    quotes: list[str] = []

    def hide(found: re.Match[str]) -> str:
        quotes.append(found.group(1) or found.group(2))
        return f"{_MARK}{len(quotes) - 1}{_MARK}"

    return Masked(_QUOTED.sub(hide, text), tuple(quotes))


@lru_cache(REMEMBERED)
def plain(clause: str) -> str:
    """Return a clause without courtesy and closing punctuation, in the spelling of the patterns."""
    text = _LAST_DAY.sub(_in_words, clause).strip(_EDGES + "()")
    text += ")" * (text.count("(") - text.count(")"))
    for wrong, right in LEXICON.spelling:
        text = wrong.sub(right, text)
    return _without_courtesy(text)


def _in_words(day: re.Match[str]) -> str:
    return f"{day[1]} {_MONTHS.split()[int(day[2]) - 1]}"


def _without_courtesy(text: str) -> str:
    while True:
        shorter = text
        shorter = _straightened(shorter)
        opening = LEXICON.front.match(shorter)
        if opening and opening.end():
            shorter = shorter[opening.end() :].strip(_EDGES)
        closing = LEXICON.back.search(shorter, max(0, len(shorter) - _LONGEST_CLOSING))
        if closing and closing.start():
            shorter = shorter[: closing.start()].strip(_EDGES)
        if shorter == text:
            return text
        text = shorter


def _straightened(text: str) -> str:
    """Turn "would you mind adding milk" into "add milk"."""
    bent = LEXICON.bent.match(text)
    if not bent:
        return text
    verb, space, rest = text[bent.end() :].strip(_EDGES).partition(" ")
    return LEXICON.forms.get(verb.casefold(), verb) + space + rest


def mended(clause: str) -> str:
    """Return the clause with typing errors in command words corrected."""
    return " ".join(_mended_word(word) for word in clause.split(" "))


def _mended_word(word: str) -> str:
    low = word.casefold()
    known = LEXICON.words["mendable"]
    if len(low) < 3 or not low.isalpha() or low in known or low in LEXICON.words["not_typos"]:
        return word
    right = min(known, key=lambda each: (OSA.distance(low, each), each))
    near = OSA.distance(low, right) <= (1 if len(right) < 7 else 2)
    short = len(right) <= _SHORT and len(low) == len(right) and sorted(low) != sorted(right)
    return right if near and not short and _same_start(low, right) else word


def _same_start(word: str, right: str) -> bool:
    """Whether the first letter is right, or changed places with the second."""
    return word[0] == right[0] or word[:2] == right[1::-1]
