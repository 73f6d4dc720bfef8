"""The client of the API on the wire."""

import socket

import pytest

from chat_api.client.api_client import ApiClient
from chat_api.client.errors import (
    ClientError,
    InvalidAccess,
    InvalidResponse,
    RequestRefused,
    ServerUnreachable,
)
from chat_api.events import TextDelta, TurnEvent, TurnFinished
from tests.cli.scripted_server import CONVERSATION, answering, event, reply, streaming

pytestmark = pytest.mark.requirement("FR-RUN-011")


async def send(
    url: str, message: str = "hi", conversation: str | None = None, timezone: str | None = None
) -> list[TurnEvent]:
    async with ApiClient(url, "demo user", "token") as client:
        events = client.send_message(message, conversation_id=conversation, timezone=timezone)
        return [event async for event in events]


def words(events: list[TurnEvent]) -> str:
    return "".join(one.delta for one in events if isinstance(one, TextDelta))


async def test_the_message_is_sent_with_user_token_conversation_and_time_zone() -> None:
    with streaming(reply("Hello")) as server:
        await send(server.url, "hi", CONVERSATION, "Europe/Berlin")
    (request,) = server.requests
    assert request["path"] == "/api/demo%20user/chat"
    assert request["headers"]["authorization"] == "Bearer token"
    assert request["headers"]["accept"] == "text/event-stream"
    assert request["body"] == {
        "message": "hi",
        "conversation_id": CONVERSATION,
        "timezone": "Europe/Berlin",
    }


async def test_a_stream_is_read_as_the_standard_says() -> None:
    started, delta, finished = reply("Grüße").split("\n\n")[:3]
    stream = (
        f": a heartbeat\n\n{started}\n\n".replace("\n", "\r\n")
        + ": another\n\nevent: from.the.future\ndata: {}\n\n"
        + delta.replace('{"delta"', '{\ndata: "delta"').replace("data: ", "data:")
        + f"\n\nretry: 10\n\n{finished}\n\n"
    )
    with streaming(stream.replace("data: ", "data:").encode()) as server:
        events = await send(server.url)
    assert words(events) == "Grüße"
    assert isinstance(events[-1], TurnFinished)


async def test_reading_ends_with_the_turn_though_the_connection_stays() -> None:
    with streaming(reply("Hello"), then_stall=True) as server:
        assert words(await send(server.url)) == "Hello"


@pytest.mark.parametrize(
    "stream",
    [
        "",
        event("text.delta", delta="Half a rep"),
        reply("Hello").replace("\n\nevent: turn.finished", "\n\n: "),
    ],
)
async def test_a_stream_cut_short_is_an_error(stream: str) -> None:
    with (
        streaming(stream) as server,
        pytest.raises(InvalidResponse, match="before the reply was whole"),
    ):
        await send(server.url)


@pytest.mark.parametrize(
    "stream",
    [
        "event: text.delta\ndata: {not json\n\n",
        "event: text.delta\ndata: [1]\n\n",
        event("text.delta", other=1),
    ],
)
async def test_an_event_that_makes_no_sense_is_an_error(stream: str) -> None:
    with streaming(stream) as server, pytest.raises(InvalidResponse, match="can't be read"):
        await send(server.url)


@pytest.mark.parametrize(
    ("status", "problem", "code", "line"),
    [
        (
            422,
            {"code": "invalid_request", "detail": "message: too long"},
            "invalid_request",
            "message: too long (422)",
        ),
        (503, {"detail": "The database\nis \x1b[2Jaway."}, "503", "The database is [2Jaway. (503)"),
        (500, "", "500", "The server answers Internal Server Error. (500)"),
        (502, "[1]", "502", "The server answers Bad Gateway. (502)"),
        (404, "<html>", "404", "The server answers Not Found. (404)"),
    ],
)
async def test_a_refusal_has_a_status_a_code_and_one_line(
    status: int, problem: dict[str, str] | str, code: str, line: str
) -> None:
    with answering(status, problem) as url, pytest.raises(RequestRefused) as raised:
        await send(url)
    assert (raised.value.status, raised.value.code, str(raised.value)) == (status, code, line)


@pytest.mark.parametrize("body", ["<html>", "[1]"])
async def test_a_response_of_another_server_is_an_error(body: str) -> None:
    with answering(200, body) as url:
        async with ApiClient(url, "demo", "token") as client:
            with pytest.raises(InvalidResponse, match="is no JSON object"):
                await client.request("GET", "/tasks")


async def test_a_server_that_is_not_there_is_told_with_its_address() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with pytest.raises(ServerUnreachable, match=f"Nothing answers at http://127.0.0.1:{port}"):
        await send(f"127.0.0.1:{port}/")


@pytest.mark.parametrize("url", ["ftp://host", "http://host:port", "http://exa mple"])
async def test_an_address_of_no_server_is_told(url: str) -> None:
    with pytest.raises(ClientError, match=r"Nothing answers|no address of a server"):
        await send(url)


@pytest.mark.parametrize("token", ["ü", "a\nb"])
async def test_a_token_that_can_be_none_is_told(token: str) -> None:
    with pytest.raises(InvalidAccess, match="This is no token"):
        ApiClient("http://host", "demo", token)


async def test_bytes_that_are_no_text_are_sent_as_question_marks() -> None:
    with streaming(reply("Hello")) as server:
        await send(server.url, "caf\udce9")
    assert server.requests[0]["body"]["message"] == "caf?"
