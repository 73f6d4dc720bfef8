"""Log files, for their owner only: what programs print is nobody else's business."""

import os
import shutil
from pathlib import Path
from typing import BinaryIO

# The log and as many before it.
_KEPT = 3


def new_log(path: Path) -> BinaryIO:
    """Open an empty log; those before it are preserved as `.1`, `.2` and `.3`."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if path.exists():
        path.chmod(0o600)
        _shift(path)
        path.replace(f"{path}.1")
    # What is added after `rotate` then begins at the start of the file.
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND
    return os.fdopen(os.open(path, flags, 0o600), "wb")


def rotate(folder: Path, most_bytes: int) -> None:
    """Begin each log of a folder anew that has grown over so many bytes.

    A program goes on to write to the file that it has open: so its content is copied, and the file
    is emptied.
    """
    for path in folder.glob("*.log"):
        if path.stat().st_size > most_bytes:
            _shift(path)
            with os.fdopen(os.open(f"{path}.1", os.O_WRONLY | os.O_CREAT, 0o600), "wb") as copy:
                with path.open("rb") as log:
                    shutil.copyfileobj(log, copy)
                os.truncate(path, 0)


def _shift(path: Path) -> None:
    for number in range(_KEPT - 1, 0, -1):
        older = Path(f"{path}.{number}")
        if older.exists():
            older.replace(f"{path}.{number + 1}")
