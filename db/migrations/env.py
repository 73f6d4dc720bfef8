"""Alembic's entry: runs over the connection that `db.migrate` hands in."""

from alembic import context
from sqlmodel import SQLModel

from db.models import TABLES

assert TABLES  # noqa: S101  the tables must be known before they are compared
context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
