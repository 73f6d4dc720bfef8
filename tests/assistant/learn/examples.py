"""What the reader of the built-in assistant learns from: `make learn`.

Prints the checksum of the corpora with the size of the table of letters, and then a message a line:

    tokens    of each its form, the first word of it if it is an entity, 1 if it is a capital, and
              the rows of its groups of letters
    clauses   of each where it begins and ends in the tokens, its intent, and the tags of its
              tokens, or null where its roles are not known
"""

import json
import random
import sys
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from chat_api.assistant.entities import find
from chat_api.assistant.entity import Entity
from chat_api.assistant.network import LETTER_ROWS, letter_groups
from chat_api.assistant.tokens import Token, bare, tokens
from tests.assistant.learn.corpus import Clause, Example, checksum, examples
from tests.assistant.learn.variations import COMMANDS, variations

TODAY = date(2026, 11, 21)
_MISSED = 0.08
"""How many entities are left out: what is not found must not mislead."""


def prepare(example: Example, chance: random.Random) -> dict[str, Any]:
    """Return what is learned from a message."""
    spans = [span for clause in example.clauses for span in clause.spans or ()]
    found = tuple(
        entity
        for entity in find(example.text, TODAY)
        if chance.random() >= _MISSED and not any(_crosses(entity, span) for span in spans)
    )
    whole = tokens(example.text, found)
    return {
        "tokens": [
            [token.form, token.inner, int(token.capital), letter_groups(token.form)]
            for token in whole
        ],
        "clauses": list(_clauses(whole, example.clauses)),
    }


def _crosses(entity: Entity, span: tuple[int, int, str]) -> bool:
    start, end, _ = span
    apart = entity.end <= start or entity.start >= end
    return not apart and not (start <= entity.start and entity.end <= end)


def _clauses(whole: Sequence[Token], clauses: Sequence[Clause]) -> Iterator[list[Any]]:
    for number, clause in enumerate(clauses):
        inside = [token for token in whole if clause.start <= token.start < clause.end]
        if not inside:
            continue
        group = bare(inside, first=not number)
        begin = whole.index(group[0])
        known = clause.spans is not None and clause.intent in COMMANDS
        tags = [_tag(token, clause.spans or ()) for token in group] if known else None
        yield [begin, begin + len(group), clause.intent, tags]


def _tag(token: Token, spans: Sequence[tuple[int, int, str]]) -> str:
    for start, end, role in spans:
        if start <= token.start < end:
            return f"B-{role}" if token.start == start else f"I-{role}"
    return "O"


def main() -> None:
    """Print everything."""
    chance = random.Random(0)
    read = list(examples())
    sys.stdout.write(json.dumps({"checksum": checksum(), "letter_rows": LETTER_ROWS}) + "\n")
    for one in [*read, *variations(read, chance)]:
        sys.stdout.write(json.dumps(prepare(one, chance)) + "\n")


if __name__ == "__main__":
    main()
