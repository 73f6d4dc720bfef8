"""Values, and which of several belongs to which."""

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_api.replay.matching import pair, value_matches

EDGES = st.sets(st.tuples(st.integers(0, 4), st.integers(0, 4)))


@pytest.mark.requirement("FR-REPLAY-021")
@pytest.mark.parametrize(
    ("expected", "actual", "fits"),
    [
        ("Call mom", "call  mom.", True),
        ("Bob's “plan”", 'Bob’s "plan"', True),
        ("Call mom", "**Call mom**", True),
        ("Call mom", "Call", False),
        ("Call mom", None, False),
        (3, 3, True),
        (3, "3", True),
        (3, 4, False),
        (True, True, True),
        (False, True, False),
        (None, None, True),
        (None, "", True),
        (None, [], True),
        (None, "x", False),
        (None, False, False),
        ({"any": ["all", None]}, None, True),
        ({"any": ["all", None]}, "all", True),
        ({"any": ["all", None]}, "pending", False),
        ({"contains": "milk"}, "Buy Milk now", True),
        ({"contains": "milk"}, None, False),
        ({"matches": "^buy"}, "Buy milk", True),
        ({"matches": "^buy"}, 3, False),
        (["home", "money"], ["Money", "home"], True),
        (["home"], ["home", "money"], False),
        (["home"], None, False),
    ],
)
def test_a_value_matches_the_expected_one(expected: Any, actual: Any, fits: bool) -> None:
    assert value_matches(expected, actual) is fits


@pytest.mark.requirement("FR-REPLAY-021")
@given(edges=EDGES, ordered=st.booleans())
def test_pairs_fit_are_distinct_and_keep_their_order(
    edges: set[tuple[int, int]], ordered: bool
) -> None:
    found = pair(5, 5, lambda left, right: (left, right) in edges, ordered=ordered)
    assert set(found.items()) <= edges
    assert len(set(found.values())) == len(found)
    if ordered:
        assert all(found[a] < found[b] for a, b in pairwise(sorted(found)))


@pytest.mark.requirement("FR-REPLAY-021")
@given(hidden=st.permutations(range(5)), edges=EDGES)
def test_a_complete_pairing_is_found_if_there_is_one(
    hidden: list[int], edges: set[tuple[int, int]]
) -> None:
    fitting = edges | set(enumerate(hidden))
    assert len(pair(5, 5, lambda left, right: (left, right) in fitting, ordered=False)) == 5
