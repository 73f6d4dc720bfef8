"""Which tests pass through which functions, kept from one run to the next."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Self


@dataclass
class Record:
    """What earlier runs have seen: tests of a function, seconds of a test, those that fail."""

    # The text that a file of tests had, and the functions that there were.
    files: dict[str, str] = field(default_factory=dict)
    functions: dict[str, list[str]] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    failing: list[str] = field(default_factory=list)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Return what is stored, or an empty record."""
        return cls(**json.loads(path.read_text("utf-8"))) if path.exists() else cls()

    def save(self, path: Path) -> None:
        path.write_text(json.dumps(asdict(self)), "utf-8")

    def missing(self, files: Iterable[Path], functions: Iterable[str]) -> list[Path]:
        """Return the files of tests to run again: those with another text, or all.

        A function that was not there yet may be called by any test.
        """
        if not self.functions.keys() >= set(functions):
            return list(files)
        return [file for file in files if self.files.get(str(file)) != _digest(file)]

    def forget(self, files: Iterable[Path]) -> None:
        """Drop what the tests of these files did."""
        gone = {str(file) for file in files}
        for function, tests in self.functions.items():
            self.functions[function] = [test for test in tests if _file_of(test) not in gone]
        self.seconds = {t: each for t, each in self.seconds.items() if _file_of(t) not in gone}
        self.failing = [test for test in self.failing if _file_of(test) not in gone]

    def add(self, files: Iterable[Path], functions: dict[str, set[str]]) -> None:
        """Add what the tests of these files did."""
        self.files |= {str(file): _digest(file) for file in files}
        for function, tests in functions.items():
            self.functions[function] = sorted({*self.functions.get(function, ()), *tests})


def _file_of(test: str) -> str:
    return test.partition("::")[0]


def _digest(file: Path) -> str:
    return sha256(file.read_bytes()).hexdigest()
