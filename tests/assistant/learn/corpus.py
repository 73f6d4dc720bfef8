"""The corpora of the built-in assistant: sentences, and templates that make more of them.

A line of `corpus/*/*.txt` is `intent: text`, where `[words](role)` marks what the words are: title,
reference, new, description or list. `intent?: text` leaves the roles unknown. Several commands of
one message are parted by ` | `. `{name}` stands for each line of the list of that name in
`lists.txt`; such a line is expanded several times, deterministically.
"""

import hashlib
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

CORPUS = Path(__file__).parents[1] / "corpus"
_EACH = 12
_LITERAL = 4
"""A short line of talk, which has few words, counts as often."""
_SPAN = re.compile(r"\[([^\[\]]+)\]\((title|reference|new|description|list)\)")
_FILL = re.compile(r"\{([\w-]+)\}")
_PART = re.compile(r" \| (?=[a-z]+\??: )")
_NAME = re.compile(r"\{[\w-]+\}")
_QUOTES = ('"', "'", "“", "”", "‘", "’")
_HEAD = re.compile(r"([a-z]+)(\??): *(.*)", re.DOTALL)


@dataclass(frozen=True)
class Clause:
    """A command of an example: where it stands, its intent, and its roles if they are known."""

    start: int
    end: int
    intent: str
    spans: tuple[tuple[int, int, str], ...] | None


@dataclass(frozen=True)
class Example:
    """A message with what it means."""

    source: str
    text: str
    clauses: tuple[Clause, ...]


def checksum() -> str:
    """Return what tells these corpora from others."""
    parts = [path.read_bytes() for path in _files()] + [(CORPUS / "lists.txt").read_bytes()]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:16]


def examples() -> Iterator[Example]:
    """Yield all sentences, and what the templates make."""
    for path in _files():
        for line in path.read_text("utf-8").splitlines():
            if line.strip() and not line.startswith("# "):
                yield from _expand(path.stem, line)


def _files() -> list[Path]:
    return sorted(CORPUS.glob("*/*.txt"))


def _expand(source: str, line: str) -> Iterator[Example]:
    if not _FILL.search(line):
        often = _LITERAL if source in {"talk", "followup", "foreign"} else 1
        yield from [parse(source, line.replace("\\n", "\n"))] * often
        return
    chance = random.Random(line)
    made = dict.fromkeys(_fill(line, chance) for _ in range(_EACH))
    yield from (parse(source, each) for each in made)


def _fill(line: str, chance: random.Random) -> str:
    while _FILL.search(line):
        line = _FILL.sub(lambda match: chance.choice(lists()[match[1]]), line)
    return line.replace("\\n", "\n")


@cache
def lists() -> Mapping[str, Sequence[str]]:
    """The lists of `lists.txt`: a name in brackets, then entries parted by commas or lines."""
    found: dict[str, list[str]] = {}
    name = ""
    for line in (CORPUS / "lists.txt").read_text("utf-8").splitlines():
        if _NAME.fullmatch(line):
            name = line.strip("{}")
            found[name] = []
        elif line.strip() and not line.startswith("# "):
            found[name] += [each.strip() for each in f"{line} ".split("; ")]
    return found


def parse(source: str, line: str) -> Example:
    """Read a line of a corpus; ValueError if it has no intent."""
    text, clauses = "", []
    for part in _PART.split(line):
        head = _HEAD.fullmatch(part)
        if not head:
            raise ValueError(f"{source}: {line}")
        intent, unknown, marked = head.groups()
        text += " " if text and not text.endswith("\n") else ""
        start, spans, place = len(text), [], 0
        for match in _SPAN.finditer(marked):
            text += marked[place : match.start()]
            quoted = text[-1:] in _QUOTES and marked[match.end() : match.end() + 1] in _QUOTES
            spans.append((len(text) - quoted, len(text) + len(match[1]) + quoted, match[2]))
            text += match[1]
            place = match.end()
        text += marked[place:]
        clauses.append(Clause(start, len(text), intent, None if unknown else tuple(spans)))
    return Example(source, text, tuple(clauses))
