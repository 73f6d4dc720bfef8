"""The program behind `todochat migrate --roles`, which opens the database of DATABASE_URL."""

import asyncio
import logging
import sys

from chat_api.supervisor.migration import DatabaseFailure, one_line_errors
from db.login_roles import ensure_login_roles
from db.settings import ConfigurationProblem, settings_of_database

NEW_PASSWORDS = "--new-passwords"


def main() -> None:
    """Make the roles and print the URLs of new ones, or exit with one line that says why not."""
    try:
        url, settings = settings_of_database("migrate")
    except ConfigurationProblem as error:
        sys.exit(str(error))
    logging.basicConfig(handlers=[logging.NullHandler()])
    try:
        with one_line_errors("The roles can't be made"):
            urls = asyncio.run(
                ensure_login_roles(
                    url,
                    settings.database_timeout,
                    new_passwords=NEW_PASSWORDS in sys.argv[1:],
                )
            )
    except DatabaseFailure as error:
        sys.exit(f"todochat: {error}")
    for name, url in urls.items():
        sys.stdout.write(f"{name}: DATABASE_URL={url}\n")
    if urls and sys.stderr.isatty():
        sys.stderr.write("Keep them safe, they are not shown again.\n")


if __name__ == "__main__":
    main()
