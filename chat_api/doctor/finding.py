"""What a check found."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Status = Literal["ok", "warning", "error", "skipped"]


@dataclass(frozen=True)
class Finding:
    """What one check says, for an operator; `advice` is what to do about it, if anything.

    Neither shows a secret.
    """

    check: str
    status: Status
    message: str
    advice: str = ""


def ok(check: str, message: str) -> Finding:
    """Return that something is as it should be."""
    return Finding(check, "ok", message)


def warning(check: str, message: str, advice: str) -> Finding:
    """Return that something works, but not as well or as safely as it could."""
    return Finding(check, "warning", message, advice)


def error(check: str, message: str, advice: str) -> Finding:
    """Return that something does not work."""
    return Finding(check, "error", message, advice)


def skipped(check: str, message: str) -> Finding:
    """Return that there is nothing to check, or that what it needs was not there."""
    return Finding(check, "skipped", message)


def has_errors(findings: Sequence[Finding]) -> bool:
    """Return whether something does not work."""
    return any(one.status == "error" for one in findings)
