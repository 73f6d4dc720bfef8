"""The time zone of this machine, so that "tomorrow" is the user's own."""

import os
from pathlib import Path
from zoneinfo import ZoneInfo

_LOCALTIME = Path("/etc/localtime")


def local_zone() -> str | None:
    """Return the IANA name of the local time zone, if it can be told."""
    name = os.environ.get("TZ", "").removeprefix(":") or _linked_zone()
    try:
        return ZoneInfo(name).key
    except (ValueError, OSError, KeyError):
        return None


def _linked_zone() -> str:
    _, _, name = str(_LOCALTIME.resolve()).partition("/zoneinfo/")
    return name
