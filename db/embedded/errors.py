"""The error of the embedded Postgres."""


class EmbeddedError(Exception):
    """The embedded Postgres can't run; `str(error)` is one line for the person at the terminal."""
