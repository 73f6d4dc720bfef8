"""What the terminal shows of a conversation."""

import io
import sys

import pytest
from rich.console import Console

from chat_api.cli.chat import TerminalChat
from chat_api.client.api_client import ApiClient
from tests.cli.scripted_server import (
    CONVERSATION,
    IDS,
    added_a_task,
    answering,
    event,
    reply,
    streaming,
)

pytestmark = pytest.mark.requirement("FR-RUN-012")

FAILED = event("turn.started", **IDS, model="m") + event(
    "turn.failed",
    **IDS,
    code="model_timeout",
    message="The model took too long.",
    response="",
    tool_calls=[],
)


def chat(url: str, console: Console | None = None) -> TerminalChat:
    return TerminalChat(ApiClient(url, "demo", "token"), console or Console(), None)


def drawn(stream: str) -> str:
    """What is left on a terminal after the reply, without colours."""
    screen = Console(file=io.StringIO(), force_terminal=True, width=60, record=True)
    with streaming(stream) as server:
        chat(server.url, screen).send("hi")
    return screen.export_text()


def test_a_pipe_gets_the_words_alone(capsys: pytest.CaptureFixture[str]) -> None:
    with streaming(added_a_task()) as server:
        assert chat(server.url).send("Add a task to buy groceries")
    out, err = capsys.readouterr()
    assert out == "Added **Buy groceries** as task 5.\n"
    assert err == '… add_task title="Buy groceries"\n✓ add_task → task 5 created\n'


def test_a_failed_turn_is_told_and_counts_as_no_answer(capsys: pytest.CaptureFixture[str]) -> None:
    with streaming(FAILED) as server:
        assert not chat(server.url).send("hi")
    assert capsys.readouterr() == ("", "✗ The model took too long.\n")


def test_a_terminal_shows_the_tool_call_and_then_the_reply() -> None:
    _, call, rest = drawn(added_a_task()).partition('✓ add_task title="Buy groceries" → task 5')
    assert call
    assert "Added Buy groceries as task 5." in rest


def test_a_terminal_shows_a_failed_call_with_its_reason() -> None:
    call = {"id": "call_1", "name": "delete_task"}
    failed = {"code": "task_not_found", "message": "No task 7."}
    stream = (
        event("tool.called", **call, arguments={"task_id": 7})
        + event("tool.finished", **call, result=failed, is_error=True)
        + reply("There is no task 7.")
    )
    assert "✗ delete_task task_id=7 → No task 7." in drawn(stream)


def test_what_comes_from_others_can_not_command_the_terminal() -> None:
    hostile = "\x1b]0;owned\x07\x1b[2Jhello\x9b1m"
    assert "\x1b" not in drawn(reply(hostile))
    assert "]0;owned" in drawn(reply(hostile))


def test_a_reply_longer_than_the_screen_is_whole_in_the_end() -> None:
    text = drawn(reply("\n\n".join(f"paragraph {number}" for number in range(100))))
    assert all(f"paragraph {number}" in text for number in range(100))


def test_a_conversation_goes_on_until_a_new_one_is_asked_for(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("one\n\ntwo\n/new\nthree\n/help\n/quit\nfour\n"))
    with streaming(reply("ok")) as server:
        assert chat(server.url).run()
    sent = [(one["body"]["message"], one["body"].get("conversation_id")) for one in server.requests]
    assert sent == [("one", None), ("two", CONVERSATION), ("three", None)]
    assert "/quit" in capsys.readouterr().out


def test_a_conversation_over_a_pipe_tells_whether_all_was_answered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("one\ntwo\n"))
    with streaming(FAILED, reply("ok")) as server:
        assert not chat(server.url).run()
    assert len(server.requests) == 2


@pytest.mark.requirement("FR-RUN-011")
@pytest.mark.parametrize(
    ("status", "problem", "line"),
    [
        (401, {"detail": "The token has expired."}, "The token has expired. `todochat token demo`"),
        (403, {"detail": "no"}, "The token does not belong to the user demo."),
        (404, {"code": "conversation_not_found", "detail": "No."}, "There is no such conversation"),
        (404, "<html>", "There is no Todochat at http://127.0.0.1"),
        (409, {"code": "conversation_busy", "detail": "no"}, "A reply is still being written"),
        (422, {"detail": "body.message: too long"}, "body.message: too long (422)"),
    ],
)
def test_a_refusal_is_one_line_that_says_what_to_do(
    status: int,
    problem: dict[str, str] | str,
    line: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with answering(status, problem) as url:
        assert not chat(url).send("hi")
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert err.startswith(f"✗ {line}")


def test_a_message_is_sent_with_the_time_zone_of_the_machine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    with streaming(reply("ok")) as server:
        assert chat(server.url).send("hi")
    assert server.requests[0]["body"] == {"message": "hi", "timezone": "Europe/Berlin"}
