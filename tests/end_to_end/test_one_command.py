"""The main job as a newcomer does it: one command, one sentence, and a restart."""

import asyncio
import json
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import asyncpg
import httpx2
import psutil
import pytest

from db.embedded import embedded_postgres
from tests.processes import running_services
from tests.serving import NO_AUTHORITIES
from tests.up import own_ports, up

_CURL = re.compile(r"^curl .*$", re.MULTILINE)
_TOKEN = re.compile(r"Bearer \$\((.+?)\)")


class Run:
    """A `todochat up` that printed where it is."""

    def __init__(self, process: subprocess.Popen[str], printed: str) -> None:
        self.process = process
        self.printed = printed
        self.first_command = _CURL.findall(printed)[0]
        self.url = re.findall(r"http://\S+(?=/api/)", self.first_command)[0]
        self.headers = {
            "Authorization": f"Bearer {_printed_by(_TOKEN.findall(self.first_command)[0])}",
            "Accept": "application/json",
        }

    def say(self, message: str, conversation: str | None = None) -> dict[str, Any]:
        answer = httpx2.post(
            f"{self.url}/api/demo/chat",
            json={"message": message, "conversation_id": conversation},
            headers=self.headers,
            timeout=20,
            verify=NO_AUTHORITIES,
        )
        assert answer.status_code == 200, answer.text
        body: dict[str, Any] = answer.json()
        return body

    def get(self, path: str) -> dict[str, Any]:
        answer = httpx2.get(
            f"{self.url}/api/demo/{path}", headers=self.headers, verify=NO_AUTHORITIES
        )
        got: dict[str, Any] = answer.json()
        return got


def _readable_by_others(folder: Path) -> list[str]:
    """The files in a folder that somebody else can open."""
    return [
        str(file)
        for path in (folder / name for name in ("keys", "logs"))
        for file in (path, *path.iterdir())
        if file.stat().st_mode & 0o077
    ]


def _logged_in(variables: dict[str, str]) -> set[str]:
    """The roles of all who use the embedded Postgres, but for who has just looked for it."""
    query = (
        "select usename from pg_stat_activity "
        "where backend_type = 'client backend' and backend_start < now() - interval '1 second'"
    )

    async def ask(url: str) -> set[str]:
        connection = await asyncpg.connect(url)
        try:
            return {row["usename"] for row in await connection.fetch(query)}
        finally:
            await connection.close()

    with embedded_postgres(Path(variables["TODOCHAT_DATA_DIR"])) as url:
        return asyncio.run(ask(url))


def _printed_by(command: str) -> str:
    return subprocess.check_output(command, shell=True, text=True, timeout=60).strip()


@pytest.fixture
def variables() -> Iterator[dict[str, str]]:
    """The environment of a machine with free ports and an empty data folder."""
    with TemporaryDirectory(prefix="todochat-test-") as folder:
        yield own_ports(TODOCHAT_DATA_DIR=folder)


@contextmanager
def running(variables: dict[str, str]) -> Iterator[Run]:
    """Start everything, and stop it with Ctrl-C."""
    with up(variables) as started:
        yield Run(started.process, started.printed)


@pytest.mark.requirement("FR-RUN-021")
@pytest.mark.requirement("FR-RUN-106")
@pytest.mark.longest(30)
@pytest.mark.timeout(180)
def test_the_printed_command_adds_a_task_that_outlives_a_restart_and_a_kill(
    variables: dict[str, str],
) -> None:
    with running(variables) as run:
        stream = subprocess.run(
            run.first_command,
            shell=True,
            capture_output=True,
            text=True,
            timeout=30,
            check=True,
        ).stdout
        assert "event: tool.called" in stream
        assert _readable_by_others(Path(variables["TODOCHAT_DATA_DIR"])) == []
        last = json.loads(stream.rsplit("data: ", 1)[1])
        assert last["tool_calls"][0]["result"]["title"] == "Buy groceries"
        conversation = last["conversation_id"]

        roles = {"todochat_api", "todochat_mcp"}
        assert roles <= _logged_in(variables) <= roles | {"todochat_web"}
        pending = run.say("what's pending?", conversation)
        assert "Buy groceries" in pending["response"]
        done = run.say("mark it as done", conversation)
        assert [call["name"] for call in done["tool_calls"]] == ["complete_task"]
    assert run.process.returncode == 0

    with running(variables) as run:
        (task,) = run.get("tasks")["tasks"]
        assert (task["title"], task["completed"]) == ("Buy groceries", True)
        assert len(run.get(f"conversations/{conversation}/messages")["messages"]) == 6
        undone = run.say("undo that", conversation)
        assert [call["name"] for call in undone["tool_calls"]] == ["undo_last_change"]

        # What a killed supervisor leaves behind does not impede the next one.
        psutil.Process(run.process.pid).kill()
        run.process.wait()
        with running(variables) as next_run:
            (task,) = next_run.get("tasks")["tasks"]
            assert (task["id"], task["completed"]) == (1, False)


@pytest.mark.requirement("FR-CHAT-012")
@pytest.mark.timeout(120)
def test_two_api_processes_answer_alternate_messages_of_one_conversation(
    database_url: str, tmp_path: Path, user: str
) -> None:
    folders = [tmp_path / "one", tmp_path / "two"]
    for folder in folders:
        folder.mkdir()
    with (
        running_services(database_url, folders[0]) as one,
        running_services(database_url, folders[1]) as two,
    ):
        conversation = None
        called: list[str] = []
        for number, sentence in enumerate(
            ["Add a task to buy groceries", "what's pending?", "mark it as done", "undo that"]
        ):
            replica = (one, two)[number % 2]
            response = httpx2.post(
                f"{replica.url}/api/{user}/chat",
                json={"message": sentence, "conversation_id": conversation},
                headers={**replica.as_user(user), "Accept": "application/json"},
                timeout=20,
                verify=NO_AUTHORITIES,
            )
            assert response.status_code == 200, response.text
            answer = response.json()
            conversation = answer["conversation_id"]
            called += [call["name"] for call in answer["tool_calls"]]
    assert called == ["add_task", "list_tasks", "complete_task", "undo_last_change"]
