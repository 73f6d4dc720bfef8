"""Secrets that stand for a row: each carries its user, and 256 random bits.

The user says on which server the row is, and nothing else: only the row that has the hash of the
whole secret makes it valid. Secrets of earlier versions have no user; their rows are looked for on
all servers.
"""

import base64
import hashlib
import re
import secrets
from dataclasses import dataclass

import asyncpg

_BYTES = 32
_SHAPE = re.compile(r"(?:(?P<user>[\w-]{2,1400})_)?[\w-]{43}", re.ASCII)


@dataclass(frozen=True)
class BearerSecret:
    """What a secret says: the hash of its row, and the user, if it carries one."""

    hash: str
    user_id: str | None


def new_secret(user_id: str, prefix: str = "") -> str:
    """Return a new secret of a user, which no other has."""
    user = base64.urlsafe_b64encode(user_id.encode()).decode().rstrip("=")
    return f"{prefix}{user}_{secrets.token_urlsafe(_BYTES)}"


def read_secret(text: str, prefix: str = "") -> BearerSecret | None:
    """Return what a text says, or None if it is not formed like a secret."""
    shape = _SHAPE.fullmatch(text.removeprefix(prefix)) if text.startswith(prefix) else None
    if shape is None:
        return None
    packed = shape["user"]
    try:
        user_id = packed and base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)).decode()
    except ValueError:
        return None
    if user_id is not None and "\0" in user_id:
        return None
    return BearerSecret(secret_hash(text), user_id)


async def find_row(
    connection: asyncpg.Connection, find: str, secret: BearerSecret
) -> asyncpg.Record | None:
    """Return the row of a secret; `find` selects by its hash, as $1, and ends in its conditions."""
    if secret.user_id is None:
        rows = await connection.fetch(find, secret.hash)
    else:
        rows = await connection.fetch(f"{find} and user_id = $2", secret.hash, secret.user_id)
    return rows[0] if rows else None


def secret_hash(text: str) -> str:
    """Return what is stored of a secret.

    Slow hashes protect passwords. 256 random bits can't be guessed, and a fast hash can be looked
    up by an index.
    """
    return hashlib.sha256(text.encode()).hexdigest()
