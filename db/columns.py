"""Parts of tables that all of them share."""

from sqlalchemy import CheckConstraint, DateTime, ForeignKeyConstraint, func, text

TIME = DateTime(timezone=True)
NOW = {"server_default": func.now()}
FALSE = {"server_default": text("false")}


def one_of(column: str, values: tuple[str, ...]) -> CheckConstraint:
    """Return the check that a column has one of the values."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} in ({listed})", name=f"{column}_known")


def owned_by(table: str, *columns: str) -> ForeignKeyConstraint:
    """Return a foreign key to a row of the same user, deleted with it."""
    targets = [f"{table}.user_id", f"{table}.id"]
    return ForeignKeyConstraint(["user_id", *columns], targets, ondelete="CASCADE")
