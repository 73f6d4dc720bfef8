"""Rings of keys: several verify at a time, and one of them signs.

So a key is replaced without a token that anybody refuses: the new one verifies everywhere before it
signs anywhere, and the old one verifies until what it signed has expired.
"""

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, Literal, Protocol, TypeVar

K = TypeVar("K")
K_co = TypeVar("K_co", covariant=True)

# A verifier may fetch a published key set ten seconds after the last time, and reads a ring each
# second.
LEAD_SECONDS = 30.0
READ_SECONDS = 1.0
# The difference of clocks that verifiers tolerate, and a little more.
_MARGIN_SECONDS = 10.0

KeyState = Literal["signs", "published", "verifies", "retired"]


class KeyRing(Protocol[K_co]):
    """Keys of one kind."""

    def signing(self) -> K_co:
        """Return the key that signs now."""
        ...

    def verifying(self) -> Sequence[K_co]:
        """Return the keys that may have signed what is valid now, or will sign next."""
        ...


@dataclass(frozen=True)
class FixedRing(Generic[K]):
    """The keys of a setting: the first signs, all verify."""

    keys: tuple[K, ...]

    def signing(self) -> K:
        """Return the first key."""
        return self.keys[0]

    def verifying(self) -> Sequence[K]:
        """Return all keys."""
        return self.keys


@dataclass(frozen=True)
class StoredKey(Generic[K]):
    """A key in a file; `created` is in seconds since 1970, 0 for the ring's first."""

    path: Path
    created: int
    key: K


class StoredRing(Generic[K]):
    """Keys in files of one folder, which any number of processes read.

    The first file has the name of `path`; `rotate` adds others, named for when they were made. All
    processes see the same files, and change what they do with them by the clock: a new key signs
    half a minute after it was made, and its predecessor verifies for `lifetime` seconds more, the
    longest that something it signed is valid.

    `load` reads the key in a file, and makes it if the file is missing; `clock` gives Unix time.
    """

    def __init__(
        self,
        path: Path,
        load: Callable[[Path], K],
        *,
        lifetime: float,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._path = path
        self._load = load
        self._lifetime = lifetime
        self._clock = clock
        self._read_at = float("-inf")
        self._stored: tuple[StoredKey[K], ...] = ()

    def signing(self) -> K:
        """Return the newest key that every verifier has by now.

        Raises:
            SecretsUnusable: A file can't be read, or holds no such key.
        """
        stored, now = self._read(), self._clock()
        return stored[self._signer(stored, now)].key

    def verifying(self) -> Sequence[K]:
        """Return the keys that are not retired.

        Raises:
            SecretsUnusable: A file can't be read, or holds no such key.
        """
        return [stored.key for stored, state in self.states() if state != "retired"]

    def states(self) -> Sequence[tuple[StoredKey[K], KeyState]]:
        """Return all keys, oldest first, with what they do now.

        Raises:
            SecretsUnusable: A file can't be read, or holds no such key.
        """
        stored, now = self._read(), self._clock()
        signer = self._signer(stored, now)
        return [
            (one, self._state(stored, number, signer, now)) for number, one in enumerate(stored)
        ]

    def rotate(self) -> StoredKey[K]:
        """Add a key that signs soon, and delete the retired ones.

        Raises:
            SecretsUnusable: A file can't be read or written.
        """
        for stored, state in self.states():
            if state == "retired":
                stored.path.unlink(missing_ok=True)
        # Not before now, or the key would have less time to be read everywhere.
        created = math.ceil(self._clock())
        path = self._path.with_name(f"{self._path.stem}-{created}{self._path.suffix}")
        added = StoredKey(path, created, self._load(path))
        self._read_at = float("-inf")
        return added

    def _state(
        self, stored: Sequence[StoredKey[K]], number: int, signer: int, now: float
    ) -> KeyState:
        if number >= signer:
            return "signs" if number == signer else "published"
        replaced = stored[number + 1].created + LEAD_SECONDS
        valid = now <= replaced + self._lifetime + _MARGIN_SECONDS
        return "verifies" if valid else "retired"

    def _signer(self, stored: Sequence[StoredKey[K]], now: float) -> int:
        ready = [n for n, one in enumerate(stored) if one.created + LEAD_SECONDS <= now]
        return ready[-1] if ready else 0

    def _read(self) -> tuple[StoredKey[K], ...]:
        """Return the keys, which are looked for once a second."""
        now = time.monotonic()
        if now - self._read_at >= READ_SECONDS:
            known = {one.path: one for one in self._stored}
            paths = sorted((self._created(path), path) for path in self._paths())
            self._stored = tuple(
                known.get(path) or StoredKey(path, created, self._load(path))
                for created, path in paths
            )
            self._read_at = now
        return self._stored

    def _paths(self) -> list[Path]:
        """Return the files of the ring; the first is made where there is none."""
        others = self._path.parent.glob(f"{self._path.stem}-*{self._path.suffix}")
        added = [path for path in others if self._number(path).isdecimal()]
        return [*added, self._path] if self._path.exists() or not added else added

    def _created(self, path: Path) -> int:
        return 0 if path == self._path else int(self._number(path))

    def _number(self, path: Path) -> str:
        return path.stem.removeprefix(f"{self._path.stem}-")
