"""`todochat replay` as it is typed: its own stack, a running one, several models, exit codes."""

import asyncio
import json
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import dedent
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from chat_api.replay.request import parse_model
from tests.cli.processes import todochat
from tests.model_server import ModelServer
from tests.processes import Services
from tests.stack import SECRET

SECONDS = 180
SMALL = """\
    script: Small
    conversations:
      - name: adds
        turns:
          - say: Add buy milk
            expect:
              calls: [{tool: add_task, with: {title: Buy milk}}]
        final: [{title: Buy milk}]
      - name: greets
        turns:
          - say: hello
            expect: {calls: [], besides: nothing}
        final: []
"""


@pytest.fixture
def script(tmp_path: Path) -> Path:
    path = tmp_path / "small.yaml"
    path.write_text(dedent(SMALL), "utf-8")
    return path


def replay(
    folder: Path, *arguments: str | Path, **variables: str
) -> subprocess.CompletedProcess[str]:
    return todochat(folder, "replay", *map(str, arguments), **variables)


def written(folder: Path) -> Any:
    return json.loads((folder / "r.json").read_text("utf-8"))


@pytest.mark.requirement("FR-REPLAY-011")
@pytest.mark.requirement("FR-REPLAY-027")
@pytest.mark.requirement("FR-REPLAY-031")
@pytest.mark.requirement("FR-REPLAY-032")
@pytest.mark.timeout(SECONDS)
def test_a_stack_of_its_own_is_judged_and_thrown_away(script: Path, tmp_path: Path) -> None:
    with TemporaryDirectory() as temporary:
        elsewhere = {
            "TMPDIR": temporary,
            "DATABASE_URL": "postgresql://127.0.0.1:9/none",
            "MCP_URL": "http://127.0.0.1:9/mcp",
            "MCP_READ_ONLY": "true",
            "AUTH_ISSUER": "somebody",
            "AUTH_JWKS_URL": "http://127.0.0.1:9/keys",
        }
        reports = [part for kind in ("json", "xml", "html") for part in ("--report", f"r.{kind}")]
        done = replay(
            tmp_path, script, "--repeat", "2", *reports, CHAT_PROVIDER="offline", **elsewhere
        )
        assert (done.returncode, done.stderr) == (0, "")
        assert list(Path(temporary).iterdir()) == []
    assert not (tmp_path / "data").exists()
    found = written(tmp_path)["verdict"]["offline"]
    assert {name: (one["passed"], one["steady"]) for name, one in found.items()} == {
        "small: adds": (True, True),
        "small: greets": (True, True),
    }
    assert ET.parse(tmp_path / "r.xml").getroot()[0].get("tests") == "8"
    assert "All as scripted" in (tmp_path / "r.html").read_text("utf-8")


@pytest.mark.requirement("FR-REPLAY-013")
@pytest.mark.requirement("FR-REPLAY-030")
@pytest.mark.requirement("FR-REPLAY-032")
@pytest.mark.timeout(SECONDS)
async def test_models_are_compared_with_their_tokens(
    script: Path, tmp_path: Path, model_server: ModelServer
) -> None:
    models = ["--model", "offline", "--model", f"openai-chat:small@{model_server.url}"]
    done = await asyncio.to_thread(replay, tmp_path, script, *models, "--report", "r.json")
    assert (done.returncode, done.stderr) == (0, "")
    offline, small = written(tmp_path)["models"]
    assert (offline["model"], small["model"]) == ("offline", models[-1])
    assert small["metrics"]["turns"] == {"right": 2, "of": 2}
    # Two requests of 100 tokens for the turn with a tool call, and one for the other.
    assert small["metrics"]["input_tokens"] == 300
    assert small["metrics"]["input_tokens_per_turn"] == 150
    assert small["metrics"]["first_request_tokens"] == 100
    assert {seen.body["model"] for seen in model_server.requests} == {"small"}


@pytest.mark.requirement("FR-REPLAY-012")
@pytest.mark.requirement("FR-REPLAY-032")
def test_a_running_service_is_judged(script: Path, tmp_path: Path, services: Services) -> None:
    script.write_text(script.read_text("utf-8").replace("title: Buy milk}]", "title: Eggs}]"))
    done = replay(
        tmp_path, script, "--url", services.url, "--report", "r.json", BETTER_AUTH_SECRET=SECRET
    )
    assert (done.returncode, done.stderr) == (1, "")
    assert '- {"title": "Eggs", "completed": false}' in done.stdout
    found = written(tmp_path)["verdict"]["offline"]
    assert [one["passed"] for one in found.values()] == [False, True]


@pytest.mark.requirement("FR-REPLAY-032")
@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["small.yaml", "broken.yaml"], 2, "broken.yaml:2: conversations: "),
        (["small.yaml", "--report", "r.pdf"], 2, "ends in none of"),
        (["small.yaml", "--report", "none/r.json"], 2, "there is no folder"),
        (["small.yaml", "--model", "gpt-6.1-terra"], 2, "is neither offline"),
        (["small.yaml", "--url", "http://x", "--model", "offline"], 2, "has its own"),
        (["small.yaml", "--repeat", "0"], 2, "--repeat"),
        (["small.yaml", "--url", "http://127.0.0.1:9"], 1, "todochat: Nothing answers at"),
        (["small.yaml", "--model", "openai:x"], 1, "OPENAI_API_KEY is not set"),
    ],
)
@pytest.mark.timeout(SECONDS)
def test_what_cannot_be_played_is_told_and_has_its_exit_code(
    script: Path, tmp_path: Path, arguments: list[str], code: int, message: str
) -> None:
    (tmp_path / "broken.yaml").write_text("script: Broken\nconversations: []\n", "utf-8")
    done = replay(tmp_path, *arguments, OPENAI_API_KEY="")
    assert done.returncode == code, done.stderr
    assert message in " ".join(done.stderr.replace("│", " ").split())
    assert "Traceback" not in done.stderr


@pytest.mark.requirement("FR-REPLAY-013")
@pytest.mark.parametrize(
    ("name", "variables"),
    [
        ("offline", {"CHAT_PROVIDER": "offline"}),
        ("openai:gpt-6.1-terra", {"CHAT_PROVIDER": "openai", "CHAT_MODEL": "gpt-6.1-terra"}),
        (
            "openai-chat:qwen3:8b@http://127.0.0.1:11434/v1",
            {
                "CHAT_PROVIDER": "openai-chat",
                "CHAT_MODEL": "qwen3:8b",
                "OPENAI_BASE_URL": "http://127.0.0.1:11434/v1",
            },
        ),
    ],
)
def test_a_model_is_chosen_by_name(name: str, variables: dict[str, str]) -> None:
    assert parse_model(name).variables == variables
