"""The tables of the obvious stack, as its API and its MCP server share them."""

import os
from datetime import UTC, datetime

from sqlalchemy import DateTime
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlmodel import Field, SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

engine = create_async_engine(os.environ["PEER_DATABASE_URL"], pool_size=10, max_overflow=20)
Session = async_sessionmaker(engine, class_=AsyncSession, expire_on_commit=False)


def now() -> datetime:
    """Return the time with its zone."""
    return datetime.now(UTC)


class Conversation(SQLModel, table=True):
    """A thread of messages."""

    id: int | None = Field(default=None, primary_key=True)
    user_id: str = Field(index=True)
    updated_at: datetime = Field(default_factory=now, sa_type=DateTime(timezone=True))


class Message(SQLModel, table=True):
    """A message of the user or the assistant."""

    id: int | None = Field(default=None, primary_key=True)
    conversation_id: int = Field(foreign_key="conversation.id", index=True)
    user_id: str = Field(index=True)
    role: str
    content: str
    created_at: datetime = Field(default_factory=now, sa_type=DateTime(timezone=True))


class Task(SQLModel, table=True):
    """Something to do."""

    id: int | None = Field(default=None, primary_key=True)
    user_id: str = Field(index=True)
    title: str
    completed: bool = False
    created_at: datetime = Field(default_factory=now, sa_type=DateTime(timezone=True))


async def create_tables() -> None:
    """Create what is missing."""
    async with engine.begin() as connection:
        await connection.run_sync(SQLModel.metadata.create_all)
