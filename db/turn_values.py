"""The values of turns: what opens one, what it begins with, how it ends."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from db.ledger import Limit


@dataclass(frozen=True)
class TurnLimits:
    """How many turns of a user run at once, and how often they send a message."""

    running: int
    messages: Limit


@dataclass(frozen=True)
class NewTurn:
    """A turn to open; `history` is how many earlier messages are read at most.

    A second request with the same `key` and `request_hash` is answered with the same turn. With
    `limits`, no more turns of the user run at once, and no more messages are taken.
    """

    message: str
    conversation_id: UUID | None
    model: str
    lease: timedelta
    history: int
    key: str | None = None
    request_hash: str | None = None
    limits: TurnLimits | None = None


@dataclass(frozen=True)
class EarlierMessage:
    """A message before a turn, as far as a model reads it.

    `task_ids` and `pending` are the details of a reply, as `Message` has them.
    """

    id: UUID
    role: str
    content: str
    tool_calls: list[dict[str, Any]]
    status: str
    task_ids: list[int] | None = None
    pending: dict[str, Any] | None = None


@dataclass(frozen=True)
class OpenTurn:
    """A running turn, its message, and the messages before it, oldest first.

    `timezone` is the IANA name of the zone in the user's settings, if they chose one. `retry_of`
    is the turn that answered the same message first.
    """

    turn_id: UUID
    conversation_id: UUID
    message_id: UUID
    message: str
    history: Sequence[EarlierMessage]
    timezone: str | None
    retry_of: UUID | None = None


@dataclass(frozen=True)
class Outcome:
    """How a turn ended, and what is stored of it."""

    status: str
    content: str
    tool_calls: list[dict[str, Any]] = field(default_factory=list)
    task_ids: list[int] | None = None
    suggestions: list[str] = field(default_factory=list)
    pending: dict[str, Any] | None = None
    usage: dict[str, Any] | None = None
    error_code: str | None = None


@dataclass(frozen=True)
class TurnSignals:
    """What other processes have noted on a running turn: to stop it, and that they follow it."""

    stop_requested: bool
    followed: bool


@dataclass(frozen=True)
class Renewal:
    """The leases that were renewed, and the signals of all turns that still run."""

    renewed: frozenset[UUID]
    signals: dict[UUID, TurnSignals]
