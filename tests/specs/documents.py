"""The project's documents as data: sections, tables, fenced commands and links."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
SPECS = ROOT / "specs"
PAGES = sorted((ROOT / "docs").rglob("*.md"))

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^(#+) (.*)$", re.MULTILINE)
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_NOT_IN_ANCHORS = re.compile(r"[^\w\- ]")
_CODE = re.compile(r"`([^`]*)`")

Row = dict[str, str]


@dataclass(frozen=True)
class Section:
    """A heading and the text below it, subsections included."""

    level: int
    title: str
    text: str


def read(path: str) -> str:
    """Return a document by its path from the root of the project."""
    return (ROOT / path).read_text("utf-8")


def documents() -> list[Path]:
    """Return the paths of all documents for people."""
    return [ROOT / "README.md", ROOT / "CHANGELOG.md", *PAGES, *sorted(SPECS.rglob("*.md"))]


def sections(text: str) -> Iterator[Section]:
    """Yield every section of a document, in order."""
    text = _FENCE.sub("", text)
    headings = list(_HEADING.finditer(text))
    for place, heading in enumerate(headings):
        level = len(heading[1])
        later = (other for other in headings[place + 1 :] if len(other[1]) <= level)
        end = next((other.start() for other in later), len(text))
        yield Section(level, heading[2], text[heading.end() : end])


def section(text: str, title: str) -> str:
    """Return the text below a heading."""
    return next(part.text for part in sections(text) if part.title == title)


def rows(text: str) -> list[Row]:
    """Return the rows of all tables in a text, each cell by the heading of its column."""
    found: list[Row] = []
    headings: list[str] = []
    for line in text.splitlines():
        if not line.startswith("|"):
            headings = []
        elif not headings:
            headings = _cells(line)
        elif set(line) - set("|-: "):
            found.append(dict(zip(headings, _cells(line), strict=True)))
    return found


def code(cell: str) -> list[str]:
    """Return the code spans of a cell."""
    return _CODE.findall(cell)


def links(text: str) -> list[tuple[str, str]]:
    """Return the targets of a document's links, each as what it points to and its fragment."""
    parted = (link.partition("#") for link in _LINK.findall(_FENCE.sub("", text)))
    return [(target, fragment) for target, _, fragment in parted]


def anchors(text: str) -> set[str]:
    """Return the fragments that a document's headings can be reached by."""
    titles = (part.title.lower() for part in sections(text))
    return {_NOT_IN_ANCHORS.sub("", title).replace(" ", "-") for title in titles}


def commands(text: str) -> list[list[str]]:
    """Return the commands of the shell blocks, each as its words, without output and comments."""
    lines = [
        line
        for kind, block in _FENCE.findall(text)
        if kind == "sh"
        for line in block.replace("\\\n", " ").splitlines()
    ]
    return [words for line in lines if (words := shlex.split(line, comments=True))]


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]
