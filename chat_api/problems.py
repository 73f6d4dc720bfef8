"""Errors as `application/problem+json` (RFC 9457), each with a stable `code`.

Also how the OpenAPI document lists them.
"""

import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from auth.errors import (
    AuthError,
    InvalidToken,
    KeysUnavailable,
    RecentLoginRequired,
    TooManyFailedTokens,
)
from chat_api.agent.failures import ToolServiceUnavailable
from chat_api.turns.line import ServiceBusy
from chat_api.turns.service import Draining
from chat_api.turns.user_streams import TooManyStreams
from db.errors import (
    ConversationBusy,
    DatabaseUnavailable,
    IdempotencyMismatch,
    InvalidCursor,
    ListNameTaken,
    NoAuthority,
    NotFound,
    NothingToUndo,
    NotTheNewestChange,
    RefusedValue,
    TodoError,
    TokenNotRepeated,
    TooManyAccessTokens,
    TooManyLists,
    TurnOver,
)
from db.ledger import RateLimited, TooManyTurns
from db.reminder_errors import TooManyPushSubscriptions

MEDIA_TYPE = "application/problem+json"
RETRY_SECONDS = 2

logger = logging.getLogger(__name__)


class FieldProblem(BaseModel):
    """An error in one field of the request; `code` and `hint` are those of a rule in `db`."""

    field: str
    message: str
    code: str | None = None
    hint: str | None = None


class Problem(BaseModel):
    """A problem document (RFC 9457)."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    code: str
    hint: str | None = None
    errors: list[FieldProblem] | None = None
    conversation_id: str | None = None
    turn_id: str | None = None
    task: dict[str, Any] | None = None


Responses = dict[int | str, dict[str, Any]]

_CONTENT = {"content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}}


def problem_responses(**descriptions: str) -> Responses:
    """Return the OpenAPI responses of further problems: `_404="No such task"`."""
    return {
        int(status.removeprefix("_")): {"description": description, **_CONTENT}
        for status, description in descriptions.items()
    }


# Every route of a user may answer these.
COMMON_PROBLEMS = problem_responses(
    _401="The token is missing or not valid",
    _403="The token belongs to another user",
    _413="The body is over 64 KiB",
    _422="The request breaks a rule that `errors` names",
    _429="The user is over a limit, or too many tokens of this address were not valid; "
    "`Retry-After` says when to try again",
    _500="A fault of the service",
    _503="The database or the token's issuer can't be reached",
)


class Forbidden(Exception):
    """The token is valid, but for another user than the path names."""


class MalformedBody(Exception):
    """The body is not a request of its protocol; `errors` have the form of pydantic's."""

    def __init__(self, errors: Sequence[Any]) -> None:
        super().__init__()
        self.errors = errors

    @classmethod
    def of(cls, field: str, message: str) -> "MalformedBody":
        """Build the error of one field."""
        return cls([{"loc": (field,), "msg": message}])


class NotSupported(Exception):
    """The protocol has a feature that the service lacks; `str(error)` is a sentence for users."""


_STATUS: Mapping[type[TodoError], int] = {
    NotFound: 404,
    ConversationBusy: 409,
    IdempotencyMismatch: 409,
    ListNameTaken: 409,
    NothingToUndo: 409,
    NotTheNewestChange: 409,
    TokenNotRepeated: 409,
    TooManyAccessTokens: 409,
    TooManyLists: 409,
    TooManyPushSubscriptions: 409,
    TurnOver: 409,
    RateLimited: 429,
    TooManyStreams: 429,
    TooManyTurns: 429,
    InvalidCursor: 422,
    RefusedValue: 422,
    DatabaseUnavailable: 503,
    ServiceBusy: 503,
}
# What a problem tells of an error beside its text.
_DETAILS = ("turn_id", "hint")
_HTTP_CODES = {404: "not_found", 405: "method_not_allowed", 413: "body_too_large"}


def problem(
    status: int,
    code: str,
    detail: str,
    *,
    headers: Mapping[str, str] | None = None,
    more: Mapping[str, Any] | None = None,
) -> JSONResponse:
    """Build the response for one problem."""
    body = Problem(
        title=HTTPStatus(status).phrase,
        status=status,
        detail=detail,
        code=code,
        **(more or {}),
    )
    all_headers = dict(headers or {})
    if status == 503:
        all_headers.setdefault("Retry-After", str(RETRY_SECONDS))
    return JSONResponse(
        body.model_dump(mode="json", exclude_none=True), status, all_headers, media_type=MEDIA_TYPE
    )


