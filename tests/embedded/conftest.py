"""A data folder that Postgres's own account can reach."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest


@pytest.fixture
def data_dir() -> Iterator[Path]:
    """Yield an empty folder outside `tmp_path`, which each start of pytest closes to others."""
    with TemporaryDirectory(prefix="todochat-test-") as folder:
        yield Path(folder)
