"""The base class of views of one user's rows, their ids and their cursors."""

import base64
import json
from datetime import UTC, datetime
from typing import Annotated, TypeVar
from uuid import UUID

import uuid_utils
from pydantic import AfterValidator, AwareDatetime, TypeAdapter
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from db.access import Access, lock
from db.errors import InvalidCursor

Position = TypeVar("Position")

_MILLISECOND = 1_000_000  # in nanoseconds
_LOCK = text(f"select {lock(':user_id', ':access')}")


class UserScoped:
    """A view of one user's rows; the owner is bound here so that no query can leave it out."""

    def __init__(self, session: AsyncSession, user_id: str) -> None:
        self._session = session
        self._user_id = user_id

    async def _one_writer(self) -> None:
        """Let one transaction at a time write this user's rows, until it ends."""
        if not self._session.info.get("writing"):
            values = {"user_id": self._user_id, "access": Access.WRITE}
            await self._session.execute(_LOCK, values)
            self._session.info["writing"] = True


def next_id(after: UUID | None = None) -> UUID:
    """Return a new UUID version 7 (RFC 9562).

    It sorts after `after`, even if that is from a faster clock.
    """
    made = UUID(int=uuid_utils.uuid7().int)
    if after is None or made > after:
        return made
    later = ((after.int >> 80) + 1) * _MILLISECOND
    return UUID(int=uuid_utils.uuid7(nanoseconds=later).int)


def cursor_of(*position: object) -> str:
    """Pack the position of a page's last row into an opaque cursor."""
    packed = json.dumps(position, separators=(",", ":"), default=str).encode()
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def read_cursor(cursor: str, position: TypeAdapter[Position]) -> Position:
    """Unpack a cursor into the types of the list's sort keys; nothing is converted to them.

    Raises:
        InvalidCursor: `cursor_of` was not given such a position.
    """
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        packed = base64.b64decode(padded, altchars=b"-_", validate=True)
        return position.validate_json(packed, strict=True)
    except ValueError as error:
        raise InvalidCursor from error


def _in_utc(time: datetime) -> datetime:
    try:
        return time.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("must be a time between the years 1 and 9999 in UTC") from error


CursorTime = Annotated[AwareDatetime, AfterValidator(_in_utc)]
