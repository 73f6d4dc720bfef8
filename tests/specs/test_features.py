"""specs/features: every requirement has a test, and every marker names a requirement.

A test of the web app that is not in Python names its requirement in its title, or in that of its
`describe`.
"""

import ast
import re
from collections import Counter
from collections.abc import Iterator

import pytest

from tests.specs.documents import SPECS
from tests.specs.sources import Module, calls, modules

FEATURES = sorted((SPECS / "features").glob("*.md"))

_REQUIREMENT = re.compile(r"^- \*\*(.+?)\*\* (.+)$", re.MULTILINE)
_ID = re.compile(r"FR-(TASK|AUTH|CHAT|MCP|RUN|REPLAY|WEB)-\d{3}")
_LONGEST = 400
_WEB_APP = SPECS.parent / "frontend_chatkit"
_BROWSER = SPECS.parent / "tests" / "web" / "browser"
_TITLE = re.compile(r"""\b(?:describe|test)\(\s*["'`]([^"'`]+)""")
_IN_TITLE = re.compile(r"FR-[A-Z]+-\d{3}")


def _required() -> list[str]:
    return [
        found[1] for path in FEATURES for found in _REQUIREMENT.finditer(path.read_text("utf-8"))
    ]


def _markers(module: Module) -> Iterator[ast.expr]:
    for name, call in calls(module.tree):
        if name == "requirement":
            yield from call.args


def _tests(module: Module) -> list[str]:
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    defined = [node.name for node in ast.walk(module.tree) if isinstance(node, functions)]
    return [name for name in defined if name.startswith("test_")]


def _in_titles() -> set[str]:
    """Return the requirements in the titles of the web app's own tests and the browser tests."""
    folders = [path for path in _WEB_APP.iterdir() if path.name not in {"node_modules", ".next"}]
    files = [path for folder in folders for path in folder.rglob("*.test.ts*")]
    files += _BROWSER.rglob("*.mjs")
    titles = [title for path in files for title in _TITLE.findall(path.read_text("utf-8"))]
    return {name for title in titles for name in _IN_TITLE.findall(title)}


def _tested() -> set[str]:
    return _in_titles() | {
        str(argument.value)
        for module in modules()
        if _tests(module)
        for argument in _markers(module)
        if isinstance(argument, ast.Constant)
    }


def test_every_requirement_has_a_test() -> None:
    assert sorted(set(_required()) - _tested()) == []


def test_every_marker_names_a_requirement() -> None:
    assert sorted(_tested() - set(_required())) == []


def test_markers_can_be_read_without_running_the_tests() -> None:
    unreadable = [
        f"{module.name}:{argument.lineno}"
        for module in modules()
        for argument in _markers(module)
        if not (isinstance(argument, ast.Constant) and isinstance(argument.value, str))
    ]
    assert unreadable == []


def test_each_id_is_unique_and_well_formed() -> None:
    counted = Counter(_required())
    assert [name for name, times in counted.items() if times > 1] == []
    assert [name for name in counted if not _ID.fullmatch(name)] == []


@pytest.mark.parametrize("name", [path.name for path in FEATURES])
def test_a_feature_lists_its_requirements_in_order_and_each_is_short(name: str) -> None:
    found = _REQUIREMENT.findall((SPECS / "features" / name).read_text("utf-8"))
    names = [requirement for requirement, _ in found]
    assert names
    assert names == sorted(names)
    assert [requirement for requirement, text in found if len(text) > _LONGEST] == []
