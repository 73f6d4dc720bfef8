"""What `list_tasks` can't filter by: what tasks lack, and one of several values."""

import re
from collections.abc import Callable
from functools import lru_cache, partial

from chat_api.assistant.commands import Field, Trait
from chat_api.assistant.contract import TaskSnapshot
from chat_api.assistant.lexicon import PATTERNS, REMEMBERED

_JOINT = re.compile(r"\W*\b(?:and|or|nor)\b\W*|\s*,\s*")
_FIELDS: dict[Field, re.Pattern[str]] = {
    "priority": re.compile(r"priorit"),
    "tags": re.compile(r"tag|label"),
    "due_on": re.compile(r"date|day|deadline|scheduled"),
}
_LEVEL = re.compile(r"\b(?:high|medium|low)")


@lru_cache(REMEMBERED)
def traits_in(text: str) -> tuple[tuple[Trait, ...], str]:
    """Return what `text` wants tasks to have or to lack, and the text without those words."""
    found: list[Trait] = []
    for name, read in _READERS.items():
        matches = list(PATTERNS[name].finditer(text))
        if matches:
            found += [trait for match in matches for trait in read(match)]
            text = " ".join(PATTERNS[name].sub(" ", text).split())
    return tuple(found), text


def fits(task: TaskSnapshot, traits: tuple[Trait, ...]) -> bool:
    """Whether a task has, and lacks, all that is wanted."""
    return all(_has(task, trait) != trait.lacking for trait in traits)


def _has(task: TaskSnapshot, trait: Trait) -> bool:
    values = {"due_on": (task.due_on,), "priority": (task.priority,), "tags": task.tags}
    present = {value for value in values[trait.field] if value not in {None, "none"}}
    return bool(present.intersection(trait.values) if trait.values else present)


def _of_nothing(found: re.Match[str]) -> tuple[Trait, ...]:
    words = found.group().casefold()
    return tuple(
        Trait(field, lacking=True) for field, named in _FIELDS.items() if named.search(words)
    )


def _of_tags(found: re.Match[str], *, lacking: bool) -> tuple[Trait, ...]:
    names = _JOINT.split(found["names"].casefold())
    return (Trait("tags", tuple(name.lstrip("#") for name in names if name), lacking),)


def _of_levels(found: re.Match[str], *, lacking: bool) -> tuple[Trait, ...]:
    levels = _LEVEL.findall(found.group().casefold().replace("normal", "medium"))
    return (Trait("priority", tuple(levels) or ("high",), lacking),)


_READERS: dict[str, Callable[[re.Match[str]], tuple[Trait, ...]]] = {
    "lacks_all": _of_nothing,
    "lacks_tag": partial(_of_tags, lacking=True),
    "lacks_level": partial(_of_levels, lacking=True),
    "one_of_tags": partial(_of_tags, lacking=False),
    "one_of_levels": partial(_of_levels, lacking=False),
}
