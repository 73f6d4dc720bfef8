"""How much is proved: a part of it in every run of the tests, all of it on demand."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

Case = TypeVar("Case")


@dataclass(frozen=True)
class Size:
    """How many of each."""

    streams: int
    users: int
    turns_per_user: int


FULL = Size(streams=200, users=20, turns_per_user=20)
SMALL = Size(streams=30, users=10, turns_per_user=6)
