"""Our programs as processes that start in no time: forks of one that has imported them all.

They are killed, asked to stop and waited for like any other. That a program also starts by
`python -m` is shown where the supervisor starts it.
"""

import multiprocessing
import os
import runpy
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path

from chat_api.cli.main import main

_FORKING = multiprocessing.get_context("forkserver")
_FORKING.set_forkserver_preload(
    [
        "tests.garbage",
        "chat_api.server",
        "mcp_server.program",
        "chat_api.cli.access_token_process",
        "chat_api.cli.backup_process",
        "chat_api.doctor.__main__",
        "chat_api.replay.__main__",
        "tests.forking",
        "tests.preloaded",
    ]
)


@dataclass(frozen=True)
class Surroundings:
    """All that a process gets to know of the world; the outputs are files that it adds to."""

    environment: Mapping[str, str]
    output: Path
    errors: Path
    folder: Path

    def enter(self) -> None:
        """Put this process there."""
        os.environ.clear()
        os.environ.update(self.environment)
        os.chdir(self.folder)
        for stream, path in ((sys.stdout, self.output), (sys.stderr, self.errors)):
            with path.open("ab") as file:
                os.dup2(file.fileno(), stream.fileno())


def start_module(
    module: str, environment: Mapping[str, str], log: Path, *, may_fork: bool = False
) -> BaseProcess:
    """Start `python -m module` with this environment.

    One that `may_fork` is not killed when pytest ends: multiprocessing lets no other have children.
    """
    surroundings = Surroundings(environment, log, log, Path.cwd())
    return _start(_run_module, [module], surroundings, daemon=not may_fork)


def start_command(arguments: Sequence[str], surroundings: Surroundings) -> BaseProcess:
    """Start `todochat` with these arguments."""
    return _start(main, arguments, surroundings)


def _start(
    program: Callable[[], None],
    arguments: Sequence[str],
    surroundings: Surroundings,
    *,
    daemon: bool = True,
) -> BaseProcess:
    process = _FORKING.Process(
        target=_become, args=(program, arguments, surroundings), daemon=daemon
    )
    process.start()
    return process


def _become(
    program: Callable[[], None], arguments: Sequence[str], surroundings: Surroundings
) -> None:
    surroundings.enter()
    sys.argv = ["todochat", *arguments]
    program()


def _run_module() -> None:
    module = sys.argv.pop()
    runpy.run_module(module, run_name="__main__", alter_sys=True)
