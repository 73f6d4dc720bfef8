"""What can be wrong with the data folder or the Postgres in it."""


class EmbeddedError(Exception):
    """The embedded Postgres can't run; `str(error)` is one line for the person at the terminal."""
