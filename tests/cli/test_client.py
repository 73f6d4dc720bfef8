"""The terminal client on the wire."""

import socket

import pytest

from chat_api.events import TextDelta, TurnEvent, TurnFinished
from chat_api.terminal.client import ChatClient
from chat_api.terminal.errors import ChatError
from tests.cli.scripted_server import CONVERSATION, answering, event, reply, streaming

pytestmark = pytest.mark.requirement("FR-RUN-011")


def send(url: str, message: str = "hi", conversation: str | None = None) -> list[TurnEvent]:
    return list(ChatClient(url, "demo user", "token").send(message, conversation))


def words(events: list[TurnEvent]) -> str:
    return "".join(one.delta for one in events if isinstance(one, TextDelta))


def test_the_message_is_sent_with_user_token_conversation_and_time_zone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    with streaming(reply("Hello")) as server:
        send(server.url, "hi", CONVERSATION)
    (request,) = server.requests
    assert request["path"] == "/api/demo%20user/chat"
    assert request["headers"]["authorization"] == "Bearer token"
    assert request["headers"]["accept"] == "text/event-stream"
    assert request["body"] == {
        "message": "hi",
        "conversation_id": CONVERSATION,
        "timezone": "Europe/Berlin",
    }


def test_a_stream_is_read_as_the_standard_says() -> None:
    started, delta, finished = reply("Grüße").split("\n\n")[:3]
    stream = (
        f": a heartbeat\n\n{started}\n\n".replace("\n", "\r\n")
        + ": another\n\nevent: from.the.future\ndata: {}\n\n"
        + delta.replace('{"delta"', '{\ndata: "delta"').replace("data: ", "data:")
        + f"\n\nretry: 10\n\n{finished}\n\n"
    )
    with streaming(stream.replace("data: ", "data:").encode()) as server:
        events = send(server.url)
    assert words(events) == "Grüße"
    assert isinstance(events[-1], TurnFinished)


def test_reading_ends_with_the_turn_though_the_connection_stays() -> None:
    with streaming(reply("Hello"), then_stall=True) as server:
        assert words(send(server.url)) == "Hello"


@pytest.mark.parametrize(
    "stream",
    [
        "",
        event("text.delta", delta="Half a rep"),
        reply("Hello").replace("\n\nevent: turn.finished", "\n\n: "),
    ],
)
def test_a_stream_cut_short_is_an_error(stream: str) -> None:
    with streaming(stream) as server, pytest.raises(ChatError, match="before the reply was whole"):
        send(server.url)


@pytest.mark.parametrize(
    "stream",
    [
        "event: text.delta\ndata: {not json\n\n",
        "event: text.delta\ndata: [1]\n\n",
        event("text.delta", other=1),
    ],
)
def test_an_event_that_makes_no_sense_is_an_error(stream: str) -> None:
    with streaming(stream) as server, pytest.raises(ChatError, match="can't be read"):
        send(server.url)


@pytest.mark.parametrize(
    ("status", "problem", "line"),
    [
        (401, {"detail": "The token has expired."}, "The token has expired. `todochat token demo"),
        (403, {"detail": "no"}, "does not belong to the user demo user"),
        (404, {"code": "conversation_not_found", "detail": "No."}, "no such conversation of yours"),
        (404, "<html>", "There is no Todochat at http://127.0.0.1"),
        (409, {"code": "conversation_busy", "detail": "no"}, "A reply is still being written"),
        (422, {"detail": "body.message: too long"}, "body.message: too long (422)"),
        (503, {"detail": "The database\nis away."}, "The database is away. (503)"),
        (500, "", "The server answers Internal Server Error. (500)"),
        (502, "[1]", "The server answers Bad Gateway. (502)"),
    ],
)
def test_a_refusal_is_one_friendly_line(
    status: int, problem: dict[str, str] | str, line: str
) -> None:
    with answering(status, problem) as url, pytest.raises(ChatError) as raised:
        send(url)
    assert line in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_server_that_is_not_there_is_told_with_its_address() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with pytest.raises(ChatError, match=f"Nothing answers at http://127.0.0.1:{port}"):
        send(f"127.0.0.1:{port}/")


@pytest.mark.parametrize("url", ["ftp://host", "http://host:port", "http://exa mple"])
def test_an_address_of_no_server_is_told(url: str) -> None:
    with pytest.raises(ChatError, match=r"Nothing answers|no address of a server"):
        send(url)


@pytest.mark.parametrize("token", ["ü", "a\nb"])
def test_a_token_that_can_be_none_is_told(token: str) -> None:
    with pytest.raises(ChatError, match="This is no token"):
        ChatClient("http://host", "demo", token)


def test_bytes_that_are_no_text_are_sent_as_question_marks() -> None:
    with streaming(reply("Hello")) as server:
        send(server.url, "caf\udce9")
    assert server.requests[0]["body"]["message"] == "caf?"
