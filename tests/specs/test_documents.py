"""README, pages, quickstart, decisions and the rest: their links and commands exist."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from chat_api.cli.main import app
from tests.specs.documents import (
    PAGES,
    ROOT,
    SPECS,
    anchors,
    code,
    commands,
    documents,
    links,
    read,
    rows,
    section,
)
from tests.specs.test_configuration import all_variables
from tests.specs.write import api_document

DECISIONS = sorted((SPECS / "decisions").glob("*.md"))
LONGEST_DECISION = 60
LONGEST_README = 150
WITH_COMMANDS = [ROOT / "README.md", SPECS / "quickstart.md", *PAGES]
# Programs of others, whose arguments are not compared with anything.
PROGRAMS = {"curl", "docker", "kubectl", "pip", "podman", "systemctl"}

_TARGET = re.compile(r"^([a-z][a-z-]*):", re.MULTILINE)
_VARIABLE = re.compile(r"([A-Z_]+)=.*")
_FILE = re.compile(
    r"(?:auth|chat_api|db|deploy|docs|frontend_chatkit|mcp_server|specs|tests)/[\w/.-]+\.\w+"
)
_ELSEWHERE = ("http://", "https://", "mailto:")


def _relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _local_links(path: Path) -> list[tuple[str, str]]:
    """Return the links of a document into the project, each as its path and its fragment."""
    found = links(path.read_text("utf-8"))
    return [(link, part) for link, part in found if not link.startswith(_ELSEWHERE)]


def _targets() -> set[str]:
    return set(_TARGET.findall(read("Makefile")))


def _options() -> dict[str, set[str]]:
    """The options of each `todochat` command, those of groups by both words."""
    return dict(_of_group(typer.main.get_command(app)))


def _of_group(group: Any, before: str = "") -> Iterator[tuple[str, set[str]]]:
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from _of_group(command, f"{before}{name} ")
        else:
            options = {option for parameter in command.params for option in parameter.opts}
            yield f"{before}{name}", options


def _problem(words: list[str]) -> str | None:
    """Return what is wrong with a command in a document."""
    while assigned := _VARIABLE.fullmatch(words[0]):
        if assigned[1] not in all_variables():
            return f"{assigned[1]} is no variable"
        words = words[1:]
    match [Path(words[0]).name, *words[1:]]:
        case ["make", *targets]:
            wrong = [f"make {name}" for name in targets if name not in _targets()]
        case ["todochat", *arguments] | ["uvx", "--from", ".", "todochat", *arguments]:
            wrong = _wrong_arguments(arguments)
        case [program, *_] if program in PROGRAMS:
            wrong = []
        case _:
            wrong = [" ".join(words)]
    return ", ".join(wrong) or None


def _wrong_arguments(arguments: list[str]) -> list[str]:
    """Return the options of a `todochat` command that it does not have, or the whole command."""
    for command, options in _options().items():
        if arguments[: command.count(" ") + 1] == command.split():
            return [word for word in arguments if word.startswith("--") and word not in options]
    return [" ".join(arguments)]


@pytest.mark.parametrize("path", documents(), ids=_relative)
def test_relative_links_point_to_files(path: Path) -> None:
    assert [link for link, _ in _local_links(path) if not (path.parent / link).exists()] == []


@pytest.mark.parametrize("path", documents(), ids=_relative)
def test_links_to_a_part_of_a_document_point_to_a_heading(path: Path) -> None:
    to_parts = [(path.parent / link, part) for link, part in _local_links(path) if part]
    assert [
        f"{target.name}#{part}"
        for target, part in to_parts
        if part not in anchors((path if target.is_dir() else target).read_text("utf-8"))
    ] == []


@pytest.mark.parametrize("path", documents(), ids=_relative)
def test_the_files_that_a_document_names_exist(path: Path) -> None:
    named = [name for name in code(path.read_text("utf-8")) if _FILE.fullmatch(name)]
    assert [name for name in named if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("path", WITH_COMMANDS, ids=_relative)
def test_commands_exist(path: Path) -> None:
    shown = commands(path.read_text("utf-8"))
    assert [problem for words in shown if (problem := _problem(words))] == []


def test_the_readme_starts_with_the_two_commands() -> None:
    shown = [" ".join(words) for words in commands(read("README.md"))]
    assert shown[:2] == ["make run", "make test"]


def test_the_readme_is_short_and_has_four_pictures() -> None:
    text = read("README.md")
    assert len(text.splitlines()) <= LONGEST_README
    assert text.count("![") == 4


def test_every_page_is_reached_from_the_readme() -> None:
    reached: set[Path] = set()
    found = [ROOT / "README.md"]
    while found:
        path = found.pop()
        reached.add(path)
        linked = {(path.parent / link).resolve() for link, _ in _local_links(path) if link}
        found += [page for page in linked - reached if page.suffix == ".md"]
    assert sorted(set(PAGES) - reached) == []


def test_the_pages_list_every_route() -> None:
    documented = api_document()["paths"]
    listed = {
        (method, path)
        for row in rows(section(read("docs/api.md"), "REST routes"))
        for route in code(row["route"])
        for methods, _, path in [route.partition(" ")]
        for method in methods.lower().split("/")
    }
    assert listed == {
        (method, path.removeprefix("/api/{user_id}"))
        for path, methods in documented.items()
        for method in methods
    }


@pytest.mark.parametrize("path", DECISIONS, ids=lambda path: path.stem)
def test_a_decision_is_one_page_of_context_choice_and_cost(path: Path) -> None:
    text = path.read_text("utf-8")
    assert re.findall(r"^## (.*)$", text, re.MULTILINE) == ["Context", "Choice", "What it costs"]
    assert len(text.splitlines()) <= LONGEST_DECISION


def test_decisions_are_numbered_without_gaps() -> None:
    assert [int(path.stem[:4]) for path in DECISIONS] == list(range(1, len(DECISIONS) + 1))
