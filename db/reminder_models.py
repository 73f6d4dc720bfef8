"""The tables of reminders, and of what becomes of them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, Text, Uuid, text
from sqlmodel import Field, SQLModel

from db.columns import FALSE, NOW, TIME, one_of, owned_by
from db.reminder_values import CHANNELS, REMINDER_STATUSES


class StoredReminder(SQLModel, table=True):
    """A reminder of a task: what the user set, and when it fires."""

    __tablename__ = "reminders"
    __table_args__ = (
        owned_by("tasks", "task_id"),
        one_of("status", REMINDER_STATUSES),
        Index("reminders_of_task", "user_id", "task_id", "spec", unique=True),
        Index("reminders_due", "fires_at", postgresql_where=text("status = 'waiting'")),
    )

    user_id: str = Field(sa_type=Text, primary_key=True)
    id: UUID = Field(sa_type=Uuid, primary_key=True)
    task_id: int
    spec: str = Field(sa_type=Text)
    fires_at: datetime = Field(sa_type=TIME)
    status: str = Field(
        default="waiting", sa_type=Text, sa_column_kwargs={"server_default": text("'waiting'")}
    )
    delivered_at: datetime | None = Field(default=None, sa_type=TIME)


class StoredNotification(SQLModel, table=True):
    """A reminder that fired, with the title that its task had then."""

    __tablename__ = "notifications"
    __table_args__ = (
        owned_by("tasks", "task_id"),
        Index("notifications_of_firing", "user_id", "reminder_id", "fires_at", unique=True),
        Index("notifications_unread", "user_id", "id", postgresql_where=text("read_at is null")),
        Index("notifications_by_age", "created_at"),
    )

    user_id: str = Field(sa_type=Text, primary_key=True)
    id: UUID = Field(sa_type=Uuid, primary_key=True)
    task_id: int
    reminder_id: UUID = Field(sa_type=Uuid)
    title: str = Field(sa_type=Text)
    fires_at: datetime = Field(sa_type=TIME)
    late: bool = Field(default=False, sa_column_kwargs=FALSE)
    created_at: datetime = Field(sa_type=TIME, sa_column_kwargs=NOW)
    read_at: datetime | None = Field(default=None, sa_type=TIME)


class StoredPushSubscription(SQLModel, table=True):
    """A browser that takes notifications by Web Push, with its keys, or an e-mail address."""

    __tablename__ = "push_subscriptions"
    __table_args__ = (
        one_of("channel", CHANNELS),
        Index("push_subscriptions_by_endpoint", "user_id", "endpoint", unique=True),
        Index(
            "push_subscriptions_email",
            "user_id",
            unique=True,
            postgresql_where=text("channel = 'email'"),
        ),
    )

    user_id: str = Field(sa_type=Text, primary_key=True)
    id: UUID = Field(sa_type=Uuid, primary_key=True)
    endpoint: str = Field(sa_type=Text)
    p256dh: str = Field(sa_type=Text)
    auth: str = Field(sa_type=Text)
    user_agent: str = Field(sa_type=Text)
    created_at: datetime = Field(sa_type=TIME, sa_column_kwargs=NOW)
    last_ok_at: datetime | None = Field(default=None, sa_type=TIME)
    failures: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    last_error: str | None = Field(default=None, sa_type=Text)
    channel: str = Field(
        default="web_push", sa_type=Text, sa_column_kwargs={"server_default": text("'web_push'")}
    )


class StoredPushDelivery(SQLModel, table=True):
    """A notification that is to be sent to a browser or address; sent, its row is gone."""

    __tablename__ = "push_deliveries"
    __table_args__ = (
        owned_by("notifications", "notification_id"),
        owned_by("push_subscriptions", "subscription_id"),
        Index("push_deliveries_due", "next_at"),
    )

    user_id: str = Field(sa_type=Text, primary_key=True)
    notification_id: UUID = Field(sa_type=Uuid, primary_key=True)
    subscription_id: UUID = Field(sa_type=Uuid, primary_key=True)
    attempts: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    next_at: datetime = Field(sa_type=TIME, sa_column_kwargs=NOW)
