"""What `todochat replay` was asked for."""

from pathlib import Path

from pydantic import BaseModel

REPORT_KINDS = (".json", ".xml", ".html")


class ReplayRequest(BaseModel):
    """The arguments of the command, which its program reads as JSON."""

    scripts: list[Path]
    url: str | None = None
    models: list[str] = []
    repeat: int = 1
    jobs: int = 1
    reports: list[Path] = []
