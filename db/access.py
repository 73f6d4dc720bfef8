"""Who may open a transaction of a user, and whom it keeps waiting.

The database's function `enter_user` locks the user's row and refuses who has no authority; it is
called by the statement that begins the transaction.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from db.errors import AccountDeleted, NoAuthority, TokenRevoked

# By SQLSTATE.
_REFUSALS: dict[str, type[NoAuthority]] = {"TD001": AccountDeleted, "TD002": TokenRevoked}


class Access(StrEnum):
    """What a transaction does to its user's rows, by which it locks the user's row.

    `ADD` may add rows, in no particular order: only an erasure waits for it. One transaction at a
    time may `WRITE`: numbers without gaps, changes numbered in the order they commit, and
    idempotency keys that are looked up before they are written all rest on this.
    """

    READ = "read"
    ADD = "add"
    WRITE = "write"
    ERASE = "erase"


class Bearer(Protocol):
    """When the signed token was issued that a request came with, and to which client.

    `issued_at` is in seconds since 1970, with their fraction; None if there is no such token: work
    of our own, or a token that a row stands for.
    """

    @property
    def issued_at(self) -> float | None: ...  # noqa: D102

    @property
    def client(self) -> str | None: ...  # noqa: D102


@dataclass(frozen=True)
class _NoBearer:
    issued_at: float | None = None
    client: str | None = None


NO_BEARER: Bearer = _NoBearer()


def lock(user_id: str, access: str, bearer: str = "null, null") -> str:
    """Return the expression that locks the row of a user and checks a token.

    All are expressions: `bearer` is two, the time at which it was issued and its client.
    """
    return f"enter_user({user_id}, {access}, {bearer})"


def raise_refusal(sqlstate: str) -> None:
    """Raise the error for which `enter_user` refused a transaction, if it did.

    Raises:
        AccountDeleted: The user was erased.
        TokenRevoked: The token was issued before the user revoked such tokens.
    """
    if sqlstate in _REFUSALS:
        raise _REFUSALS[sqlstate] from None
