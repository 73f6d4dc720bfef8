"""specs/architecture.md: its rooms are those on disk, and requests pass through its journeys."""

import ast
import itertools
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from graphlib import TopologicalSorter
from pathlib import PurePosixPath
from types import FrameType
from typing import Any

import httpx2
import pytest

from tests.specs.documents import ROOT, code, read, rows, section
from tests.specs.sources import Module, modules, packages, project
from tests.stack import Stack

DOCUMENT = read("specs/architecture.md")
MODULES_AT_THE_ROOT_OF_THE_API = 12

_STEP = re.compile(r"^\d+\. `([^`]+)`: ", re.MULTILINE)
_LIMITS = {"A message without tools": 8, "One tool call": 20, "A task over REST": 4}
_REQUESTS: dict[str, tuple[str, dict[str, str]]] = {
    "A message without tools": ("/chat", {"message": "hello"}),
    "One tool call": ("/chat", {"message": "add milk"}),
    "A task over REST": ("/tasks", {"title": "Buy milk"}),
}


def _rooms() -> dict[str, set[str]]:
    """Each room of the document, with the rooms beside it that it may import."""
    return {
        code(row["room"])[0]: set(code(row["may import"]))
        for row in rows(section(DOCUMENT, "The rooms"))
    }


def _room_of(module: Module) -> str:
    """The package of a module, or the room inside it."""
    package, *below = PurePosixPath(module.name).parts[:-1]
    return "/".join([package, *below[:1]])


def _imported_rooms(module: Module) -> set[str]:
    """The names of the rooms beside its own that a module imports."""
    package, _, room = _room_of(module).partition("/")
    imports = [node for node in ast.walk(module.tree) if isinstance(node, ast.ImportFrom)]
    paths = [(node.module or "").split(".") for node in imports]
    return {
        parts[1]
        for parts in paths
        if parts[0] == package and len(parts) > 1 and f"{package}/{parts[1]}" in _rooms()
    } - {room}


def _above(contract: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the pairs of names in a layers contract whose second must not import the first."""
    layers = [re.findall(r"\w+", layer) for layer in contract["layers"]]
    for place, names in enumerate(layers):
        below = itertools.chain(*layers[place + 1 :])
        beside = names if "|" in contract["layers"][place] else []
        yield from itertools.product(names, {*below, *beside})


def _journey(title: str) -> list[str]:
    return _STEP.findall(section(DOCUMENT, title))


@contextmanager
def _files_that_run() -> Iterator[set[str]]:
    """Collect the paths of the files of ours in which a function is called."""
    seen: set[str] = set()

    def note(frame: FrameType, event: str, _: Any) -> None:
        if event == "call":
            seen.add(frame.f_code.co_filename)

    sys.setprofile(note)
    try:
        yield seen
    finally:
        sys.setprofile(None)


def test_the_rooms_are_those_on_disk() -> None:
    ours = [module for module in modules() if not module.in_package("tests")]
    assert set(_rooms()) == {_room_of(module) for module in ours} | packages()


def test_the_picture_shows_every_room() -> None:
    _, picture, *_ = DOCUMENT.split("```")
    names = {room.split("/")[-1] for room in _rooms()}
    assert {name for name in names if name not in picture} == set()


def test_a_room_imports_no_other_rooms_than_those_listed() -> None:
    beyond = {
        f"{module.name}: {room}"
        for module in modules()
        if "/" in _room_of(module) and not module.in_package("tests")
        for room in _imported_rooms(module) - _rooms()[_room_of(module)]
    }
    assert beyond == set()


def test_the_rooms_import_each_other_in_one_direction() -> None:
    graph = {
        room: {f"{room.partition('/')[0]}/{name}" for name in below}
        for room, below in _rooms().items()
    }
    assert set(TopologicalSorter(graph).static_order()) == set(graph)


def test_the_rooms_may_import_nothing_that_import_linter_forbids() -> None:
    forbidden = {
        f"{package}/{lower} imports {upper}"
        for contract in project()["tool"]["importlinter"]["contracts"]
        for package in contract.get("containers", [])
        for upper, lower in _above(contract)
        if upper in _rooms().get(f"{package}/{lower}", ())
    }
    assert forbidden == set()


def test_the_root_of_the_api_is_small() -> None:
    root = [path.name for path in (ROOT / "chat_api").glob("*.py") if path.name[0] != "_"]
    assert len(root) <= MODULES_AT_THE_ROOT_OF_THE_API


@pytest.mark.parametrize(("title", "limit"), _LIMITS.items())
def test_a_journey_is_short_and_names_each_file_once(title: str, limit: int) -> None:
    files = _journey(title)
    assert 0 < len(files) <= limit
    assert len(set(files)) == len(files)
    assert [name for name in files if not (ROOT / name).is_file()] == []


@pytest.mark.parametrize("title", _LIMITS)
async def test_a_request_passes_through_the_files_of_its_journey(
    title: str, stack: Stack, user: str
) -> None:
    path, body = _REQUESTS[title]
    url = f"/api/{user}{path}"
    with _files_that_run() as seen:
        answer: httpx2.Response = await stack.client.post(
            url, json=body, headers=stack.as_user(user)
        )
    assert answer.is_success
    assert {name for name in _journey(title) if str(ROOT / name) not in seen} == set()
