"""What the views of one user's rows have in common."""

import base64
import binascii
import json
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from db.errors import InvalidCursor

_LOCK = text("select pg_advisory_xact_lock(hashtextextended(:user_id, 7071))")


class UserScoped:
    """A view of one user's rows; the owner is bound here so that no query can leave it out."""

    def __init__(self, session: AsyncSession, user_id: str) -> None:
        self._session = session
        self._user_id = user_id

    async def _one_writer(self) -> None:
        """Let one transaction at a time write this user's tasks.

        Numbers without gaps, changes numbered in the order they commit, and idempotency keys that
        are looked up before they are written all rest on this. The lock ends with the
        transaction.
        """
        if not self._session.info.get("writing"):
            await self._session.execute(_LOCK, {"user_id": self._user_id})
            self._session.info["writing"] = True


def cursor_of(*position: object) -> str:
    """Pack the last row's place in a list into an opaque cursor."""
    packed = json.dumps(position, separators=(",", ":"), default=str).encode()
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def position_of(cursor: str) -> list[Any]:
    """Unpack a cursor.

    Raises:
        InvalidCursor: It was not made by `cursor_of`.

    """
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        position = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (ValueError, binascii.Error, RecursionError) as error:
        raise InvalidCursor from error
    if not isinstance(position, list):
        raise InvalidCursor
    return position
