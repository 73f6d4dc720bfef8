"""The tables. Every primary key starts with `user_id`: isolation boundary and index prefix."""

from datetime import date, datetime, time
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Index,
    Integer,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import Field, SQLModel

from db import (  # noqa: F401  their tables belong to the metadata
    ledger,
    reminder_models,
    user_models,
)
from db.columns import FALSE, NOW, TIME, one_of, owned_by
from db.list_names import LIST_NAME_LENGTH
from db.repeat_rule import REPEAT_FROM
from db.task_orders import DUE_KEY, PRIORITY_KEY, TITLE_KEY
from db.values import DESCRIPTION_LENGTH, PRIORITIES, TITLE_LENGTH, TOKEN_NAME_LENGTH, TOKEN_SCOPES

TURN_STATUSES = ("running", "finished", "failed", "cancelled", "interrupted")
MESSAGE_STATUSES = ("finished", "failed", "cancelled", "interrupted")
ROLES = ("user", "assistant")
FEEDBACK = ("positive", "negative")

_OPEN = text("not completed and deleted_at is null")
_COMPLETED = text("completed and deleted_at is null")
_UNREVOKED = text("revoked_at is null")


def _ordered(name: str, key: str) -> tuple[Index, Index]:
    """Return the indexes of an order of tasks, of the open ones and of the completed ones."""
    return (
        Index(f"tasks_open_{name}", "user_id", text(key), "id", postgresql_where=_OPEN),
        Index(f"tasks_completed_{name}", "user_id", text(key), "id", postgresql_where=_COMPLETED),
    )


class StoredList(SQLModel, table=True):
    """A list of tasks; `key` is what `db.list_names.list_key` makes of its name."""

    __tablename__ = "lists"
    __table_args__ = (
        CheckConstraint(f"char_length(name) between 1 and {LIST_NAME_LENGTH}", name="name_length"),
        Index(
            "lists_by_key",
            "user_id",
            "key",
            unique=True,
            postgresql_where=text("deleted_at is null"),
        ),
    )

    user_id: str = Field(sa_type=Text, primary_key=True)
    id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    name: str = Field(sa_type=Text)
    key: str = Field(sa_type=Text)
    position: int
    archived_at: datetime | None = Field(default=None, sa_type=TIME)
    deleted_at: datetime | None = Field(default=None, sa_type=TIME)
    created_at: datetime = Field(sa_type=TIME, sa_column_kwargs=NOW)
    text_by: str | None = Field(default=None, sa_type=Text)


class StoredTask(SQLModel, table=True):
    """One thing to do; `id` counts from 1 for each user and is never used again."""

    __tablename__ = "tasks"
    __table_args__ = (
        owned_by("lists", "list_id"),
        CheckConstraint(f"char_length(title) between 1 and {TITLE_LENGTH}", name="title_length"),
        CheckConstraint(
            f"char_length(description) <= {DESCRIPTION_LENGTH}", name="description_length"
        ),
        CheckConstraint("completed = (completed_at is not null)", name="completed_has_time"),
        one_of("priority", PRIORITIES),
        one_of("repeat_from", REPEAT_FROM),
        Index("tasks_pending", "user_id", "id", postgresql_where=_OPEN),
        Index("tasks_completed", "user_id", "id", postgresql_where=_COMPLETED),
        *_ordered("by_list", "list_id"),
        *_ordered("by_due_time", f"({DUE_KEY})"),
        *_ordered("by_priority", f"({PRIORITY_KEY})"),
        *_ordered("by_title", TITLE_KEY),
        *_ordered("by_update", "updated_at"),
        Index(
            "tasks_deleted",
            "deleted_at",
            "user_id",
            "id",
            postgresql_where=text("deleted_at is not null"),
        ),
    )

    user_id: str = Field(sa_type=Text, primary_key=True)
    id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    title: str = Field(sa_type=Text)
    description: str = Field(default="", sa_type=Text)
    completed: bool = Field(default=False, sa_column_kwargs=FALSE)
    completed_at: datetime | None = Field(default=None, sa_type=TIME)
    due_on: date | None = None
    priority: str = Field(default="none", sa_type=Text)
    tags: list[str] = Field(default_factory=list, sa_type=ARRAY(Text))
    created_at: datetime = Field(sa_type=TIME, sa_column_kwargs=NOW)
    updated_at: datetime = Field(sa_type=TIME, sa_column_kwargs=NOW)
    deleted_at: datetime | None = Field(default=None, sa_type=TIME)
    version: int = Field(default=1, sa_column_kwargs={"server_default": text("1")})
    due_time: time | None = None
    repeat: str | None = Field(default=None, sa_type=Text)
    repeat_from: str | None = Field(default=None, sa_type=Text)
    series: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    moved_from: date | None = None
    list_id: int | None = None
    text_by: dict[str, str] | None = Field(default=None, sa_type=JSONB(none_as_null=True))


