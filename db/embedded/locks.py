"""Locks that end with the process that holds them, however it ends (flock(2))."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from db.embedded.errors import EmbeddedError

_POLL_SECONDS = 0.02


class FolderLock:
    """A lock file; the lock is held once `take` returns True."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def take(self, *, shared: bool = False, seconds: float = 0) -> bool:
        """Try for `seconds` to take the lock, or to change it between shared and exclusive."""
        mode = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
        deadline = time.monotonic() + seconds
        while True:
            try:
                fcntl.flock(self._descriptor, mode | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    return False
                time.sleep(_POLL_SECONDS)
            else:
                return True

    def release(self) -> None:
        """Release the lock."""
        fcntl.flock(self._descriptor, fcntl.LOCK_UN)

    def sign(self) -> None:
        """Write this process's id into the file, for other processes to report."""
        os.ftruncate(self._descriptor, 0)
        os.pwrite(self._descriptor, f"{os.getpid()}\n".encode(), 0)

    def signed_by(self) -> str:
        """Return the process id in the file, or a blank text."""
        return os.pread(self._descriptor, 20, 0).decode(errors="replace").strip()


@contextmanager
def folder_lock(path: Path) -> Iterator[FolderLock]:
    """Open the lock file `path`, creating it if it is missing; closing releases the lock.

    Raises:
        EmbeddedError: The file can't be written, or its file system has no locks.
    """
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise EmbeddedError(f"{path} can't be written: {error.strerror}.") from error
    try:
        yield FolderLock(descriptor)
    finally:
        os.close(descriptor)
