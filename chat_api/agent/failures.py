"""The failures of a turn, by the error that caused them: code, message and HTTP status."""

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

import httpx2
import openai
from agents.exceptions import (
    MaxTurnsExceeded,
    MCPToolCancellationError,
    ModelBehaviorError,
    ModelTimeoutError,
    ToolTimeoutError,
)

from chat_api.agent.metered_model import TokensSpent
from chat_api.agent.model_endpoint import ModelRefused, ModelUnreachable
from chat_api.agent.openai_client import retry_after
from chat_api.agent.response_guard import (
    EmptyResponse,
    FailedResponse,
    IncompleteResponse,
    UnreadableResponse,
)
from db.telemetry.logs import fields

_log = logging.getLogger(__name__)
_CODE: Final = re.compile(r"[a-z0-9_.-]{1,60}")


class ToolServiceUnavailable(Exception):
    """The MCP server could not be reached or refused the request, which `status` then tells."""

    def __init__(self, reason: str, status: int | None = None) -> None:
        super().__init__(reason)
        self.status = status


@dataclass(frozen=True)
class TurnFailure:
    """Why a turn failed.

    Attributes:
        code: Stable name for programs.
        message: A sentence for the user, without internals.
        status: HTTP status of the problem document in JSON mode.
        retry_after: Seconds after which to try again, where the vendor gives them.

    """

    code: str
    message: str
    status: int
    retry_after: int | None = None


AUTH_FAILED = TurnFailure(
    "model_auth_failed", "The language model refused this service's credentials.", 502
)
RATE_LIMITED = TurnFailure(
    "model_rate_limited", "The language model is busy. Please try again in a moment.", 503
)
TIMED_OUT = TurnFailure("model_timeout", "The language model took too long to answer.", 504)
UNAVAILABLE = TurnFailure(
    "model_unavailable", "The language model cannot be reached right now. Please try again.", 503
)
REQUEST_REJECTED = TurnFailure(
    "model_request_rejected", "The language model did not accept this request.", 502
)
INVALID_RESPONSE = TurnFailure(
    "model_invalid_response", "The language model gave an answer that could not be used.", 502
)
OUTPUT_LIMIT = TurnFailure(
    "model_output_limit", "The reply grew longer than one may be, and ends here.", 502
)
TURN_DEADLINE = TurnFailure(
    "turn_deadline", "This took longer than one message may take. Please try again.", 504
)
TOKENS_SPENT = TurnFailure(
    "daily_tokens_spent",
    "Today's share of the language model is used up. Tomorrow there is a new one.",
    429,
)
TOO_MANY_CALLS = TurnFailure(
    "too_many_model_calls", "This took more steps than one message may take.", 502
)
TOOLS_UNAVAILABLE = TurnFailure(
    "tool_service_unavailable", "Your tasks cannot be reached right now. Please try again.", 503
)
CANCELLED = TurnFailure("cancelled", "The reply was stopped.", 409)
INTERRUPTED = TurnFailure("interrupted", "The service was restarted before the reply ended.", 503)
UNSAVED = TurnFailure("database_unavailable", "The reply could not be stored.", 503)
INTERNAL = TurnFailure("internal_error", "Something went wrong on our side.", 500)

