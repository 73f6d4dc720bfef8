"""Printing at the terminal, whatever it can show, and while it is there."""

import io
import sys
from contextlib import suppress

from rich.console import Console


def replace_unprintable() -> None:
    """Let both standard streams take characters that their encoding lacks."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def print_text(console: Console, text: str, style: str = "") -> None:
    """Print text as it is, and nothing to a terminal that was closed: a stop must go on."""
    with suppress(OSError):
        console.print(text, style=style, markup=False, highlight=False, soft_wrap=True)


def print_error(error: Exception) -> None:
    """Print an error that is no bug as one line."""
    print_text(Console(stderr=True), f"todochat: {error}", "red")
