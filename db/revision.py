"""The newest revision of the schema, known without the library that migrates."""

from functools import cache
from pathlib import Path

VERSIONS = Path(__file__).parent / "migrations" / "versions"


@cache
def newest_revision() -> str:
    """Return the number that the file of the newest migration begins with."""
    return max(path.name.partition("_")[0] for path in VERSIONS.glob("[0-9]*.py"))


def is_new_enough(stored: str | None) -> bool:
    """Return whether a schema of the revision `stored` serves this version of the services.

    One of a later version does as well, since migrations only add to what the version before uses.
    """
    return stored is not None and stored >= newest_revision()
