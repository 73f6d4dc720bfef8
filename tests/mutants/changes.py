"""What mutmut changes: which line of ours, and into what."""

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from mutmut.mutation.data import LineSpan, MutantLineSpans
from mutmut.utils.format_utils import (
    mangled_name_from_mutant_name,
    orig_function_and_class_names_from_key,
)

_GENERATED = re.compile(r"\bx(?:_|ǁ\w+ǁ)(\w+?)__mutmut_(?:orig|\d+)")
# What has two words is a sentence for people, and may be written in another way.
_SENTENCE = re.compile(r"f?\"[^\"]*\w,? \w[^\"]*\"")
_MARKED = re.compile(r"XX[^\"]*\w,? \w[^\"]*XX")


@dataclass(frozen=True)
class Change:
    """A mutant: `line` is that of the file, `before` and `after` the line's text."""

    name: str
    path: str
    line: int
    before: str
    after: str


def changes(mutants: Iterable[tuple[str, str]]) -> Iterator[Change]:
    """Yield the changes that can make a difference: case alone makes none in SQL."""
    for path, name in mutants:
        change = _change(path, name)
        same = change.before.lower() == change.after.lower()
        if not same and not _changes_a_sentence(change):
            yield change


def _changes_a_sentence(change: Change) -> bool:
    return bool(_MARKED.search(change.after)) or (
        _SENTENCE.sub("None", change.before) == change.after
    )


def _change(path: str, name: str) -> Change:
    generated = name.rpartition(".")[2]
    original = _function(path, f"{mangled_name_from_mutant_name(generated)}__mutmut_orig")
    mutated = _function(path, generated)
    place = next(
        (n for n, (one, two) in enumerate(zip(original, mutated, strict=False)) if one != two),
        min(len(original), len(mutated)) - 1,
    )
    begin = _lines_of_functions(path)[orig_function_and_class_names_from_key(name)]
    line = begin + place - _first(original)
    return Change(name, path, line, original[place].strip(), mutated[place].strip())


def _first(function: list[str]) -> int:
    """Return where a function begins: there may be empty lines before."""
    return next(n for n, line in enumerate(function) if re.match(r"\s*(async )?def ", line))


def changed_text(change: Change) -> str:
    """Return the text that the file has with the change."""
    generated = change.name.rpartition(".")[2]
    original = _function(change.path, f"{mangled_name_from_mutant_name(generated)}__mutmut_orig")
    begin = _lines_of_functions(change.path)[orig_function_and_class_names_from_key(change.name)]
    lines = Path(change.path).read_text("utf-8").split("\n")
    first = _first(original)
    length = len(original) - first
    lines[begin - 1 : begin - 1 + length] = _function(change.path, generated)[first:]
    return "\n".join(lines)


def _function(path: str, name: str) -> list[str]:
    """Return the lines of a generated function, which has its old name again."""
    spans, lines = _generated(path)
    span = spans[name]
    return [_GENERATED.sub(r"\1", line) for line in lines[span.start - 1 : span.end]]


@cache
def _generated(path: str) -> tuple[dict[str, LineSpan], list[str]]:
    index = MutantLineSpans.load(path)
    assert index is not None
    return dict(index.span_by_function_name), index.mutants_path.read_text("utf-8").split("\n")


@cache
def _lines_of_functions(path: str) -> dict[tuple[str, str | None], int]:
    """Return where each function starts, by its name and that of its class."""
    module = ast.parse(Path(path).read_text("utf-8"))
    bodies: list[tuple[str | None, list[ast.stmt]]] = [(None, module.body)]
    bodies += [(each.name, each.body) for each in module.body if isinstance(each, ast.ClassDef)]
    return {
        (each.name, owner): each.lineno
        for owner, body in bodies
        for each in body
        if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)
    }