class StoredTaskChange(SQLModel, table=True):
    """A change of a task; `id` counts the user's changes in the order of their commits."""

    __tablename__ = "task_changes"
    __table_args__ = (
        owned_by("tasks", "task_id"),
        Index("task_changes_of_task", "user_id", "task_id", "id"),
        Index("task_changes_by_age", "created_at", "user_id", "id"),
        Index(
            "task_changes_of_group",
            "user_id",
            "group_id",
            postgresql_where=text("group_id is not null"),
        ),
    )

    user_id: str = Field(sa_type=Text, primary_key=True)
    id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    task_id: int
    action: str = Field(sa_type=Text)
    before: dict[str, Any] | None = Field(default=None, sa_type=JSONB(none_as_null=True))
    after: dict[str, Any] = Field(sa_type=JSONB)
    client: str = Field(sa_type=Text)
    turn_id: UUID | None = Field(default=None, sa_type=Uuid)
    undoes: int | None = None
    undone: bool = Field(default=False, sa_column_kwargs=FALSE)
    created_at: datetime = Field(sa_type=TIME, sa_column_kwargs=NOW)
    group_id: UUID | None = None
    made_list: int | None = None


class Conversation(SQLModel, table=True):
    """A thread of messages; its `id` is a time-ordered UUID (version 7, RFC 9562)."""

    __tablename__ = "conversations"
    __table_args__ = (Index("conversations_newest", "user_id", "updated_at", "id"),)

    user_id: str = Field(sa_type=Text, primary_key=True)
    id: UUID = Field(sa_type=Uuid, primary_key=True)
    title: str = Field(sa_type=Text)
    created_at: datetime = Field(sa_type=TIME, sa_column_kwargs=NOW)
    updated_at: datetime = Field(sa_type=TIME, sa_column_kwargs=NOW)

    __mapper_args__: ClassVar[dict[str, Any]] = {"eager_defaults": True}


class Turn(SQLModel, table=True):
    """One run of the agent, for one message of the user."""

    __tablename__ = "turns"
    __table_args__ = (
        owned_by("conversations", "conversation_id"),
        one_of("status", TURN_STATUSES),
        Index(
            "turns_one_running",
            "user_id",
            "conversation_id",
            unique=True,
            postgresql_where=text("status = 'running'"),
        ),
        Index("turns_of_conversation", "user_id", "conversation_id", "id"),
        Index("turns_by_lease", "lease_until", postgresql_where=text("status = 'running'")),
        Index("turns_by_age", "created_at", postgresql_where=text("idempotency_key is not null")),
        Index(
            "turns_idempotency_key",
            "user_id",
            "idempotency_key",
            unique=True,
            postgresql_where=text("idempotency_key is not null"),
        ),
    )

    user_id: str = Field(sa_type=Text, primary_key=True)
    id: UUID = Field(sa_type=Uuid, primary_key=True)
    conversation_id: UUID = Field(sa_type=Uuid)
    idempotency_key: str | None = Field(default=None, sa_type=Text)
    request_hash: str | None = Field(default=None, sa_type=Text)
    retry_of: UUID | None = Field(default=None, sa_type=Uuid)
    status: str = Field(
        default="running", sa_type=Text, sa_column_kwargs={"server_default": text("'running'")}
    )
    error_code: str | None = Field(default=None, sa_type=Text)
    model: str = Field(sa_type=Text)
    usage: dict[str, Any] | None = Field(default=None, sa_type=JSONB(none_as_null=True))
    lease_until: datetime = Field(sa_type=TIME)
    cancel_requested_at: datetime | None = Field(default=None, sa_type=TIME)
    followed_at: datetime | None = Field(default=None, sa_type=TIME)
    created_at: datetime = Field(sa_type=TIME, sa_column_kwargs=NOW)
    finished_at: datetime | None = Field(default=None, sa_type=TIME)


class Message(SQLModel, table=True):
    """A message; the assistant's hold the tool calls of their turn."""

    __tablename__ = "messages"
    __table_args__ = (
        owned_by("conversations", "conversation_id"),
        owned_by("turns", "turn_id"),
        one_of("role", ROLES),
        one_of("status", MESSAGE_STATUSES),
        one_of("feedback", FEEDBACK),
        Index("messages_of_turn", "user_id", "turn_id"),
    )

    user_id: str = Field(sa_type=Text, primary_key=True)
    conversation_id: UUID = Field(sa_type=Uuid, primary_key=True)
    id: UUID = Field(sa_type=Uuid, primary_key=True)
    turn_id: UUID = Field(sa_type=Uuid)
    role: str = Field(sa_type=Text)
    content: str = Field(sa_type=Text)
    tool_calls: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSONB)
    task_ids: list[int] | None = Field(default=None, sa_type=ARRAY(Integer))
    suggestions: list[str] = Field(
        default_factory=list,
        sa_type=ARRAY(Text),
        sa_column_kwargs={"server_default": text("'{}'")},
    )
    pending: dict[str, Any] | None = Field(default=None, sa_type=JSONB(none_as_null=True))
    status: str = Field(default="finished", sa_type=Text)
    feedback: str | None = Field(default=None, sa_type=Text)
    created_at: datetime = Field(sa_type=TIME, sa_column_kwargs=NOW)


