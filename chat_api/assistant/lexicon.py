"""The words and sentence patterns of the built-in assistant, read from TOML and compiled once,
when they are first used: a process with another model needs none of them.

In `data/`, `words.toml` holds words and courtesy, `rules/` the sentence patterns, `slots.toml` the
patterns for what stands in their slots, `reasons.toml` those for a request behind its reason,
`followups.toml` those for what leans on something said before, `guess.toml` those for a sentence
whose intent is known, and `macros.toml` what these have in common.

A sentence pattern must fit a whole clause, upper or lower case, after courtesy ("could you please
…") and closing punctuation are gone and "to-do" is written "todo". {name} is replaced by a macro.
Rules are tried in the order of `_RULES` and of the file; a later one gets its turn when the slots
of an earlier one make no sense. Groups: title, ref (which task), value (the new title, date,
priority …), when, mark. Where a rule is `explicit`, `ref` must name a task plainly: by a number, a
pronoun, an ordinal, quotes, "the … task".
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from typing import Any

_RULES = (
    "talk",
    "attributes",
    "complete",
    "delete",
    "change",
    "begin",
    "list",
    "add",
    "broad",
    "rest",
)
REMEMBERED = 64
"""Texts whose readings are kept, so that the parts of one message are not read twice."""
_MACRO = re.compile(r"\{([a-z_]+)\}")


@dataclass(frozen=True)
class Rule:
    """Sentence patterns of one kind; `explicit` wants a plainly named task."""

    kind: str
    patterns: tuple[re.Pattern[str], ...]
    explicit: bool


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath(f"data/{name}.toml").read_text("utf-8"))


def _compile(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


def _expand(pattern: str | list[str], macros: Mapping[str, str]) -> str:
    text = pattern if isinstance(pattern, str) else f"(?:{'|'.join(pattern)})"
    return _MACRO.sub(lambda found: macros[found.group(1)], text)


def _rule(data: dict[str, Any], macros: Mapping[str, str]) -> Rule:
    patterns = tuple(_compile(_expand(pattern, macros)) for pattern in data["patterns"])
    return Rule(data["kind"], patterns, data.get("explicit", False))


def _by_form(table: Mapping[str, str]) -> dict[str, str]:
    """Turn verbs with their forms into forms with their verb."""
    return {form: verb for verb, forms in table.items() for form in forms.split()}


class _Patterns(dict[str, re.Pattern[str]]):
    """Patterns by name; each is compiled when it is first used."""

    def __missing__(self, name: str) -> re.Pattern[str]:
        self[name] = _compile(_expand(_SOURCES.patterns[name], _SOURCES.macros))
        return self[name]

    def load(self) -> None:
        """Compile all of them."""
        for name in _SOURCES.patterns:
            self[name]


class _Sources:
    """What stands in `data/`; read when it is first used."""

    @cached_property
    def words(self) -> dict[str, Any]:
        return _read("words")

    @cached_property
    def patterns(self) -> dict[str, str | list[str]]:
        return {
            name: text for data in self._with_patterns for name, text in data["patterns"].items()
        }

    @cached_property
    def macros(self) -> dict[str, str]:
        words = self.words
        macros = {
            "number_word": "|".join(words["numbers"]),
            "ordinal_word": "|".join(words["ordinals"]),
            "chore_word": "|".join(words["words"]["chores"].split()),
            "order": "|".join(words["words"]["orders"].split()),
            "past_word": "|".join(_by_form(words["did"])),
        }
        for data in (_read("macros"), *self._with_patterns):
            for name, text in data.get("macros", {}).items():
                macros[name] = _expand(text, macros)
        return macros

    @cached_property
    def _with_patterns(self) -> list[dict[str, Any]]:
        return [_read(name) for name in ("slots", "followups", "reasons", "guess")]


class Lexicon:
    """All data of the built-in assistant; each part is read and compiled when it is first used."""

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """The sentence patterns, in the order in which they are tried."""
        rules = (rule for name in _RULES for rule in _read(f"rules/{name}")["rules"])
        return tuple(_rule(rule, _SOURCES.macros) for rule in rules)

    @cached_property
    def words(self) -> Mapping[str, frozenset[str]]:
        """Sets of words by name."""
        words = _SOURCES.words["words"]
        return {name: frozenset(text.split()) for name, text in words.items()}

    @cached_property
    def numbers(self) -> Mapping[str, int]:
        """The numbers that are written as words."""
        return dict(_SOURCES.words["numbers"])

    @cached_property
    def ordinals(self) -> Mapping[str, int]:
        """Places in a list, from 1; the last is -1."""
        return dict(_SOURCES.words["ordinals"])

    @cached_property
    def forms(self) -> Mapping[str, str]:
        """Verbs by their irregular forms."""
        return _by_form(_SOURCES.words["forms"])

    @cached_property
    def did(self) -> Mapping[str, str]:
        """Verbs by their past forms."""
        return _by_form(_SOURCES.words["did"])

    @cached_property
    def front(self) -> re.Pattern[str]:
        """Courtesy before a sentence."""
        return self._courtesy("front")

    @cached_property
    def bent(self) -> re.Pattern[str]:
        """Courtesy before a sentence that bends its verb."""
        return self._courtesy("bent")

    @cached_property
    def back(self) -> re.Pattern[str]:
        """Courtesy behind a sentence."""
        return self._courtesy("back", "$")

    @cached_property
    def spelling(self) -> tuple[tuple[re.Pattern[str], str], ...]:
        """Typing errors, and what takes their place."""
        pairs = _SOURCES.words["courtesy"]["spelling"]
        return tuple((_compile(wrong), right) for wrong, right in pairs)

    def _courtesy(self, name: str, end: str = "") -> re.Pattern[str]:
        return _compile(_expand(_SOURCES.words["courtesy"][name], _SOURCES.macros) + end)


def load() -> None:
    """Read and compile everything now rather than at the first use."""
    PATTERNS.load()
    for name, part in vars(Lexicon).items():
        if isinstance(part, cached_property):
            getattr(LEXICON, name)


_SOURCES = _Sources()
LEXICON = Lexicon()
PATTERNS = _Patterns()
