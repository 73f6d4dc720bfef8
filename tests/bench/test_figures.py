import math

import pytest

from tests.bench.figures import at_least, at_most, fairness, percentile


@pytest.mark.parametrize(
    ("values", "share", "expected"),
    [
        ([5.0], 0.95, 5.0),
        ([3.0, 1.0, 2.0], 0.5, 2.0),
        ([float(n) for n in range(1, 101)], 0.95, 95.0),
        ([float(n) for n in range(1, 101)], 1.0, 100.0),
    ],
)
def test_a_percentile_is_the_smallest_value_that_the_share_does_not_pass(
    values: list[float], share: float, expected: float
) -> None:
    assert percentile(values, share) == expected


def test_nothing_has_no_percentile_and_is_not_fair() -> None:
    assert math.isnan(percentile([], 0.5))
    assert math.isnan(fairness([]))
    assert not at_most(2).met_by(fairness([]))


def test_fairness_compares_the_medians_of_users() -> None:
    quick, slow = [(1, 1.0), (1, 1.0), (1, 60.0)], [(2, 3.0), (2, 3.0), (2, 0.1)]
    assert fairness([*quick, *slow]) == 3.0


def test_a_goal_is_a_bound_that_may_be_reached() -> None:
    assert at_most(1.5).met_by(1.5)
    assert not at_most(1.5).met_by(1.6)
    assert at_least(0.9).met_by(0.9)
    assert not at_least(0.9).met_by(0.8)
