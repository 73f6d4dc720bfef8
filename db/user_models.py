"""The tables of users: their state, and their settings."""

from datetime import datetime

from sqlalchemy import Text, text
from sqlmodel import Field, SQLModel

from db.columns import NOW, TIME
from db.reminder_values import DEFAULT_REMINDER


class UserState(SQLModel, table=True):
    """The row that a user's writers lock, and all that is left of an erased user."""

    __tablename__ = "user_states"

    user_id: str = Field(sa_type=Text, primary_key=True)
    deleted_at: datetime | None = Field(default=None, sa_type=TIME)
    epoch: datetime | None = Field(default=None, sa_type=TIME)
    last_task_id: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    last_change_id: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})


class GrantState(SQLModel, table=True):
    """From when on signed tokens of one client of the user are accepted."""

    __tablename__ = "grant_states"

    user_id: str = Field(sa_type=Text, primary_key=True)
    client: str = Field(sa_type=Text, primary_key=True)
    epoch: datetime = Field(sa_type=TIME)


class StoredSettings(SQLModel, table=True):
    """A user's settings; there is no row until the first one is set."""

    __tablename__ = "user_settings"

    user_id: str = Field(sa_type=Text, primary_key=True)
    timezone: str | None = Field(default=None, sa_type=Text)
    default_reminder: str | None = Field(
        default=DEFAULT_REMINDER,
        sa_type=Text,
        sa_column_kwargs={"server_default": text(f"'{DEFAULT_REMINDER}'")},
    )
    updated_at: datetime = Field(sa_type=TIME, sa_column_kwargs=NOW)
