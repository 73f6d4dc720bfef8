"""specs/threat-model.md: every threat is held by tests that exist."""

import ast
from functools import cache

import pytest

from tests.specs.documents import ROOT, Row, code, read, rows, sections
from tests.specs.sources import modules

DOCUMENT = read("specs/threat-model.md")
PROTECTED = ["Accounts", "Tokens", "Turns", "The database", "The model", "The web app"]
PROTECTED += ["Logs and output", "Operations"]

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def _threats() -> list[Row]:
    return rows(DOCUMENT)


@cache
def _tests() -> set[str]:
    """Return every test, by its file and name."""
    return {
        f"{module.name}::{node.name}"
        for module in modules()
        if module.in_package("tests")
        for node in module.tree.body
        if isinstance(node, _FUNCTIONS) and node.name.startswith("test_")
    }


def test_the_threats_are_grouped_by_what_is_protected() -> None:
    grouped = [part.title for part in sections(DOCUMENT) if rows(part.text) and part.level > 1]
    assert grouped == PROTECTED


@pytest.mark.parametrize("threat", _threats(), ids=lambda row: row["threat"])
def test_the_tests_that_hold_a_threat_exist(threat: Row) -> None:
    named = code(threat["held by"])
    assert named
    assert [name for name in named if not _exists(name)] == []


def _exists(name: str) -> bool:
    """Tests of the web app's parts have sentences for names: their file is enough."""
    if "::" in name:
        return name in _tests()
    return ".test." in name and (ROOT / name).is_file()


def test_no_threat_is_listed_twice() -> None:
    listed = [row["threat"] for row in _threats()]
    assert sorted(set(listed)) == sorted(listed)
