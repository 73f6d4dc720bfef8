"""Whether mypy, which `make check` runs, refuses a change that no test notices."""

import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory


class TypeChecker:
    """Checks one file at a time as if it had another text."""

    def __init__(self, root: Path) -> None:
        self._root = root
        # A cache of its own: files that were never there are no part of that of `make check`.
        self._cache = root / ".venv" / "mutants" / "mypy"
        if (theirs := root / ".mypy_cache").exists():
            shutil.copytree(theirs, self._cache, dirs_exist_ok=True)

    def refuses(self, path: str, text: str) -> bool:
        """Return whether the file of this path would have an error with this text."""
        with TemporaryDirectory() as folder:
            changed = Path(folder) / "changed.py"
            changed.write_text(text, "utf-8")
            command = [str(Path(sys.executable).parent / "mypy"), "--cache-dir", str(self._cache)]
            command += ["--shadow-file", path, str(changed), "--follow-imports", "silent", path]
            done = subprocess.run(command, cwd=self._root, check=False, capture_output=True)
        return done.returncode == 1
