import pytest
import yaml

from tests.conformance.suite import EXPECTED_FAILURES
from tests.conformance.verdicts import APPLYING, VACUOUS, expected_failures, named

pytestmark = pytest.mark.requirement("FR-MCP-302")


def test_every_line_of_what_may_fail_says_why() -> None:
    entries = expected_failures()
    read_by_the_suite = yaml.safe_load(EXPECTED_FAILURES.read_text("utf-8"))
    assert [entry.name for entry in entries] == read_by_the_suite["server"]
    assert [entry.name for entry in entries if not named([entry.reason])] == []


def test_no_scenario_counts_twice() -> None:
    may_fail = {entry.name for entry in expected_failures()}
    applying = set.union(*APPLYING.values())
    assert not may_fail & applying
    assert not VACUOUS.keys() & (may_fail | applying)
