"""The official conformance suite, for both eras, with the six tools alone and with all there is."""

from pathlib import Path

import pytest

from db.engine import Sessions
from mcp_server.app import create_app
from mcp_server.settings import McpSettings
from mcp_server.toolset import Toolset
from tests.conformance.suite import Door, required, run_suite, saved_checks, served
from tests.conformance.verdicts import APPLYING, VACUOUS, expected_failures, named, passed
from tests.stack import Stack

pytestmark = [pytest.mark.timeout(180), pytest.mark.requirement("FR-MCP-302")]


@pytest.mark.parametrize("toolset", [Toolset.TASKS, Toolset.ALL])
@pytest.mark.parametrize("revision", APPLYING)
async def test_all_passes_that_applies_to_a_server_without_test_only_tools(
    revision: str,
    toolset: Toolset,
    stack: Stack,
    committed: Sessions,
    user: str,
    tmp_path: Path,
) -> None:
    settings = McpSettings(
        api_port=stack.settings.api_port,
        mcp_port=stack.settings.mcp_port,
        mcp_toolset=toolset,
    )
    door = Door(create_app(settings, committed), lambda: stack.mcp_token(user))
    async with served(door) as url:
        status, report = await run_suite(url, revision, tmp_path)
    assert status == 0, report
    checks = saved_checks(tmp_path)
    assert {name for name in APPLYING[revision] if not passed(checks[name])} == set(), report
    assert _unexplained(revision, door.asked) == set()


@pytest.mark.parametrize("revision", APPLYING)
def test_every_required_scenario_either_applies_or_has_a_reason(revision: str) -> None:
    explained = {entry.scenario for entry in expected_failures()} | VACUOUS.keys()
    assert required(revision) - APPLYING[revision] - explained == set()


def _unexplained(revision: str, asked: set[str]) -> set[str]:
    """What reasons say that the suite asks for, and it did not."""
    reasons = {entry.scenario: entry.reason for entry in expected_failures()} | VACUOUS
    return named(reasons[name] for name in required(revision) & reasons.keys()) - asked
