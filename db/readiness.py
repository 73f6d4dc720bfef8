"""Whether the database can serve: it answers, has the schema that is needed, and accepts writes."""

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from db.engine import Sessions, server_of
from db.errors import DatabaseUnavailable
from db.outages import sqlstate, translating_outages
from db.revision import is_new_enough, newest_revision

_STATE = text(
    "select current_setting('transaction_read_only')::bool or pg_is_in_recovery(), "
    "(select max(version_num) from alembic_version)"
)
_NO_SUCH_TABLE = "42P01"


class DatabaseReadOnly(DatabaseUnavailable):
    """Postgres answers, but it accepts no writes: it is a standby, or was made read-only."""

    code = "database_read_only"

    def __init__(self) -> None:
        super().__init__("The database accepts no writes just now.")


class SchemaOutdated(DatabaseUnavailable):
    """The schema is older than this version of the services needs, or there is none."""

    code = "schema_outdated"

    def __init__(self, stored: str | None, needed: str) -> None:
        state = f"is of revision {stored}" if stored else "is empty"
        super().__init__(
            f"The database {state}, and this version needs {needed}: run `todochat migrate`."
        )


async def check_database(sessions: Sessions) -> None:
    """Make one round trip to Postgres, and check what it answers.

    Raises:
        DatabaseUnavailable: There was no answer.
        SchemaOutdated: The migrations that this version brings have not run.
        DatabaseReadOnly: It accepts no writes.
    """
    async with translating_outages(sessions), sessions() as session:
        try:
            read_only, revision = (await session.execute(_STATE)).one()
        except DBAPIError as error:
            if sqlstate(error) != _NO_SUCH_TABLE:
                raise
            raise SchemaOutdated(None, newest_revision()) from error
    if not is_new_enough(revision):
        raise SchemaOutdated(revision, newest_revision())
    if read_only:
        raise DatabaseReadOnly


def notices(sessions: Sessions) -> list[str]:
    """Return codes of what an operator should change though the database serves."""
    return ["unnamed_pooler"] if server_of(sessions).noticed else []
