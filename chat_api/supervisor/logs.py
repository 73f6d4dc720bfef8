"""The log files of the services."""

from pathlib import Path

_TAIL_BYTES = 8192


def last_lines(log: Path, count: int) -> list[str]:
    """Return the last lines of a log that say something; none if there is no such file."""
    try:
        with log.open("rb") as file:
            size = file.seek(0, 2)
            file.seek(max(0, size - _TAIL_BYTES))
            tail = file.read().decode(errors="replace")
    except OSError:
        return []
    return [line for line in tail.splitlines() if line.strip()][-count:]
