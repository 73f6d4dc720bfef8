"""Migrate the database that DATABASE_URL names: `python -m chat_api.supervisor.migration`.

A process of its own, so that the supervisor need not carry the database libraries.
"""

import sys

from chat_api.supervisor.database_errors import DatabaseTrouble, explained
from db.migrate import upgrade
from db.settings import DatabaseSettings


def main() -> None:
    """Migrate, or say in one line why not."""
    url = DatabaseSettings().database_url
    if url is None:
        sys.exit("DATABASE_URL is not set; `todochat migrate` brings its own Postgres.")
    try:
        with explained("The database can't be migrated"):
            upgrade(url)
    except DatabaseTrouble as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
