"""Who may open a transaction of a user, and whom it keeps waiting.

The database's function `enter_user` locks the user's row and refuses who has no authority; it is
called by the statement that begins the transaction.
"""

from enum import StrEnum

from db.errors import AccountDeleted

_DELETED = "TD001"


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


def lock(user_id: str, access: str) -> str:
    """Return the expression that locks the row of a user; both are expressions."""
    return f"enter_user({user_id}, {access})"


def raise_refusal(sqlstate: str) -> None:
    """Raise the error for which `enter_user` refused a transaction, if it did.

    Raises:
        AccountDeleted: The user was erased.
    """
    if sqlstate == _DELETED:
        raise AccountDeleted from None
