"""Logs: one line for each request, the ids of what it belongs to, and no word of a user."""

import io
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from db.embedded.log_files import new_log, rotate
from db.telemetry.logs import fields, formatter, user_hash
from tests.model_server import ModelServer, call, fault, say
from tests.stack import Stack, Stacks
from tests.telemetry.conftest import vendor_settings

CANARY = "canary7f3a"
OURS = ("auth", "chat_api", "db", "mcp_server")


@contextmanager
def logged(*, as_text: bool = False) -> Iterator[io.StringIO]:
    """Collect what this process logs, as its programs would write it."""
    output = io.StringIO()
    handler = logging.StreamHandler(output)
    handler.setFormatter(formatter(as_text=as_text))
    root = logging.getLogger()
    levels = {name: logging.getLogger(name).level for name in OURS}
    root.addHandler(handler)
    for name in OURS:
        logging.getLogger(name).setLevel(logging.INFO)
    try:
        yield output
    finally:
        root.removeHandler(handler)
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)


def lines(output: io.StringIO, event: str, **having: Any) -> list[dict[str, Any]]:
    parsed = [json.loads(line) for line in output.getvalue().splitlines()]
    return [line for line in parsed if line["event"] == event and line.items() >= having.items()]


@pytest.mark.requirement("FR-RUN-132")
@pytest.mark.requirement("FR-RUN-134")
async def test_a_turn_is_followed_by_its_ids_through_both_services(
    stacks: Stacks, model_server: ModelServer, database_url: str, user: str
) -> None:
    stack = await stacks.get(listen_to=database_url, **vendor_settings(model_server))
    model_server.script(call("add_task", {"title": "Milk"}), say("Added."))
    headers = {**stack.as_user(user), "Accept": "application/json", "X-Request-ID": "one-request"}
    with logged() as output:
        answer = await stack.client.post(
            f"/api/{user}/chat", json={"message": "add milk"}, headers=headers
        )
    assert answer.headers["x-request-id"] == "one-request"
    turn = {"request_id": "one-request", "turn_id": answer.json()["turn_id"]}
    turn["user"] = user_hash(user)
    (chat,) = lines(output, "Request", route="/api/{user_id}/chat", status=200, **turn)
    assert chat["conversation_id"] == answer.json()["conversation_id"]
    assert chat["total_seconds"] >= chat["seconds"] > 0
    assert lines(output, "Request", route="/mcp", status=200, **turn)
    (ended,) = lines(output, "Turn ended", outcome="finished", **turn)
    assert ended["tools"] == ["add_task"]


@pytest.mark.requirement("FR-RUN-134")
@pytest.mark.parametrize("given", ["", "a b", 'x"y', "x" * 65])
async def test_an_unusable_id_of_a_request_is_replaced(stack: Stack, given: str) -> None:
    answer = await stack.client.get("/health", headers={"X-Request-ID": given})
    assert answer.headers["x-request-id"] != given
    assert len(answer.headers["x-request-id"]) == 32


@pytest.mark.requirement("FR-RUN-133")
async def test_no_word_of_a_user_is_in_a_log(
    stacks: Stacks, model_server: ModelServer, database_url: str, user: str
) -> None:
    stack = await stacks.get(listen_to=database_url, **vendor_settings(model_server))
    headers = {**stack.as_user(user), "User-Agent": CANARY, "Idempotency-Key": CANARY}
    base = f"/api/{user}"
    task = {"title": CANARY, "description": CANARY, "tags": [CANARY], "list": CANARY}
    with logged() as output:
        for path, body in [
            ("/tasks", task),
            ("/tasks", {**task, "due_on": CANARY}),
            ("/tasks", {CANARY: CANARY}),
            ("/tasks/undo", {"change_id": CANARY}),
            ("/lists", {"name": CANARY}),
            ("/access-tokens", {"name": CANARY}),
            (f"/turns/{CANARY}/cancel", {}),
            (f"/{CANARY}", {}),
        ]:
            await stack.client.post(base + path, json=body, headers=headers)
        for path in (
            f"/parse?text={CANARY}",
            f"/tasks?search={CANARY}",
            f"/turns/{CANARY}",
        ):
            await stack.client.get(base + path, headers=headers)
        await stack.client.get(f"/calendar/{CANARY}.ics")
        await stack.client.get(f"{base}/tasks", headers={"Authorization": f"Bearer {CANARY}"})
        await stack.client.request(CANARY.upper(), f"{base}/tasks", headers=headers)
        for answers in (
            [call("add_task", {"title": CANARY}), say(CANARY)],
            [call("update_task", {"task_id": CANARY, CANARY: CANARY}), say(CANARY)],
            [call(CANARY, {}), say(CANARY)],
            [fault("400")],
        ):
            model_server.script(*answers)
            await stack.say(user, CANARY)
        token = {
            "Authorization": f"Bearer {stack.mcp_token(user, scopes=['tasks:read', 'tasks:write'])}"
        }
        rpc = {"jsonrpc": "2.0", "id": 1, "method": CANARY, "params": {"name": CANARY}}
        for body in (rpc, {**rpc, "method": "tools/call"}, {CANARY: CANARY}):
            await stack.client.post(stack.settings.mcp_resource, json=body, headers=token)
    assert len(lines(output, "Request")) >= 20
    assert CANARY not in output.getvalue().lower()
    assert user not in output.getvalue()


@pytest.mark.requirement("FR-RUN-133")
@pytest.mark.parametrize("as_text", [False, True])
def test_an_exception_is_logged_by_its_kinds_and_places(as_text: bool) -> None:
    with logged(as_text=as_text) as output:
        try:
            try:
                raise FileNotFoundError(2, CANARY)
            except FileNotFoundError as error:
                raise ValueError(CANARY) from error
        except ValueError:
            logging.getLogger("chat_api.turns").exception("A turn failed")
    text = output.getvalue()
    assert CANARY not in text
    assert "A turn failed" in text
    assert "builtins.ValueError" in text
    assert "builtins.FileNotFoundError errno=2" in text
    assert "tests/telemetry/test_logs.py" in text


@pytest.mark.requirement("FR-RUN-133")
def test_of_a_librarys_message_only_its_template_is_logged() -> None:
    with logged() as output:
        library = logging.getLogger("some.library")
        library.warning("%s could not be read", CANARY)
        library.warning(f"{CANARY} could not be read")
        library.warning("odd", extra=fields(text=CANARY))
    assert CANARY not in output.getvalue()
    assert "%s could not be read" in output.getvalue()
    assert len(output.getvalue().splitlines()) == 3


@pytest.mark.requirement("FR-RUN-135")
def test_a_log_that_has_grown_begins_anew_under_the_program_that_writes_it(tmp_path: Path) -> None:
    path = tmp_path / "api.log"
    with new_log(path) as log:
        for number in range(5):
            log.write(f"run {number}\n".encode() * 100)
            log.flush()
            rotate(tmp_path, 500)
        log.write(b"small\n")
        log.flush()
        rotate(tmp_path, 500)
    assert path.read_bytes() == b"small\n"
    kept = [Path(f"{path}.{number}").read_text().split("\n")[0] for number in (1, 2, 3)]
    assert kept == ["run 4", "run 3", "run 2"]
    assert len([*tmp_path.iterdir()]) == 4
    assert {file.stat().st_mode & 0o777 for file in tmp_path.iterdir()} == {0o600}
