"""Links to a new password, which the web app makes for who knows its secret."""

import httpx2

from chat_api.client.api_client import base_url, is_local, transport_errors
from chat_api.client.errors import InvalidResponse, NoResetLink
from chat_api.client.responses import json_object

_PATH = "/api/auth/password-reset/link"
_SECONDS = 20
_UNKNOWN = "No account has this address."
_MISMATCH = (
    "The web app at {url} has another secret: run this with its BETTER_AUTH_SECRET, or with its "
    "TODOCHAT_DATA_DIR."
)
_ABSENT = "There is no web app at {url}."
_FAILED = "The web app at {url} makes no link: it answers {status}, and its log may say why."


def request_reset_link(web_url: str, token: str) -> str:
    """Return the link for the account that the token names.

    Raises:
        NoResetLink: There is no such account or no such web app, or it has another secret.
        ServerUnreachable: There is no response.
        InvalidAccess: The URL can't be one.
    """
    url = base_url(web_url)
    with transport_errors(url):
        response = httpx2.post(
            f"{url}{_PATH}",
            json={"token": token},
            timeout=_SECONDS,
            trust_env=not is_local(url),
        )
    try:
        answer = json_object(response)
    except InvalidResponse:
        answer = {}
    match answer:
        case {"url": str(link)} if response.is_success:
            return link
        case {"code": "USER_NOT_FOUND"}:
            reason = _UNKNOWN
        case {"code": "INVALID_TOKEN"}:
            reason = _MISMATCH
        case _:
            absent = response.is_success or response.status_code == httpx2.codes.NOT_FOUND
            reason = _ABSENT if absent else _FAILED
    raise NoResetLink(reason.format(url=url, status=response.status_code))
