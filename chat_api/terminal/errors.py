"""Why a message got no reply."""


class ChatError(Exception):
    """The server can't be talked to, or refused; `str(error)` is one line for the user."""
