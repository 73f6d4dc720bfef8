"""The newest revision of the schema, known without the library that migrates."""

from pathlib import Path

VERSIONS = Path(__file__).parent / "migrations" / "versions"


def newest_revision() -> str:
    """Return the number that the file of the newest migration begins with."""
    return max(path.name.partition("_")[0] for path in VERSIONS.glob("[0-9]*.py"))
