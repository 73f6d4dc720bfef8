"""Time-ordered ids (UUID version 7, RFC 9562) that keep their order where clocks differ."""

from uuid import UUID

import uuid_utils

_MILLISECOND = 1_000_000  # in nanoseconds


def next_id(after: UUID | None = None) -> UUID:
    """Return a new id that sorts after `after`, even if that is from a faster clock."""
    made = UUID(int=uuid_utils.uuid7().int)
    if after is None or made > after:
        return made
    later = ((after.int >> 80) + 1) * _MILLISECOND
    return UUID(int=uuid_utils.uuid7(nanoseconds=later).int)