class TurnEvent(SQLModel, table=True):
    """One event of a turn as it was sent, stored for clients that reconnect."""

    __tablename__ = "turn_events"
    __table_args__ = (owned_by("turns", "turn_id"), Index("turn_events_by_age", "created_at"))

    user_id: str = Field(sa_type=Text, primary_key=True)
    turn_id: UUID = Field(sa_type=Uuid, primary_key=True)
    seq: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    type: str = Field(sa_type=Text)
    payload: dict[str, Any] = Field(sa_type=JSONB)
    created_at: datetime = Field(sa_type=TIME, sa_column_kwargs=NOW)


class TurnEventBatch(SQLModel, table=True):
    """Consecutive events of a turn as they were sent, stored together; `seq` counts from 1."""

    __tablename__ = "turn_event_batches"
    __table_args__ = (
        owned_by("turns", "turn_id"),
        Index("turn_event_batches_by_age", "created_at"),
    )

    user_id: str = Field(sa_type=Text, primary_key=True)
    turn_id: UUID = Field(sa_type=Uuid, primary_key=True)
    first_seq: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    last_seq: int
    events: list[dict[str, Any]] = Field(sa_type=JSONB)
    created_at: datetime = Field(sa_type=TIME, sa_column_kwargs=NOW)


class IdempotencyKey(SQLModel, table=True):
    """The answer to a write, which a repeated call gets as well."""

    __tablename__ = "idempotency"
    __table_args__ = (
        owned_by("turns", "turn_id"),
        Index("idempotency_of_turn", "user_id", "turn_id"),
        Index(
            "idempotency_by_age",
            "created_at",
            postgresql_where=text("turn_id is null"),
        ),
    )

    user_id: str = Field(sa_type=Text, primary_key=True)
    key: str = Field(sa_type=Text, primary_key=True)
    request_hash: str = Field(sa_type=Text)
    request: dict[str, Any] = Field(sa_type=JSONB)
    response: dict[str, Any] = Field(sa_type=JSONB)
    turn_id: UUID | None = None
    created_at: datetime = Field(sa_type=TIME, sa_column_kwargs=NOW)


class AccessToken(SQLModel, table=True):
    """A personal access token: its scopes and expiry, but not its secret.

    `token_hash` is the SHA-256 of the secret, in hexadecimal.
    """

    __tablename__ = "access_tokens"
    __table_args__ = (
        CheckConstraint(f"char_length(name) between 1 and {TOKEN_NAME_LENGTH}", name="name_length"),
        CheckConstraint(
            f"scopes <@ array{list(TOKEN_SCOPES)} and cardinality(scopes) > 0", name="scopes_known"
        ),
        Index("access_tokens_by_hash", "token_hash"),
    )

    user_id: str = Field(sa_type=Text, primary_key=True)
    id: UUID = Field(sa_type=Uuid, primary_key=True)
    name: str = Field(sa_type=Text)
    token_hash: str = Field(sa_type=Text)
    scopes: list[str] = Field(sa_type=ARRAY(Text))
    created_at: datetime = Field(sa_type=TIME, sa_column_kwargs=NOW)
    expires_at: datetime = Field(sa_type=TIME)
    last_used_at: datetime | None = Field(default=None, sa_type=TIME)
    revoked_at: datetime | None = Field(default=None, sa_type=TIME)


class StoredCalendarFeed(SQLModel, table=True):
    """A calendar feed; `token_hash` is the SHA-256 of its token, in hexadecimal."""

    __tablename__ = "calendar_feeds"
    __table_args__ = (
        Index("calendar_feeds_by_hash", "token_hash"),
        Index("calendar_feeds_valid", "user_id", unique=True, postgresql_where=_UNREVOKED),
    )

    user_id: str = Field(sa_type=Text, primary_key=True)
    token_hash: str = Field(sa_type=Text, primary_key=True)
    created_at: datetime = Field(sa_type=TIME, sa_column_kwargs=NOW)
    revoked_at: datetime | None = Field(default=None, sa_type=TIME)


TABLES = tuple(sorted(SQLModel.metadata.tables))
