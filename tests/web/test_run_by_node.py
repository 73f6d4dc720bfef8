"""What Node runs: the web app's parts alone, its size, and all of it in a browser."""

import fcntl
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from chat_api.supervisor.web_process import START_SCRIPT, find_node
from tests.chromium import in_a_browser
from tests.specs.documents import ROOT

APP = START_SCRIPT.parents[1]
SUITES = sorted((ROOT / "tests/web/browser/suites").glob("*.mjs"))
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


@pytest.fixture
def only_browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Let one suite at a time have a browser: two take so long that what they wait for is gone."""
    # The folders of a run's workers are beside each other.
    with (tmp_path_factory.getbasetemp().parent / "browser.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@in_a_browser
@pytest.mark.usefixtures("only_browser")
@pytest.mark.longest(120)
@pytest.mark.timeout(900)
@pytest.mark.parametrize("suite", SUITES, ids=[path.stem for path in SUITES])
def test_the_browser_suite_passes(suite: Path) -> None:
    run_node("--test-reporter=spec", str(suite), folder=ROOT)


@pytest.mark.longest(60)
@pytest.mark.timeout(300)
def test_the_parts_of_the_web_app_pass_their_tests() -> None:
    run_node("node_modules/vitest/vitest.mjs", "run", "--maxWorkers=1", folder=APP)


def test_no_page_loads_more_than_its_budget() -> None:
    run_node("scripts/budget.mjs", folder=APP)
