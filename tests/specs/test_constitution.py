"""specs/constitution.md: its layout matches the packages, and every file follows its rules."""

import ast
import itertools
import re
import statistics

import pytest

from tests.specs.documents import ROOT, code, read, rows, section
from tests.specs.sources import Module, calls, modules, packages, project

DOCUMENT = read("specs/constitution.md")
LONGEST = 350
MEDIAN = range(60, 131)

_VAGUE = {"utils", "util", "helpers", "manager", "managers", "common", "misc"}
_LIBRARIES = {"agents", "mcp", "chatkit"}
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def _written() -> dict[str, set[str]]:
    """Return what each package may import according to the document."""
    return {
        code(row["package"])[0]: set(code(row["may import"]))
        for row in rows(section(DOCUMENT, "Layout"))
    }


def _enforced() -> dict[str, set[str]]:
    """Return what import-linter allows each package: the layers below its own."""
    # Further contracts are about the rooms inside a package.
    contract, *_ = project()["tool"]["importlinter"]["contracts"]
    layers = [{name.strip() for name in layer.split("|")} for layer in contract["layers"]]
    return {
        name: set(itertools.chain(*layers[place + 1 :]))
        for place, layer in enumerate(layers)
        for name in layer
    }


def _ours() -> list[Module]:
    return [module for module in modules() if not module.in_package("tests")]


def _where(module: Module, node: ast.AST) -> str:
    return f"{module.name}:{getattr(node, 'lineno', 1)}"


def _calling(names: set[str]) -> set[str]:
    """Return the files of ours that call one of the names."""
    return {module.name for module in _ours() for name, _ in calls(module.tree) if name in names}


def test_the_layout_has_every_package() -> None:
    assert set(_written()) == packages()


def test_the_layout_names_every_room() -> None:
    held = {code(row["package"])[0]: row["holds"] for row in rows(section(DOCUMENT, "Layout"))}
    for package in ("chat_api", "mcp_server"):
        rooms = {path.parent.name for path in (ROOT / package).glob("*/__init__.py")}
        assert set(code(held[package])) == rooms


def test_the_import_rules_equal_import_linters() -> None:
    assert _written() == _enforced()


def test_every_check_covers_every_package() -> None:
    tools = project()["tool"]
    assert set(tools["importlinter"]["root_packages"]) == packages()
    assert set(tools["hatch"]["build"]["targets"]["wheel"]["packages"]) == packages()
    assert set(tools["mypy"]["packages"]) == packages() | {"tests"}
    assert set(tools["vulture"]["paths"]) == packages()


def test_no_file_is_long() -> None:
    assert [m.name for m in modules() if len(m.text.splitlines()) > LONGEST] == []


def test_the_median_module_is_neither_short_nor_long() -> None:
    lengths = [
        len(module.text.splitlines())
        for module in _ours()
        if module.tree.body and not module.name.startswith("chat_api/assistant/")
    ]
    assert int(statistics.median(lengths)) in MEDIAN


def test_rows_are_selected_by_the_data_layer_alone() -> None:
    assert {name.split("/")[0] for name in _calling({"select"})} == {"db"}


def test_nothing_but_the_transaction_helper_and_the_migration_begins_or_commits() -> None:
    assert _calling({"begin", "commit"}) == {"db/engine.py", "db/migrate.py"}


def test_nothing_is_imported_inside_a_function() -> None:
    inside = [
        _where(module, node)
        for module in modules()
        for function in ast.walk(module.tree)
        if isinstance(function, _FUNCTIONS)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert inside == []


def test_nothing_is_read_from_the_environment_at_import() -> None:
    reading = [
        _where(module, node)
        for module in _ours()
        for statement in module.tree.body
        if not isinstance(statement, (*_FUNCTIONS, ast.ClassDef, ast.If))
        for node in ast.walk(statement)
        if isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv"}
    ]
    assert reading == []


def test_no_setting_is_built_at_import() -> None:
    building = [
        _where(module, node)
        for module in _ours()
        for statement in module.tree.body
        if isinstance(statement, ast.Assign | ast.AnnAssign)
        for name, node in calls(statement)
        if name.endswith("Settings")
    ]
    assert building == []


def test_a_module_is_named_for_its_role() -> None:
    parts = {part for m in modules() for part in m.name.removesuffix(".py").split("/")}
    assert parts & _VAGUE == set()
    assert packages() & _LIBRARIES == set()


def test_no_test_replaces_a_part_by_a_mock() -> None:
    imported = {
        _where(module, node)
        for module in modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Import | ast.ImportFrom) and "mock" in ast.unparse(node)
    }
    assert imported == set()


@pytest.mark.parametrize("path", re.findall(r"`(tests/[\w/.]+)`", DOCUMENT))
def test_the_tests_that_hold_the_rules_exist(path: str) -> None:
    assert (ROOT / path).exists()


def test_it_fits_a_page_or_two() -> None:
    assert len(DOCUMENT.splitlines()) <= 80
