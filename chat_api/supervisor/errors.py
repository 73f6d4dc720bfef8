"""Why the services don't start or don't go on."""

from pathlib import Path


class StartError(Exception):
    """Something is in the way; `str(error)` is one line for the person at the terminal."""


class ProgramEnded(StartError):
    """A program that should run has ended; `log` is the file that may say why."""

    def __init__(self, message: str, log: Path) -> None:
        super().__init__(message)
        self.log = log


class Stopped(Exception):
    """A signal asked to stop, which is no error."""
