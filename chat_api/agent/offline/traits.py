"""What `list_tasks` can't filter by: what tasks lack, and one of several values."""

import re
from collections.abc import Callable, Iterator

from chat_api.agent.offline.commands import Trait
from chat_api.agent.offline.conversation import Task
from chat_api.agent.offline.lexicon import PATTERNS

_JOINT = re.compile(r"\W*\b(?:and|or|nor)\b\W*|\s*,\s*")
_DATED = re.compile(r"date|day|deadline|scheduled")
_LEVEL = re.compile(r"\b(?:high|medium|low)")


def traits_in(text: str) -> tuple[tuple[Trait, ...], str]:
    """Return what `text` wants tasks to have or to lack, and the text without those words."""
    found: list[Trait] = []
    for name, read in _READERS.items():
        for match in PATTERNS[name].finditer(text):
            found.extend(read(match))
        text = " ".join(PATTERNS[name].sub(" ", text).split()) if found else text
    return tuple(found), text


def fits(task: Task, traits: tuple[Trait, ...]) -> bool:
    """Whether a task has, and lacks, all that is wanted."""
    return all(_has(task, trait) != trait.lacking for trait in traits)


def _has(task: Task, trait: Trait) -> bool:
    values = {"due_on": (task.due_on,), "priority": (task.priority,), "tags": task.tags}
    present = {value for value in values[trait.field] if value not in {None, "none"}}
    return bool(present.intersection(trait.values) if trait.values else present)


def _nothing(found: re.Match[str]) -> Iterator[Trait]:
    words = found.group().casefold()
    if "priorit" in words:
        yield Trait("priority", lacking=True)
    if "tag" in words or "label" in words:
        yield Trait("tags", lacking=True)
    if _DATED.search(words):
        yield Trait("due_on", lacking=True)


def _tags(found: re.Match[str], *, lacking: bool) -> Trait:
    names = _JOINT.split(found["names"])
    return Trait("tags", tuple(name.lstrip("#") for name in names if name), lacking=lacking)


def _levels(found: re.Match[str], *, lacking: bool) -> Trait:
    levels = _LEVEL.findall(found.group().casefold())
    return Trait("priority", tuple(levels) or ("high",), lacking=lacking)


_READERS: dict[str, Callable[[re.Match[str]], Iterator[Trait]]] = {
    "lacks_all": _nothing,
    "lacks_tag": lambda found: iter((_tags(found, lacking=True),)),
    "lacks_level": lambda found: iter((_levels(found, lacking=True),)),
    "one_of_tags": lambda found: iter((_tags(found, lacking=False),)),
    "one_of_levels": lambda found: iter((_levels(found, lacking=False),)),
}
