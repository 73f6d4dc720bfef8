"""Why a request to the API has no result.

ClientError
├── InvalidAccess      the URL or the token can't be one
├── ServerUnreachable  no connection, or a connection that broke or went silent
├── NoResetLink        the web app makes no link to a new password
├── RequestRefused     the API answered with an error status
└── InvalidResponse    the response can't be read, or its stream ended early
"""


class ClientError(Exception):
    """The request has no result; `str(error)` is one line for the user."""


class InvalidAccess(ClientError):
    """The URL or the token can't be one."""


class ServerUnreachable(ClientError):
    """There is no connection, or it broke or went silent."""


class NoResetLink(ClientError):
    """The web app makes no link to a new password."""


class InvalidResponse(ClientError):
    """The response can't be read, or the stream of a turn ended before its last event."""


class RequestRefused(ClientError):
    """The API answered with an error status.

    Attributes:
        status: The HTTP status.
        code: The stable code of the problem document (RFC 9457), or else the status.
        detail: The sentence of the problem document, on one line and safe to print.

    """

    def __init__(self, status: int, code: str, detail: str) -> None:
        super().__init__(f"{detail} ({status})")
        self.status = status
        self.code = code
        self.detail = detail
