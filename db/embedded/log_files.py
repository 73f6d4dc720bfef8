"""Log files, for their owner only: what programs print is nobody else's business."""

import os
from pathlib import Path
from typing import BinaryIO


def new_log(path: Path) -> BinaryIO:
    """Open an empty log; the one before it is preserved as `.1`."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if path.exists():
        path.chmod(0o600)
        path.replace(f"{path}.1")
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")
