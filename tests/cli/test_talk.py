"""What the terminal shows of a conversation."""

import io
import sys

import pytest
from rich.console import Console

from chat_api.terminal.client import ChatClient
from chat_api.terminal.talk import Talk
from tests.cli.scripted_server import (
    CONVERSATION,
    IDS,
    Scripted,
    added_a_task,
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


def talk(server: Scripted, console: Console | None = None) -> Talk:
    return Talk(ChatClient(server.url, "demo", "token"), console or Console(), None)


def drawn(stream: str) -> str:
    """What is left on a terminal after the reply, without colours."""
    screen = Console(file=io.StringIO(), force_terminal=True, width=60, record=True)
    with streaming(stream) as server:
        talk(server, screen).say("hi")
    return screen.export_text()


def test_a_pipe_gets_the_words_alone(capsys: pytest.CaptureFixture[str]) -> None:
    with streaming(added_a_task()) as server:
        assert talk(server).say("Add a task to buy groceries")
    out, err = capsys.readouterr()
    assert out == "Added **Buy groceries** as task 5.\n"
    assert err == '… add_task title="Buy groceries"\n✓ add_task → task 5 created\n'


def test_a_failed_turn_is_told_and_counts_as_no_answer(capsys: pytest.CaptureFixture[str]) -> None:
    with streaming(FAILED) as server:
        assert not talk(server).say("hi")
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
        assert talk(server).go_on()
    sent = [(one["body"]["message"], one["body"].get("conversation_id")) for one in server.requests]
    assert sent == [("one", None), ("two", CONVERSATION), ("three", None)]
    assert "/quit" in capsys.readouterr().out


def test_a_conversation_over_a_pipe_tells_whether_all_was_answered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("one\ntwo\n"))
    with streaming(FAILED, reply("ok")) as server:
        assert not talk(server).go_on()
    assert len(server.requests) == 2
