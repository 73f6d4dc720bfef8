"""The ledger: what each user has used of a limit, in windows that all replicas share.

A row is one kind of use by one user, through one client where that counts. Its window slides: what
was used in the window before counts as far as that still overlaps the last seconds. Postgres counts
by its function `spend`, which raises where the limit is exceeded, so that the whole transaction is
undone, and with it the count.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import asyncpg
from sqlalchemy import BigInteger, Index, Text, text
from sqlmodel import Field, SQLModel

from db.columns import TIME
from db.errors import TodoError

# The SQLSTATE with which `spend` refuses; the kind is its message, the seconds to wait its detail.
LIMIT_EXCEEDED = "TC429"
# Who has waited for a window's length may be told to wait a little more, but is told what is left.
_LONGEST_WAIT = 60


class LedgerEntry(SQLModel, table=True):
    """The use of one kind in the present window and the one before."""

    __tablename__ = "ledger"
    __table_args__ = (Index("ledger_by_age", "window_start"),)

    user_id: str = Field(sa_type=Text, primary_key=True)
    kind: str = Field(sa_type=Text, primary_key=True)
    client: str = Field(
        default="", sa_type=Text, primary_key=True, sa_column_kwargs={"server_default": text("''")}
    )
    window_start: datetime = Field(sa_type=TIME)
    amount: int = Field(sa_type=BigInteger)
    before: int = Field(
        default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": text("0")}
    )


@dataclass(frozen=True)
class Limit:
    """How often a user may do something in so many seconds."""

    kind: str
    most: int
    seconds: int = 60

    @property
    def spending(self) -> str:
        """The expression that counts one use in the transaction of a user.

        `kind` must be a constant of ours.
        """
        return f"spend('{self.kind}', '', {self.most:d}, {self.seconds:d})"


class RateLimited(TodoError):
    """A limit of the ledger is exceeded; `retry_after` says when there is room again."""

    code = "rate_limited"

    def __init__(self, kind: str, retry_after: int) -> None:
        many = "messages" if kind == "messages" else "changes"
        super().__init__(f"Too many {many} in a short time; try again in {retry_after} seconds.")
        self.kind = kind
        self.retry_after = retry_after


class TooManyTurns(TodoError):
    """As many turns of the user run as may run at once."""

    code = "too_many_turns"
    retry_after = 2

    def __init__(self) -> None:
        super().__init__("Several replies are still being written; wait until one has ended.")


def raise_if_limited(error: Any) -> None:
    """Raise the error of a limit that Postgres has found exceeded; do nothing for other errors.

    Raises:
        RateLimited: It is that of `spend`.
    """
    # SQLAlchemy's error has the driver's as its cause.
    driver_error = error if isinstance(error, asyncpg.PostgresError) else error.__cause__
    if getattr(driver_error, "sqlstate", None) == LIMIT_EXCEEDED:
        wait = min(int(driver_error.detail), _LONGEST_WAIT)
        raise RateLimited(driver_error.message, wait) from error
