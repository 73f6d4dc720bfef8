"""The browser of the tests that need one."""

import os
import shutil

import pytest

_NAMES = ("chromium", "chromium-browser", "google-chrome")


def find_chromium() -> str | None:
    """Return the Chromium that CHROMIUM names, or the machine's, if there is one."""
    named = os.environ.get("CHROMIUM")
    return named or next(filter(None, map(shutil.which, _NAMES)), None)


in_a_browser = pytest.mark.skipif(find_chromium() is None, reason="no Chromium on this machine")