# An error is looked up by its class, then by its base classes.
_BY_CLASS: dict[type[BaseException], TurnFailure] = {
    ToolServiceUnavailable: TOOLS_UNAVAILABLE,
    TokensSpent: TOKENS_SPENT,
    ToolTimeoutError: TOOLS_UNAVAILABLE,
    MCPToolCancellationError: TOOLS_UNAVAILABLE,
    MaxTurnsExceeded: TOO_MANY_CALLS,
    ModelBehaviorError: INVALID_RESPONSE,
    ModelTimeoutError: TIMED_OUT,
    ModelUnreachable: UNAVAILABLE,
    EmptyResponse: INVALID_RESPONSE,
    UnreadableResponse: INVALID_RESPONSE,
    IncompleteResponse: UNAVAILABLE,
    FailedResponse: UNAVAILABLE,
    openai.AuthenticationError: AUTH_FAILED,
    openai.PermissionDeniedError: AUTH_FAILED,
    openai.RateLimitError: RATE_LIMITED,
    openai.InternalServerError: UNAVAILABLE,
    openai.ConflictError: UNAVAILABLE,
    openai.APIStatusError: REQUEST_REJECTED,
    openai.APITimeoutError: TIMED_OUT,
    openai.APIResponseValidationError: INVALID_RESPONSE,
    openai.APIError: UNAVAILABLE,
    httpx2.TimeoutException: TIMED_OUT,
    httpx2.TransportError: UNAVAILABLE,
    TimeoutError: TIMED_OUT,
    # The model's text is malformed: half a surrogate pair in the arguments of a tool call.
    UnicodeError: INVALID_RESPONSE,
}

_BY_STATUS = {
    401: AUTH_FAILED,
    403: AUTH_FAILED,
    408: TIMED_OUT,
    409: UNAVAILABLE,
    429: RATE_LIMITED,
}

BY_CODE = {
    failure.code: failure
    for failure in (
        *(*_BY_CLASS.values(), OUTPUT_LIMIT, TURN_DEADLINE),
        *(CANCELLED, INTERRUPTED, UNSAVED, INTERNAL),
    )
}

# An error inside a stream has no HTTP status, only the vendor's code.
_BY_VENDOR_CODE = {
    "rate_limit_exceeded": RATE_LIMITED,
    "insufficient_quota": RATE_LIMITED,
    "context_length_exceeded": REQUEST_REJECTED,
    "max_output_tokens": OUTPUT_LIMIT,
    "invalid_prompt": REQUEST_REJECTED,
}


def failure_of(error: BaseException) -> TurnFailure:
    """Return the failure that an error amounts to, and log the error.

    Its causes, contexts and the members of groups are searched for the first class that is listed.
    """
    for cause in _causes(error):
        failure = _failure(cause)
        if failure is not None:
            _log.warning("A turn failed", extra=fields(code=failure.code, **_described(cause)))
            return replace(failure, retry_after=_retry_after(cause))
    _log.error("A turn failed for an unforeseen reason", exc_info=error)
    return INTERNAL


def _described(cause: BaseException) -> dict[str, str | int]:
    """Return the kind, status and code of an error; its words may quote a user's message."""
    status = getattr(cause, "status", None) or getattr(cause, "status_code", None)
    code = getattr(cause, "code", None)
    return {
        "error": type(cause).__name__,
        **({"status": status} if isinstance(status, int) else {}),
        **({"vendor_code": code} if isinstance(code, str) and _CODE.fullmatch(code) else {}),
    }


def _refused(status: int) -> TurnFailure:
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    return UNAVAILABLE if status >= 500 else REQUEST_REJECTED


def _failure(error: BaseException) -> TurnFailure | None:
    if isinstance(error, ModelRefused):
        return _refused(error.status)
    if type(error) in (FailedResponse, openai.APIError):
        failure = _BY_VENDOR_CODE.get(getattr(error, "code", None) or "")
        if failure is not None:
            return failure
    return next((_BY_CLASS[each] for each in type(error).__mro__ if each in _BY_CLASS), None)


def _causes(error: BaseException) -> Iterator[BaseException]:
    queue, seen = [error], set[int]()
    while queue:
        cause = queue.pop(0)
        if id(cause) in seen:
            continue
        seen.add(id(cause))
        yield cause
        members = cause.exceptions if isinstance(cause, BaseExceptionGroup) else ()
        context = None if cause.__suppress_context__ else cause.__context__
        queue += [each for each in (*members, cause.__cause__, context) if each is not None]


def _retry_after(error: BaseException) -> int | None:
    if isinstance(error, ModelRefused | TokensSpent):
        return error.retry_after
    return retry_after(error.response.headers) if isinstance(error, openai.APIStatusError) else None
