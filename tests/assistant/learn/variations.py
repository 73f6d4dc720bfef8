"""Further examples, made of those of the corpora: other names, no signs, several commands."""

import random
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from tests.assistant.learn.corpus import Clause, Example

COMMANDS = ("add", "list", "complete", "reopen", "update", "delete", "plan", "more", "instead")
_EXCHANGED, _SPOKEN = 0.4, 0.12
"""In how many examples names are exchanged, and how many lose their signs."""
_LONGEST_NAME = 4
_SIGNS = re.compile(r"(?<!\d)[,.;!?](?!\d)(?= |$)")
_JOINED = 3000
_JOINERS = (
    (", ", 4), (" and ", 6), (", and ", 4), (" and then ", 2), (", then ", 2), ("\n", 4), ("; ", 1),
    (". ", 5), (" and also ", 1), (", also ", 2), (" then ", 1), (" plus ", 1), (" but ", 1),
    ("! ", 1), (" ", 3),
)  # fmt: skip
_Span = tuple[int, int, str]


def variations(read: Sequence[Example], chance: random.Random) -> Iterator[Example]:
    """Yield all that is made of examples."""
    yield from exchanged(read, chance)
    yield from spoken(read, chance)
    singles = [one for one in read if len(one.clauses) == 1 and "\n" not in one.text]
    yield from joined(singles, chance)


def exchanged(read: Sequence[Example], chance: random.Random) -> Iterator[Example]:
    """Yield some examples with names of others, which stand behind the same word there.

    What something is called says little of its role; what stands beside it does.
    """
    names: dict[tuple[str, int, str], list[str]] = defaultdict(list)
    for one in read:
        for span in _spans(one):
            names[_place(one.text, span)].append(one.text[span[0] : span[1]])
    for one in read:
        spans = _spans(one)
        if spans and chance.random() < _EXCHANGED:
            yield _with(
                one, [(span, chance.choice(names[_place(one.text, span)])) for span in spans]
            )


def _spans(one: Example) -> Sequence[_Span]:
    return sorted(span for clause in one.clauses for span in clause.spans or ())


def _place(text: str, span: _Span) -> tuple[str, int, str]:
    """Return what two names have in common that may be exchanged: role, size, the word before."""
    start, end, role = span
    return role, min(len(text[start:end].split()), _LONGEST_NAME), _last_word(text[:start])


def _last_word(text: str) -> str:
    return "".join(text.lower().split()[-1:])


def _with(one: Example, names: Sequence[tuple[_Span, str]]) -> Example:
    """Return an example with other names in place of its own, which are in their order."""
    text, place = "", 0
    moved: dict[int, int] = {}
    for (start, end, _), name in names:
        text += one.text[place:start]
        moved[start], moved[end] = len(text), len(text) + len(name)
        text += name
        place = end
    ends = [end for (_, end, _), _ in names]

    def to(old: int) -> int:
        last = max((end for end in ends if end <= old), default=0)
        return moved.get(old, old + moved.get(last, 0) - last)

    clauses = tuple(
        Clause(
            to(each.start),
            to(each.end),
            each.intent,
            each.spans and tuple((to(start), to(end), role) for start, end, role in each.spans),
        )
        for each in one.clauses
    )
    return Example(one.source, text + one.text[place:], clauses)


def spoken(read: Sequence[Example], chance: random.Random) -> Iterator[Example]:
    """Yield some examples without capitals and signs, as a phone writes down what it hears."""
    for one in read:
        text = _SIGNS.sub(" ", one.text.lower())
        # Some letters have more than one in lower case.
        if chance.random() < _SPOKEN and text != one.text and len(text) == len(one.text):
            yield Example(one.source, text, one.clauses)


def joined(singles: Sequence[Example], chance: random.Random) -> Iterator[Example]:
    """Yield messages of two commands or more, made of those of one."""
    commands = [one for one in singles if one.clauses[0].intent in COMMANDS]
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
