"""The data folder: creates it, and locks it for one supervisor."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from db.embedded.errors import EmbeddedError
from db.embedded.locks import folder_lock


def usable_folder(folder: Path) -> Path:
    """Create the folder if it is missing, for its owner only, and return its absolute path.

    Raises:
        EmbeddedError: It can't be created.
    """
    try:
        folder = folder.expanduser().resolve()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except (OSError, RuntimeError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise EmbeddedError(
            f"The data folder {folder} can't be used: {reason}. TODOCHAT_DATA_DIR names another."
        ) from error
    return folder


@contextmanager
def hold_folder(data_dir: Path) -> Iterator[Path]:
    """Lock a data folder for this supervisor while the block runs; yields its absolute path.

    Raises:
        EmbeddedError: Another process holds the lock, or the folder can't be used.
    """
    folder = usable_folder(data_dir)
    with folder_lock(folder / "lock") as lock:
        if not lock.take():
            raise EmbeddedError(
                f"Todochat already runs on {folder} (process {lock.signed_by() or 'unknown'}). "
                "Stop that one first, or set TODOCHAT_DATA_DIR to another folder."
            )
        lock.sign()
        yield folder
