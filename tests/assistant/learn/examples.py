"""What the models of the built-in assistant learn from: `make learn`.

Prints the checksum of the corpora, and then a message a line: for each clause its intent, the
features of the intent, and where its roles are known the features and tags of its tokens; and
the features of all places where a clause might begin, with whether one does.
"""

import json
import random
import sys
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from chat_api.assistant.entities import find
from chat_api.assistant.entity import Entity
from chat_api.assistant.features import (
    Token,
    bare,
    boundary_features,
    intent_features,
    role_features,
    tokens,
)
from tests.assistant.learn.corpus import Clause, Example, checksum, examples

TODAY = date(2026, 11, 21)
_MISSED = 0.08
"""How many entities are left out: what is not found must not mislead."""
_JOINED = 3000
_JOINERS = (
    (", ", 4), (" and ", 6), (", and ", 4), (" and then ", 2), (", then ", 2), ("\n", 4), ("; ", 1),
    (". ", 5), (" and also ", 1), (", also ", 2), (" then ", 1), (" plus ", 1), (" but ", 1),
    ("! ", 1),
)  # fmt: skip
_COMMANDS = ("add", "list", "complete", "reopen", "update", "delete", "plan", "more", "instead")


def prepare(example: Example, chance: random.Random) -> dict[str, Any]:
    """Return what the models learn from a message."""
    spans = [span for clause in example.clauses for span in clause.spans or ()]
    found = tuple(
        entity
        for entity in find(example.text, TODAY)
        if chance.random() >= _MISSED and not any(_crosses(entity, span) for span in spans)
    )
    whole = tokens(example.text, found)
    names = ["", *(one.intent for one in example.clauses)]
    groups = [
        (bare([token for token in whole if _inside(token, one)], first=not before), one, before)
        for one, before in zip(example.clauses, names, strict=False)
    ]
    return {
        "source": example.source,
        "clauses": [_clause(*each) for each in groups if each[0]],
        "boundaries": list(_boundaries(whole, [group[0].start for group, *_ in groups if group])),
    }


def _crosses(entity: Entity, span: tuple[int, int, str]) -> bool:
    start, end, _ = span
    apart = entity.end <= start or entity.start >= end
    return not apart and not (start <= entity.start and entity.end <= end)


def _inside(token: Token, clause: Clause) -> bool:
    return clause.start <= token.start < clause.end


def _clause(group: Sequence[Token], clause: Clause, before: str) -> dict[str, Any]:
    made: dict[str, Any] = {
        "intent": clause.intent,
        "features": intent_features(group, before),
    }
    if clause.spans is not None and clause.intent in _COMMANDS:
        made["tokens"] = role_features(group, clause.intent)
        made["tags"] = [_tag(token, clause.spans) for token in group]
    return made


def _tag(token: Token, spans: Sequence[tuple[int, int, str]]) -> str:
    for start, end, role in spans:
        if start <= token.start < end:
            return f"B-{role}" if token.start == start else f"I-{role}"
    return "O"


def _boundaries(whole: Sequence[Token], begins: Sequence[int]) -> Iterator[tuple[list[str], bool]]:
    begin = 0
    for place in range(1, len(whole)):
        new = whole[place].start in begins
        seen = boundary_features(whole, place, begin)
        if seen:
            yield seen, new
        begin = place if new else begin


def joined(singles: Sequence[Example], chance: random.Random) -> Iterator[Example]:
    """Yield messages of two commands or more, made of those of one."""
    commands = [one for one in singles if one.clauses[0].intent in _COMMANDS]
    signs = [sign for sign, often in _JOINERS for _ in range(often)]
    for _ in range(_JOINED):
        count = chance.choice((2, 2, 2, 3))
        parts = chance.sample(commands, count)
        text, clauses = "", []
        for part in parts:
            sign = chance.choice(signs) if text else ""
            text = (text.rstrip(" .!,") if sign[:1] not in {"\n", " "} else text) + sign
            shift, end = len(text), part.clauses[-1].end
            text += part.text
            clauses += [
                Clause(
                    one.start + shift,
                    min(one.end, end) + shift,
                    one.intent,
                    one.spans and tuple((a + shift, b + shift, role) for a, b, role in one.spans),
                )
                for one in part.clauses
            ]
        yield Example("joined", text, tuple(clauses))


def main() -> None:
    """Print everything."""
    chance = random.Random(0)
    read = list(examples())
    singles = [one for one in read if len(one.clauses) == 1 and "\n" not in one.text]
    sys.stdout.write(json.dumps(checksum()) + "\n")
    for one in [*read, *joined(singles, chance)]:
        sys.stdout.write(json.dumps(prepare(one, chance)) + "\n")


if __name__ == "__main__":
    main()
