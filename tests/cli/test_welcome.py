"""What `todochat up` prints once all is ready."""

import io
import json
import re
import shlex
from pathlib import Path

import pytest
from pydantic import SecretStr
from rich.console import Console

from chat_api.settings import ApiSettings
from chat_api.supervisor.services import services
from chat_api.supervisor.welcome import first_command, welcome

SECRET = "a secret of more than thirty-two characters"

pytestmark = pytest.mark.requirement("FR-RUN-008")


def settings(**given: object) -> ApiSettings:
    return ApiSettings.model_validate({"better_auth_secret": SecretStr(SECRET), **given})


def test_the_first_command_makes_its_own_token(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TODOCHAT_DATA_DIR", "any")
    command = first_command("http://127.0.0.1:8000", tmp_path / "a folder")
    program, _, url, *options = shlex.split(command)
    given = dict(zip(options[::2], options[1::2], strict=True))
    assert (program, url) == ("curl", "http://127.0.0.1:8000/api/demo/chat")
    assert json.loads(given["-d"]) == {"message": "Add a task to buy groceries"}
    token = options[1].removeprefix("Authorization: Bearer $(").removesuffix(")")
    folder, _, *arguments = shlex.split(token)
    assert folder == f"TODOCHAT_DATA_DIR={tmp_path / 'a folder'}"
    assert arguments == ["token", "demo"]


def test_no_token_and_no_secret_is_printed(tmp_path: Path) -> None:
    screen = Console(file=io.StringIO(), width=200, record=True)
    welcome(screen, settings(), services(settings()), tmp_path)
    assert not re.search(r"eyJ|tdc_", text := screen.export_text())
    assert SECRET not in text


def test_the_first_command_survives_a_narrow_terminal_as_one_line(tmp_path: Path) -> None:
    screen = Console(file=io.StringIO(), width=40, record=True)
    welcome(screen, settings(), services(settings()), tmp_path)
    lines = screen.export_text().splitlines()
    (command,) = (line for line in lines if line.startswith("curl "))
    assert command.endswith("""-d '{"message": "Add a task to buy groceries"}'""")


def test_every_service_is_shown_with_its_address_and_log(tmp_path: Path) -> None:
    screen = Console(file=io.StringIO(), width=200, record=True)
    welcome(screen, settings(api_port=1234), services(settings(api_port=1234)), tmp_path)
    text = screen.export_text()
    assert "http://127.0.0.1:1234 " in text
    assert "http://127.0.0.1:8001/mcp" in text
    assert f"{tmp_path}/logs/mcp.log" in text


def test_a_database_of_others_is_shown_without_its_password(tmp_path: Path) -> None:
    screen = Console(file=io.StringIO(), width=200, record=True)
    given = settings(database_url="postgresql://me:hidden@db.example.com/todo")
    welcome(screen, given, services(given), tmp_path)
    assert "db.example.com" in screen.export_text()
    assert "hidden" not in screen.export_text()
