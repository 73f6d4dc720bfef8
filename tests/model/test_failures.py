import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from agents.exceptions import MaxTurnsExceeded, UserError

from chat_api.agent import failures
from chat_api.agent.failures import ToolServiceUnavailable, TurnFailure, failure_of
from chat_api.agent.openai_client import retry_after
from chat_api.agent.response_guard import FailedResponse


def _caused_by(cause: BaseException) -> BaseException:
    error = UserError("wrapped")
    error.__cause__ = cause
    return error


def _while_handling(context: BaseException) -> BaseException:
    error = KeyError("cleanup")
    error.__context__ = context
    return error


def _grouped(member: Exception) -> BaseException:
    return BaseExceptionGroup("tasks", [ValueError("other"), member])


@pytest.mark.requirement("FR-CHAT-211")
@pytest.mark.parametrize("wrap", [lambda error: error, _caused_by, _while_handling, _grouped])
def test_a_failure_is_found_however_deep_the_libraries_wrapped_it(
    wrap: Callable[[Exception], BaseException],
) -> None:
    failure = failure_of(wrap(ToolServiceUnavailable("connection refused")))
    assert (failure.code, failure.status) == ("tool_service_unavailable", 503)


@pytest.mark.requirement("FR-CHAT-211")
def test_an_unforeseen_error_is_logged_and_told_without_its_text(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.ERROR):
        failure = failure_of(RuntimeError("password=hunter2"))
    assert failure == failures.INTERNAL
    assert "hunter2" not in failure.message
    assert "hunter2" in caplog.text


@pytest.mark.requirement("FR-CHAT-211")
def test_errors_that_name_each_other_as_context_are_no_trap() -> None:
    first, second = RuntimeError("a"), MaxTurnsExceeded("b")
    first.__context__, second.__context__ = second, first
    assert failure_of(first).code == "too_many_model_calls"


@pytest.mark.requirement("FR-CHAT-211")
@pytest.mark.parametrize(
    ("vendor_code", "code"),
    [
        ("rate_limit_exceeded", "model_rate_limited"),
        ("invalid_prompt", "model_request_rejected"),
        ("server_error", "model_unavailable"),
        (None, "model_unavailable"),
    ],
)
def test_a_failure_inside_a_stream_is_told_by_the_vendors_code(
    vendor_code: str | None, code: str
) -> None:
    assert failure_of(FailedResponse(vendor_code, "no")).code == code


@pytest.mark.requirement("FR-CHAT-211")
def test_codes_are_distinct_and_only_a_stopped_reply_is_the_users_doing() -> None:
    listed = [each for each in vars(failures).values() if isinstance(each, TurnFailure)]
    assert len({failure.code for failure in listed}) == len(listed) == 15
    statuses = {failure.code: failure.status for failure in listed}
    assert statuses.pop("cancelled") == 409
    assert statuses.pop("daily_tokens_spent") == 429
    assert set(statuses.values()) == {500, 502, 503, 504}


@pytest.mark.requirement("FR-CHAT-209")
@pytest.mark.parametrize(
    ("value", "seconds"),
    [("7", 7), ("0", 0), ("1.2", 2), ("-3", 0), ("soon", None), ("", None), ("inf", None)],
)
def test_the_seconds_of_retry_after_are_read(value: str, seconds: int | None) -> None:
    assert retry_after({"retry-after": value}) == seconds


@pytest.mark.requirement("FR-CHAT-209")
def test_the_date_of_retry_after_is_read() -> None:
    soon = datetime.now(UTC) + timedelta(seconds=90)
    wait = retry_after({"retry-after": format_datetime(soon, usegmt=True)})
    assert wait is not None
    assert 85 <= wait <= 90
