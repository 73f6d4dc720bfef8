"""What the suite's verdicts are worth for this server."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from tests.conformance.suite import EXPECTED_FAILURES, Check

_ENTRY = re.compile(r"  - ([\w:.-]+)( # (.+))?")
# Says only that what was sent is well-formed, of every scenario.
_OF_EVERY_SCENARIO = "wire-schema-valid"

# The scenarios about what this server does have, by revision: every one has to pass.
APPLYING = {
    "2025-11-25": {
        "server-initialize",
        "ping",
        "tools-list",
        "resources-list",
        "prompts-list",
        "dns-rebinding-protection",
    },
    "2026-07-28": {
        "server-stateless",
        "tools-list",
        "resources-list",
        "sep-2164-resource-not-found",
        "prompts-list",
        "dns-rebinding-protection",
        "caching",
        "input-required-result-unsupported-methods",
        "server-sse-multiple-streams",
        "http-header-validation",
    },
}

# Passes that prove nothing, since an unknown tool, too, answers with a text, as an error, and
# without a question. In backquotes is what the suite asked for.
VACUOUS = {
    "tools-call-simple-text": "the test-only tool `test_simple_text`",
    "tools-call-error": "the test-only tool `test_error_handling`",
    "input-required-result-ignore-extra-params": (
        "the test-only tool `test_input_required_result_elicitation`"
    ),
}


class Entry(NamedTuple):
    """What may fail, and why: a scenario, or one of its checks behind a colon."""

    name: str
    reason: str

    @property
    def scenario(self) -> str:
        """The scenario alone."""
        return self.name.partition(":")[0]

    @property
    def check(self) -> str:
        """The one check that may fail, or nothing where all may."""
        return self.name.partition(":")[2]


def expected_failures() -> list[Entry]:
    """Read the file's lines with the comment of each."""
    lines = EXPECTED_FAILURES.read_text("utf-8").splitlines()
    found = [_ENTRY.fullmatch(line) for line in lines if line.startswith("  -")]
    return [Entry(entry[1], entry[3] or "") for entry in found if entry]


def passed(scenario: list[Check]) -> bool:
    """Whether checks of a scenario's own succeeded, and none failed that may not."""
    own = [check for check in scenario if check.id != _OF_EVERY_SCENARIO]
    excused = {entry.check for entry in expected_failures()}
    failed = {check.id for check in scenario if check.status == "FAILURE"}
    return failed <= excused and any(check.status == "SUCCESS" for check in own)


def named(reasons: Iterable[str]) -> set[str]:
    """What reasons say that the suite asked for."""
    return {name for reason in reasons for name in re.findall(r"`([^`]+)`", reason)}
