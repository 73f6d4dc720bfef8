"""The commands of docs/running-for-others.md, run in one shell as somebody pastes them."""

import os
import re
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Timer

from tests.cli.processes import ROOT
from tests.specs.documents import read

PAGE = "docs/running-for-others.md"
_HEADING = re.compile(r"^## (.*)$", re.MULTILINE)
_BLOCK = re.compile(r"^```bash\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_VARIABLE = re.compile(r"\b([A-Z_]+)=\$\{\1:-")
_BLOCK_SECONDS = 240
_END = "-- end of the block --"


def blocks() -> dict[str, list[str]]:
    """Return the commands below each heading."""
    _, *parts = _HEADING.split(read(PAGE))
    return {
        title: _BLOCK.findall(text) for title, text in zip(parts[::2], parts[1::2], strict=True)
    }


def variables() -> set[str]:
    """Return the variables that the page lets its reader set."""
    return set(_VARIABLE.findall(read(PAGE)))


@dataclass(frozen=True)
class Shell:
    """A shell that runs what is pasted; a command that fails ends it."""

    process: subprocess.Popen[str]
    errors: Path

    def paste(self, commands: str) -> str:
        """Run commands to their end, and return what they print."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(f"{commands}\necho; echo '{_END}'\n")
        self.process.stdin.flush()
        deadline = Timer(_BLOCK_SECONDS, self.stop)
        deadline.start()
        printed = ""
        try:
            for line in self.process.stdout:
                if line.strip() == _END:
                    return printed
                printed += line
        finally:
            deadline.cancel()
        raise AssertionError(f"{commands}\n{printed}\n{self.errors.read_text()}")

    def stop(self) -> None:
        """Stop it with all that it has started."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGTERM)


@contextmanager
def shell(given: Mapping[str, str], errors: Path) -> Iterator[Shell]:
    """Open a shell with these variables in the project's folder."""
    with (
        errors.open("w") as log,
        subprocess.Popen(
            ["bash", "-eu", "-o", "pipefail"],
            cwd=ROOT,
            env={**os.environ, **given},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            start_new_session=True,
        ) as process,
    ):
        pasting = Shell(process, errors)
        try:
            yield pasting
        finally:
            pasting.stop()
