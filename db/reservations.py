"""Uses of a limit that a process takes in advance from the ledger, and then spends by itself."""

from dataclasses import dataclass

from db.ledger import Limit
from db.user_connection import UserConnection

_RESERVE = "select granted, wait from reserve($2, $3, $4, $5, $6) where $1 <> ''"


@dataclass(frozen=True)
class Reservation:
    """What was granted; if nothing was, there is room again in `wait` seconds."""

    granted: int
    wait: int


async def reserve(
    connection: UserConnection, limit: Limit, client: str, wanted: int
) -> Reservation:
    """Take up to so many uses of a limit, for one client of the connection's user."""
    values = limit.kind, client, limit.most, limit.seconds, wanted
    (row,) = await connection.fetch(_RESERVE, *values)
    return Reservation(*row)
