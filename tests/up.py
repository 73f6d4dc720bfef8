"""`todochat up` as a person runs it: started, waited for, and stopped with Ctrl-C."""

import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.cli.processes import TODOCHAT, environment, wait_until
from tests.environment import UNLIMITED
from tests.processes import free_port

_STOP_SECONDS = 30


@dataclass(frozen=True)
class Up:
    """The supervisor, and what it printed once all was ready."""

    process: subprocess.Popen[str]
    printed: str


def own_ports(**further: str) -> dict[str, str]:
    """The environment of a machine with free ports and the built-in model."""
    ports = {name: str(free_port()) for name in ("API_PORT", "MCP_PORT", "WEB_PORT")}
    return environment(CHAT_PROVIDER="offline", **UNLIMITED, **ports, **further)


@contextmanager
def up(variables: dict[str, str], command: Path = TODOCHAT) -> Iterator[Up]:
    """Start everything, and leave nothing behind."""
    with subprocess.Popen(
        [command, "up"],
        cwd=variables["TODOCHAT_DATA_DIR"],
        env=variables,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        printed = ""
        for line in process.stdout:
            printed += line
            if "Ctrl-C stops" in line:
                break
        started = psutil.Process(process.pid).children(recursive=True)
        try:
            yield Up(process, printed)
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(_STOP_SECONDS)
            wait_until(lambda: not any(child.is_running() for child in started))
