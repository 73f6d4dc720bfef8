"""`todochat keys new`: keys for the environment of an installation."""

import subprocess
from pathlib import Path

import pytest
from dotenv import dotenv_values

from auth.state_keys import state_ring
from chat_api.settings import ApiSettings
from chat_api.tokens import login_ring, signing_ring, web_ring
from chat_api.worker.web_push import WebPushSender
from mcp_server.settings import McpSettings
from tests.cli.processes import todochat

pytestmark = pytest.mark.requirement("FR-RUN-031")


def test_shells_and_env_files_read_the_same_keys_which_the_services_take(tmp_path: Path) -> None:
    made = todochat(tmp_path, "keys", "new")
    file = tmp_path / "keys.env"
    file.write_text(made.stdout)
    keys = dotenv_values(file)
    shown = " ".join(f'"${name}"' for name in keys)
    script = f"set -a; . {file}; printf '%s\\n' {shown}"
    read = subprocess.run(["sh", "-c", script], check=True, capture_output=True, text=True)
    assert read.stdout.splitlines() == list(keys.values())

    given = {name.lower(): value for name, value in keys.items()}
    settings = ApiSettings.model_validate(given)
    secrets = {ring.signing().secret for ring in (login_ring(settings), web_ring(settings))}
    assert secrets == {keys["LOGIN_SECRET"], keys["BETTER_AUTH_SECRET"]}
    assert signing_ring(settings).signing()
    assert WebPushSender.of(settings).public_key
    sealing = state_ring(McpSettings.model_validate(given), tmp_path).signing().secret
    assert sealing == keys["MCP_STATE_KEY"]
    assert len(set(keys.values())) == len(keys)


def test_one_key_is_printed_alone_and_none_is_stored(tmp_path: Path) -> None:
    first, second = (todochat(tmp_path, "keys", "new", "LOGIN_SECRET").stdout for _ in range(2))
    assert len(first.strip()) == 64
    assert first != second
    assert not (tmp_path / "data").exists()
