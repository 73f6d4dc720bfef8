"""Key files, created once, also when several processes start at the same time."""

import contextlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from auth.errors import SecretsUnusable


def read_or_create(path: Path, make: Callable[[], bytes]) -> bytes:
    """Return the content of `path`; if it is missing, create it with the content of `make`.

    The file is for its owner only (0600), and so is its folder (0700) if it is created.

    Raises:
        SecretsUnusable: It can be neither read nor created.
    """
    try:
        with contextlib.suppress(FileNotFoundError):
            return path.read_bytes()
        _publish(path, make())
        return path.read_bytes()
    except OSError as error:
        raise SecretsUnusable(f"{path} can't be used: {error.strerror or error}.") from error


def _publish(path: Path, content: bytes) -> None:
    """Create `path` atomically with its content, unless another process created it before.

    The content is on disk before the name exists, and linking, unlike renaming, fails if the name
    exists. So if this process is killed, `path` is either absent or complete.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(temporary, path)
    finally:
        Path(temporary).unlink()
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
