"""What the tests of programs share."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.forking import Surroundings, start_command, start_module

ROOT = Path(__file__).parents[2]
TODOCHAT = Path(sys.executable).with_name("todochat")

_SECONDS = 150


def environment(**variables: str) -> dict[str, str]:
    """Our environment with these variables, and without what would lead to other servers."""
    ours = {name: value for name, value in os.environ.items() if name not in _SETTINGS}
    return {**ours, "PYTHONPATH": str(ROOT), **variables}


def todochat(folder: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the command in `folder`, which also has its data."""
    settings = {"TODOCHAT_DATA_DIR": str(folder / "data"), **variables}
    with TemporaryDirectory() as written:
        output, errors = Path(written, "output"), Path(written, "errors")
        process = start_command(
            arguments, Surroundings(environment(**settings), output, errors, folder)
        )
        process.join(_SECONDS)
        # A process that has ended is not affected; the exit code of one that hangs fails the test.
        process.kill()
        process.join()
        return subprocess.CompletedProcess(
            arguments, process.exitcode or 0, output.read_text("utf-8"), errors.read_text("utf-8")
        )


def ends_of_starts(
    program: str, starts: Sequence[tuple[str, str]], folder: Path, **variables: str
) -> tuple[list[str], list[str]]:
    """Start a program once with each variable: the lines that it logged, and how each ended."""
    surroundings = environment(
        TODOCHAT_DATA_DIR=str(folder), PROGRAM=program, STARTS=json.dumps(starts), **variables
    )
    log = folder / "log"
    process = start_module("tests.cli.repeated_starts", surroundings, log)
    process.join(50)
    process.kill()
    process.join()
    *logged, ends = log.read_text().splitlines()
    return logged, json.loads(ends)


def wait_until(condition: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "the condition did not come true in time"
        time.sleep(0.02)


_SETTINGS = {
    *("DATABASE_URL", "API_PORT", "MCP_PORT", "WEB_PORT", "HOST"),
    *("BETTER_AUTH_SECRET", "AUTH_ISSUER", "WEB_URL", "WEB_JWKS_URL"),
}
