"""What is made of the examples that the assistant learns from."""

import random

from tests.assistant.learn.corpus import Example, parse
from tests.assistant.learn.variations import exchanged, spoken

_LINES = (
    "add: buy [milk](title) | complete: the [rent](reference) is paid",
    "add: buy [a loaf of bread](title)",
    "delete: drop the [bins](reference) on friday",
)
_EXAMPLES = [parse("test", line) for line in _LINES]


def _named(one: Example) -> list[tuple[str, str]]:
    spans = [span for clause in one.clauses for span in clause.spans or ()]
    return [(role, one.text[start:end]) for start, end, role in spans]


def test_an_exchanged_name_has_its_role_and_its_clause() -> None:
    made = [each for seed in range(200) for each in exchanged(_EXAMPLES, random.Random(seed))]

    assert {tuple(_named(each)) for each in made} == {
        (("title", "milk"), ("reference", "rent")),
        (("title", "milk"), ("reference", "bins")),
        (("title", "a loaf of bread"),),
        (("reference", "rent"),),
        (("reference", "bins"),),
    }
    texts = {each.text[clause.start : clause.end] for each in made for clause in each.clauses}
    assert {text.strip() for text in texts} == {
        "buy milk",
        "buy a loaf of bread",
        "the rent is paid",
        "the bins is paid",
        "drop the rent on friday",
        "drop the bins on friday",
    }


def test_what_is_spoken_has_no_signs_and_the_same_places() -> None:
    written = parse("test", "add: Buy [1,5 l of milk](title), please!")

    made = list(spoken([written] * 100, random.Random(0)))

    assert 0 < len(made) < 100
    assert {each.text for each in made} == {"buy 1,5 l of milk  please "}
    assert {each.clauses for each in made} == {written.clauses}