def add_problem_handlers(app: FastAPI) -> None:
    """Register a handler for every error that a route can raise."""
    app.add_exception_handler(TodoError, _todo_error)
    app.add_exception_handler(AuthError, _auth_error)
    app.add_exception_handler(Forbidden, _forbidden)
    app.add_exception_handler(Draining, _draining)
    app.add_exception_handler(ToolServiceUnavailable, _tools_unavailable)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(MalformedBody, _malformed)
    app.add_exception_handler(NotSupported, _not_supported)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(Exception, _unexpected)


async def _todo_error(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, TodoError)  # noqa: S101
    if isinstance(error, NoAuthority):
        return _invalid_token(error.code, str(error))
    status = next(_STATUS[kind] for kind in type(error).__mro__ if kind in _STATUS)
    more = {name: str(value) for name in _DETAILS if (value := getattr(error, name, None))}
    headers = {"Retry-After": str(error.retry_after)} if error.retry_after else None
    return problem(status, error.code, str(error), headers=headers, more=more)


async def _auth_error(_: Request, error: Exception) -> JSONResponse:
    match error:
        case InvalidToken():
            return _invalid_token(error.code, str(error))
        case TooManyFailedTokens():
            wait = {"Retry-After": str(error.retry_after)}
            return problem(429, error.code, str(error), headers=wait)
        case RecentLoginRequired():
            challenge = f'Bearer error="insufficient_user_authentication", max_age={error.max_age}'
            return problem(403, error.code, str(error), headers={"WWW-Authenticate": challenge})
        case KeysUnavailable():
            return problem(503, error.code, str(error))
        case _:
            return await _unexpected(_, error)


def _invalid_token(code: str, detail: str) -> JSONResponse:
    challenge = f'Bearer error="invalid_token", error_description="{detail}"'
    return unauthorized(code, detail, challenge)


def unauthorized(code: str, detail: str, challenge: str) -> JSONResponse:
    """Build a 401 response with the challenge that RFC 6750 requires."""
    return problem(401, code, detail, headers={"WWW-Authenticate": challenge})


async def _forbidden(_: Request, __: Exception) -> JSONResponse:
    return problem(403, "forbidden", "This token does not belong to the user in the path.")


async def _draining(_: Request, __: Exception) -> JSONResponse:
    return problem(503, "shutting_down", "The service is restarting; try again in a moment.")


async def _tools_unavailable(_: Request, __: Exception) -> JSONResponse:
    return problem(503, "tool_service_unavailable", "The task tools can't be reached just now.")


async def _invalid(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101
    return _invalid_request(422, error.errors())


async def _malformed(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, MalformedBody)  # noqa: S101
    return _invalid_request(400, error.errors)


async def _not_supported(_: Request, error: Exception) -> JSONResponse:
    return problem(400, "not_supported", str(error))


def _invalid_request(status: int, details: Sequence[Any]) -> JSONResponse:
    # Neither the rejected value nor pydantic's context is shown: they may hold anything.
    errors = [
        FieldProblem(
            field=_printable(".".join(str(part) for part in detail["loc"])),
            message=_printable(str(detail["msg"]).removeprefix("Value error, ")),
            **_rule_of(detail),
        )
        for detail in details
    ]
    summary = "; ".join(f"{error.field}: {error.message}" for error in errors[:3])
    return problem(status, "invalid_request", summary, more={"errors": errors})


def _rule_of(detail: Any) -> dict[str, str]:
    """Return the code and the hint of the rule that a value broke, if it is one of `db`."""
    match detail.get("ctx", {}).get("error"):
        case RefusedValue() as error:
            return {"code": error.code, "hint": error.hint}
        case _:
            return {}


async def _http_error(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101
    # FastAPI answers 400 to a body that is not JSON; to a client it is one more invalid body.
    status = 422 if error.status_code == 400 else error.status_code
    code = _HTTP_CODES.get(status, "invalid_request")
    return problem(status, code, str(error.detail), headers=error.headers)


async def _unexpected(request: Request, error: Exception) -> JSONResponse:
    # The path itself may have the token of a calendar feed.
    route = getattr(request.scope.get("route"), "path", "an unknown path")
    logger.error("%s %s failed", request.method, route, exc_info=error)
    return problem(500, "internal_error", "Something went wrong on our side.")


def _printable(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")
