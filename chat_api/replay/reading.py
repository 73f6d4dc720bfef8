"""Reading scripts from files; mistakes are reported by file and line."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from chat_api.replay.script import Script

_TIMESTAMP = "tag:yaml.org,2002:timestamp"
_BOOL = "tag:yaml.org,2002:bool"
_BOOLEANS = frozenset("tTfF")


class ScriptRefused(Exception):
    """Scripts can't be replayed; each line of `str(error)` is FILE:LINE: reason."""


class _Loader(yaml.SafeLoader):
    """Reads dates as text, and only true and false of the booleans of YAML 1.1."""


_Loader.yaml_implicit_resolvers = {
    first: [
        (tag, pattern)
        for tag, pattern in resolvers
        if tag != _TIMESTAMP and (tag != _BOOL or first in _BOOLEANS)
    ]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def read_scripts(paths: Sequence[Path]) -> dict[str, Script]:
    """Return the scripts by file name; a folder stands for the scripts in it.

    Raises:
        ScriptRefused: A file can't be read or used; all mistakes of all files are listed.
    """
    scripts: dict[str, Script] = {}
    problems: list[str] = []
    for path in _files(paths):
        try:
            scripts[path.stem] = _read(path)
        except ScriptRefused as error:
            problems.append(str(error))
    if problems:
        raise ScriptRefused("\n".join(problems))
    return scripts


def _files(paths: Sequence[Path]) -> Iterator[Path]:
    seen: dict[str, Path] = {}
    for given in paths:
        for path in sorted(given.glob("*.yaml")) if given.is_dir() else [given]:
            if seen.setdefault(path.stem, path) != path:
                raise ScriptRefused(f"{path}: {seen[path.stem]} has the same name")
            yield path
    if not seen:
        raise ScriptRefused(f"{', '.join(str(path) for path in paths)}: no script is there")


def _read(path: Path) -> Script:
    try:
        root = yaml.compose(path.read_text("utf-8"), _Loader)
        problems = list(_repeated_keys(root))
    except (OSError, UnicodeDecodeError) as error:
        raise ScriptRefused(f"{path}: it can't be read: {error}") from error
    except yaml.YAMLError as error:
        raise ScriptRefused(_line(path, *_syntax_problem(error))) from error
    if problems:
        raise ScriptRefused("\n".join(_line(path, *problem) for problem in problems))
    return _checked(path, root)


def _checked(path: Path, root: yaml.Node | None) -> Script:
    # The nodes are all that the text has: to parse it again would double the time.
    content = _Loader("").construct_document(root) if root else None
    try:
        return Script.model_validate(content)
    except ValidationError as error:
        lines = [_line(path, *_validation_problem(root, one)) for one in error.errors()]
        raise ScriptRefused("\n".join(lines)) from error


def _line(path: Path, line: int, reason: str) -> str:
    return f"{path}:{line}: {reason}"


def _syntax_problem(error: yaml.YAMLError) -> tuple[int, str]:
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark:
        return error.problem_mark.line + 1, error.problem or "it is no YAML"
    return 1, str(error).splitlines()[0]


def _validation_problem(root: yaml.Node | None, problem: Mapping[str, Any]) -> tuple[int, str]:
    """Return the line of an error that pydantic found, and the reason."""
    line, names = _locate(root, problem["loc"])
    return line, f"{'.'.join(names) or 'script'}: {problem['msg'].removeprefix('Value error, ')}"


def _locate(root: yaml.Node | None, steps: Sequence[int | str]) -> tuple[int, list[str]]:
    """Follow pydantic's path into the file, skipping the steps that only pydantic knows."""
    node, line = root, 1
    names: list[str] = []
    for place, step in enumerate(steps, 1):
        child = _child(node, step)
        if child:
            line, node = child
        if isinstance(step, str) and (child or place == len(steps)):
            names.append(step)
    return line, names


def _child(node: yaml.Node | None, step: int | str) -> tuple[int, yaml.Node] | None:
    match node:
        case yaml.MappingNode(value=pairs):
            for key, value in pairs:
                if key.value == str(step):
                    return key.start_mark.line + 1, value
        case yaml.SequenceNode(value=items) if isinstance(step, int) and step < len(items):
            return items[step].start_mark.line + 1, items[step]
    return None


def _repeated_keys(node: yaml.Node | None) -> Iterator[tuple[int, str]]:
    """Yield keys that a mapping has twice; YAML would silently use the last one."""
    match node:
        case yaml.MappingNode(value=pairs):
            seen: set[str] = set()
            for key, value in pairs:
                if key.value in seen:
                    yield key.start_mark.line + 1, f"{key.value}: is there twice"
                seen.add(str(key.value))
                yield from _repeated_keys(value)
        case yaml.SequenceNode(value=items):
            for item in items:
                yield from _repeated_keys(item)
