"""The server's refusals in the words of a chat."""

import httpx2

from chat_api.terminal.text import clean


def explain(response: httpx2.Response, user: str) -> str:
    """Say on one line why the server refused; its body is a problem (RFC 9457), or anything."""
    status = response.status_code
    detail, code = _problem(response)
    if status == httpx2.codes.UNAUTHORIZED:
        return f"{detail} `todochat token {user}` makes a token that --token takes."
    if status == httpx2.codes.FORBIDDEN:
        return f"The token does not belong to the user {user}."
    if code == "conversation_not_found":
        return "There is no such conversation of yours; /new starts one."
    if status == httpx2.codes.NOT_FOUND:
        return f"There is no Todochat at {response.url.copy_with(path='/')}."
    if code == "conversation_busy":
        return "A reply is still being written in this conversation: wait for it, or use /new."
    return f"{detail} ({status})"


def _problem(response: httpx2.Response) -> tuple[str, str]:
    fallback = f"The server answers {response.reason_phrase or 'with an error'}."
    try:
        body = response.json()
    except ValueError:
        return fallback, ""
    if not isinstance(body, dict):
        return fallback, ""
    detail = " ".join(clean(str(body.get("detail") or fallback)).split())
    return detail, str(body.get("code", ""))
