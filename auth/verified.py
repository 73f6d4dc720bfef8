"""Tokens whose signature was verified already: a client sends the same one with each request."""

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass

from jwt import PyJWK

from auth.decode import LEEWAY
from auth.principal import Principal

MAX_TOKENS = 1000


@dataclass(frozen=True, slots=True)
class VerifiedToken:
    """What verifying a token gave, and the key that its issuer must still publish."""

    principal: Principal
    key: PyJWK


class VerifiedTokens:
    """The tokens verified last, by their hash, until they expire. `clock` gives the Unix time."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._tokens: dict[bytes, VerifiedToken] = {}

    def find(self, token: str, key: PyJWK) -> Principal | None:
        """Return the principal of a token that this very key verified."""
        found = self._tokens.get(_hash(token))
        if found is None or found.key is not key:
            return None
        return found.principal if found.principal.expires_at + LEEWAY > self._clock() else None

    def add(self, token: str, key: PyJWK, principal: Principal) -> None:
        """Keep a verified token; the oldest one makes room."""
        if len(self._tokens) >= MAX_TOKENS:
            del self._tokens[next(iter(self._tokens))]
        self._tokens[_hash(token)] = VerifiedToken(principal, key)


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
