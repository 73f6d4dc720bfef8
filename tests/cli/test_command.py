"""The command as it is typed."""

import os
import pty
import subprocess
import sys
from pathlib import Path

import jwt
import pytest

from tests.cli.processes import environment, todochat, wait_until
from tests.cli.scripted_server import IDS, added_a_task, event, streaming

SECRET = "a secret of more than thirty-two characters"


@pytest.mark.requirement("FR-RUN-013")
def test_token_prints_a_login_token_and_nothing_else(tmp_path: Path) -> None:
    done = todochat(tmp_path, "token", "demo", "--hours", "2", BETTER_AUTH_SECRET=SECRET)
    claims = jwt.decode(done.stdout.strip(), SECRET, ["HS256"])
    assert claims["sub"] == "demo"
    assert claims["exp"] - claims["iat"] == 2 * 3600
    assert (done.stdout.count("\n"), done.stderr) == (1, "")


@pytest.mark.requirement("FR-RUN-013")
@pytest.mark.parametrize(("most", "hours"), [("168", 24), ("2", 2)])
def test_a_token_is_good_for_a_day_where_that_is_accepted(
    tmp_path: Path, most: str, hours: int
) -> None:
    done = todochat(tmp_path, "token", "demo", AUTH_HS256_MAX_HOURS=most)
    claims = jwt.decode(done.stdout.strip(), options={"verify_signature": False})
    assert claims["exp"] - claims["iat"] == hours * 3600


@pytest.mark.requirement("FR-RUN-013")
def test_a_token_for_the_mcp_server_names_it_and_lives_a_minute(tmp_path: Path) -> None:
    done = todochat(tmp_path, "token", "demo", "--mcp", MCP_PORT="18001")
    claims = jwt.decode(done.stdout.strip(), options={"verify_signature": False})
    assert claims["aud"] == "http://127.0.0.1:18001/mcp"
    assert claims["exp"] - claims["iat"] == 60


@pytest.mark.requirement("FR-RUN-014")
@pytest.mark.parametrize(
    ("arguments", "variables", "line"),
    [
        (["token", "x"], {"API_PORT": "many"}, "todochat: API_PORT: Input should be a valid int"),
        (["token", "x"], {"MCP_PORT": "0"}, "todochat: MCP_PORT: Input should be greater"),
        (["token", "x"], {"BETTER_AUTH_SECRET": "short"}, "todochat: "),
        (["token", "x"], {"AUTH_HS256": "false"}, "todochat: AUTH_HS256 is false"),
        (["token", "x", "--hours", "169"], {}, "todochat: AUTH_HS256_MAX_HOURS"),
        (["token", ""], {}, "todochat: A user id is 1 to 255 printable characters."),
        (["up"], {"TODOCHAT_DATA_DIR": "/dev/null/x"}, "todochat: The data folder /dev/null/x can"),
        (["up"], {"HOST": "192.0.2.1"}, "todochat: HOST 192.0.2.1 can't be listened on"),
        (
            ["api"],
            {"TODOCHAT_DATA_DIR": "/dev/null/x"},
            "todochat: The data folder /dev/null/x can",
        ),
        (
            ["migrate"],
            {"DATABASE_URL": "postgresql://127.0.0.1:9/x"},
            "todochat: The database can't be reached",
        ),
        (["chat", "hi", "--url", "http://127.0.0.1:9"], {}, "✗ Nothing answers at"),
    ],
)
def test_a_mistake_is_told_in_one_line(
    tmp_path: Path, arguments: list[str], variables: dict[str, str], line: str
) -> None:
    done = todochat(tmp_path, *arguments, **variables)
    assert done.returncode == 1
    assert done.stderr.startswith(line)
    assert done.stderr.count("\n") == 1


@pytest.mark.requirement("FR-RUN-015")
def test_env_file_fills_what_the_environment_leaves_open(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("MCP_PORT=1111\nAPI_PORT=2222\n")
    done = todochat(tmp_path, "token", "demo", "--mcp", MCP_PORT="3333")
    claims = jwt.decode(done.stdout.strip(), options={"verify_signature": False})
    assert (claims["aud"], claims["iss"]) == ("http://127.0.0.1:3333/mcp", "http://127.0.0.1:2222")


@pytest.mark.requirement("FR-RUN-012")
def test_one_message_on_the_command_line_prints_the_reply(tmp_path: Path) -> None:
    with streaming(added_a_task()) as server:
        done = todochat(tmp_path, "chat", "--url", server.url, "Add", "a", "task")
    assert (done.returncode, done.stdout) == (0, "Added **Buy groceries** as task 5.\n")
    assert server.requests[0]["body"]["message"] == "Add a task"


@pytest.mark.requirement("FR-RUN-012")
def test_ctrl_c_leaves_the_reply_and_ctrl_d_the_chat(tmp_path: Path) -> None:
    stream = event("turn.started", **IDS, model="m") + event("text.delta", delta="Hello there")
    terminal, far_end = pty.openpty()
    shown = b""

    def seen(text: str) -> bool:
        nonlocal shown
        try:
            shown += os.read(terminal, 65536)
        except OSError:
            pytest.fail(f"the chat ended: {shown.decode(errors='replace')}")
        return text in shown.decode(errors="replace")

    # As a shell starts what is in the foreground, also where these tests are in the background.
    in_terminal = (
        "import os, signal; os.login_tty(0);"
        "signal.signal(signal.SIGINT, signal.default_int_handler);"
        "from chat_api.cli.main import main; main()"
    )
    with (
        streaming(stream, then_stall=True) as server,
        subprocess.Popen(
            [sys.executable, "-c", in_terminal, "chat", "--url", server.url, "--token", "t"],
            cwd=tmp_path,
            env=environment(TODOCHAT_DATA_DIR=str(tmp_path / "data"), TERM="xterm"),
            stdin=far_end,
            stdout=far_end,
            stderr=far_end,
        ) as process,
    ):
        os.close(far_end)
        wait_until(lambda: seen("›"))
        os.write(terminal, b"hi\n")
        wait_until(lambda: seen("Hello there"))
        os.write(terminal, b"\x03")
        wait_until(lambda: seen("the server finishes it"))
        os.write(terminal, b"\x04")
        assert process.wait(timeout=20) == 1
    os.close(terminal)
