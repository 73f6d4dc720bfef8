"""The words and sentence patterns of the built-in assistant, read from TOML and compiled once.

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


@dataclass(frozen=True)
class Lexicon:
    """All data of the built-in assistant."""

    rules: tuple[Rule, ...]
    patterns: Mapping[str, re.Pattern[str]]
    words: Mapping[str, frozenset[str]]
    numbers: Mapping[str, int]
    ordinals: Mapping[str, int]
    forms: Mapping[str, str]
    did: Mapping[str, str]
    front: re.Pattern[str]
    bent: re.Pattern[str]
    back: re.Pattern[str]
    spelling: tuple[tuple[re.Pattern[str], str], ...]


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


def _load() -> Lexicon:
    words, slots = _read("words"), _read("slots")
    more = [_read(name) for name in ("followups", "reasons", "guess")]
    rules = [rule for name in _RULES for rule in _read(f"rules/{name}")["rules"]]
    macros = {
        "number_word": "|".join(words["numbers"]),
        "ordinal_word": "|".join(words["ordinals"]),
        "chore_word": "|".join(words["words"]["chores"].split()),
        "order": "|".join(words["words"]["orders"].split()),
        "past_word": "|".join(_by_form(words["did"])),
    }
    for data in (_read("macros"), slots, *more):
        for name, text in data.get("macros", {}).items():
            macros[name] = _expand(text, macros)
    patterns = {name: text for data in (slots, *more) for name, text in data["patterns"].items()}
    courtesy = words["courtesy"]
    return Lexicon(
        rules=tuple(_rule(rule, macros) for rule in rules),
        patterns={name: _compile(_expand(p, macros)) for name, p in patterns.items()},
        words={name: frozenset(text.split()) for name, text in words["words"].items()},
        numbers=words["numbers"],
        ordinals=words["ordinals"],
        forms=_by_form(words["forms"]),
        did=_by_form(words["did"]),
        front=_compile(_expand(courtesy["front"], macros)),
        bent=_compile(_expand(courtesy["bent"], macros)),
        back=_compile(_expand(courtesy["back"], macros) + "$"),
        spelling=tuple((_compile(wrong), right) for wrong, right in courtesy["spelling"]),
    )


LEXICON = _load()
PATTERNS = LEXICON.patterns
