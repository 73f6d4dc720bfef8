"""The version before: the code as it was before the newest migration was added."""

import os
import subprocess
import sys
import tarfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import pytest

from db.revision import VERSIONS, newest_revision

_REPOSITORY = Path(__file__).parents[2]
_PACKAGES = ("auth", "chat_api", "db", "mcp_server")
_STOP_SECONDS = 20


def extract_previous(folder: Path) -> str:
    """Put the packages of the version before into a folder, and return its schema's revision.

    Skips the test where the history is not at hand.
    """
    newest = next(VERSIONS.glob(f"{newest_revision()}_*.py")).relative_to(_REPOSITORY)
    added = _git("log", "--diff-filter=A", "--format=%H", "-1", "--", str(newest)).decode().strip()
    # Before its commit, the newest migration is compared with what is committed.
    commit = f"{added}^" if added else "HEAD"
    archive = _git("archive", commit, *_PACKAGES)
    with tarfile.open(fileobj=BytesIO(archive)) as files:
        files.extractall(folder, filter="data")
    versions = folder / VERSIONS.relative_to(_REPOSITORY)
    return max(path.name.partition("_")[0] for path in versions.glob("[0-9]*.py"))


def _git(*arguments: str) -> bytes:
    try:
        return subprocess.run(
            ["git", "-C", str(_REPOSITORY), *arguments], check=True, capture_output=True
        ).stdout
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("the history of the repository is not at hand")


@contextmanager
def running_previous(
    code: Path, module: str, environment: Mapping[str, str], log: Path
) -> Iterator[None]:
    """Run a program of the version before until the block ends."""
    variables = {**os.environ, **environment, "PYTHONPATH": str(code)}
    with (
        log.open("wb") as output,
        subprocess.Popen(
            [sys.executable, "-P", "-m", module], env=variables, stdout=output, stderr=output
        ) as program,
    ):
        try:
            yield
        finally:
            program.terminate()
            program.wait(_STOP_SECONDS)
