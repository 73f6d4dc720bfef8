"""The ids of thread items: that of the message they show, and which part of it they are."""

from enum import IntEnum
from typing import NamedTuple
from uuid import UUID

from db.errors import ConversationNotFound, MessageNotFound


class Part(IntEnum):
    """What an item shows of a message, in the order of display."""

    STEPS = 0
    TEXT = 1
    TASKS = 2


_SUFFIXES = {Part.STEPS: ".steps", Part.TEXT: "", Part.TASKS: ".tasks"}
_PARTS = {suffix: part for part, suffix in _SUFFIXES.items()}


class ItemId(NamedTuple):
    """The id of an item; ids compare as the items are shown, oldest first."""

    message_id: UUID
    part: Part = Part.TEXT

    def __str__(self) -> str:
        """Return the id as clients have it."""
        return f"{self.message_id}{_SUFFIXES[self.part]}"

    @classmethod
    def read(cls, text: str) -> "ItemId":
        """Read an id.

        Raises:
            MessageNotFound: No item can have it.
        """
        message_id, dot, part = text.partition(".")
        try:
            return cls(UUID(message_id), _PARTS[dot + part])
        except (ValueError, KeyError) as error:
            raise MessageNotFound from error


def conversation_id_of(thread_id: str) -> UUID:
    """Read a thread's id.

    Raises:
        ConversationNotFound: No thread can have it.
    """
    try:
        return UUID(thread_id)
    except ValueError as error:
        raise ConversationNotFound from error
