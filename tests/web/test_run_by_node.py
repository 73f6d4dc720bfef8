"""What Node runs: the web app's parts alone, its size, and all of it in a browser."""

import subprocess
from pathlib import Path

import pytest

from chat_api.supervisor.web_process import START_SCRIPT, find_node
from tests.chromium import in_a_browser
from tests.specs.documents import ROOT

APP = START_SCRIPT.parents[1]
_STOP_SECONDS = 60


def run_node(*arguments: str, folder: Path) -> None:
    """Run a program of Node, and fail with all that it printed if it does."""
    node = find_node()
    assert node
    with subprocess.Popen(
        [node, *arguments],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            printed, _ = process.communicate()
        finally:
            process.terminate()
            process.wait(_STOP_SECONDS)
    if process.returncode:
        pytest.fail(printed, pytrace=False)


@in_a_browser
@pytest.mark.longest
@pytest.mark.timeout(900)
def test_the_browser_suite_passes() -> None:
    run_node("--test-reporter=spec", "tests/web/browser/suite.mjs", folder=ROOT)


@pytest.mark.timeout(300)
def test_the_parts_of_the_web_app_pass_their_tests() -> None:
    run_node("node_modules/vitest/vitest.mjs", "run", "--maxWorkers=1", folder=APP)


def test_no_page_loads_more_than_its_budget() -> None:
    run_node("scripts/budget.mjs", folder=APP)
