"""The words and sentence patterns of the built-in assistant, read from TOML and compiled once.

`words.toml` holds words and courtesy, `rules.toml` the sentence patterns, `slots.toml` the patterns
for what stands in their slots.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

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
    front: re.Pattern[str]
    back: re.Pattern[str]
    spelling: tuple[tuple[re.Pattern[str], str], ...]


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath(name).read_text("utf-8"))


def _compile(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


def _expand(pattern: str | list[str], macros: Mapping[str, str]) -> str:
    text = pattern if isinstance(pattern, str) else f"(?:{'|'.join(pattern)})"
    return _MACRO.sub(lambda found: macros[found.group(1)], text)


def _rule(data: dict[str, Any], macros: Mapping[str, str]) -> Rule:
    patterns = tuple(_compile(_expand(pattern, macros)) for pattern in data["patterns"])
    return Rule(data["kind"], patterns, data.get("explicit", False))


def _load() -> Lexicon:
    words, rules, slots = _read("words.toml"), _read("rules.toml"), _read("slots.toml")
    macros = {
        "number_word": "|".join(words["numbers"]),
        "ordinal_word": "|".join(words["ordinals"]),
    }
    for name, text in [*rules["macros"].items(), *slots["macros"].items()]:
        macros[name] = _expand(text, macros)
    courtesy = words["courtesy"]
    return Lexicon(
        rules=tuple(_rule(rule, macros) for rule in rules["rules"]),
        patterns={name: _compile(_expand(p, macros)) for name, p in slots["patterns"].items()},
        words={name: frozenset(text.split()) for name, text in words["words"].items()},
        numbers=words["numbers"],
        ordinals=words["ordinals"],
        front=_compile(_expand(courtesy["front"], macros)),
        back=_compile(_expand(courtesy["back"], macros) + "$"),
        spelling=tuple((_compile(wrong), right) for wrong, right in courtesy["spelling"]),
    )


LEXICON = _load()
PATTERNS = LEXICON.patterns
