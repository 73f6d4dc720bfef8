"""The project's Python files as syntax trees."""

import ast
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from tests.specs.documents import ROOT


@dataclass(frozen=True)
class Module:
    """One Python file; `name` is its path from the root of the project."""

    name: str
    text: str
    tree: ast.Module

    def in_package(self, *packages: str) -> bool:
        """Whether the file belongs to one of the packages."""
        return self.name.split("/")[0] in packages


@cache
def project() -> dict[str, Any]:
    """The project file."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def packages() -> set[str]:
    """Return the packages at the top level of the project, without the tests."""
    return {found.parent.name for found in ROOT.glob("*/__init__.py")} - {"tests"}


@cache
def modules() -> list[Module]:
    """Every Python file of the project, tests included."""
    return [
        _module(path)
        for package in sorted(packages() | {"tests"})
        for path in sorted((ROOT / package).rglob("*.py"))
    ]


def calls(tree: ast.AST) -> list[tuple[str, ast.Call]]:
    """Return every call, by the last part of the called name."""
    named = [(_last_name(node.func), node) for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return [(name, node) for name, node in named if name is not None]


def _module(path: Path) -> Module:
    text = path.read_text("utf-8")
    return Module(path.relative_to(ROOT).as_posix(), text, ast.parse(text))


def _last_name(called: ast.expr) -> str | None:
    match called:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return None
