"""Every secret may be in a file that a variable names."""

import re
from pathlib import Path

import pytest

from chat_api.settings import ApiSettings
from db.settings import ConfigurationProblem, load_settings
from mcp_server.settings import McpSettings
from tests.cli.processes import ends_of_starts
from tests.cli.test_bad_secrets import API, BAD_VALUES, MCP, MIGRATION, PROGRAMS, WORD, WORKER

pytestmark = pytest.mark.requirement("FR-RUN-029")

URL = "postgresql://me@127.0.0.1:1/todo"


def _file(folder: Path, name: str, content: str) -> str:
    path = folder / name
    path.write_text(content, "utf-8")
    return str(path)


@pytest.mark.parametrize("program", [API, WORKER, MCP, MIGRATION])
def test_each_program_reads_its_secrets_from_files(tmp_path: Path, program: str) -> None:
    names = [name for name, programs in PROGRAMS.items() if program in programs]
    starts = [(f"{name}_FILE", _file(tmp_path, name, f"{BAD_VALUES[name][0]}\n")) for name in names]
    starts.append(("DATABASE_URL_FILE", str(tmp_path / "gone")))
    url = _file(tmp_path, "url", URL)
    _, ends = ends_of_starts(program, starts, tmp_path, DATABASE_URL_FILE=url)
    *refused, unreadable = ends
    for name, end in zip(names, refused, strict=True):
        assert WORD not in end
        assert re.search(rf"{name}|secret|key", end), end
    assert unreadable.endswith(f"{tmp_path / 'gone'} can't be read: No such file or directory.")
    assert "DATABASE_URL_FILE: " in unreadable


def test_the_variable_itself_goes_first_and_an_empty_file_sets_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", URL)
    monkeypatch.setenv("DATABASE_URL_FILE", str(tmp_path / "gone"))
    monkeypatch.setenv("LOGIN_SECRET_FILE", _file(tmp_path, "empty", "\n"))
    monkeypatch.setenv("TODOCHAT_TOKEN_FILE", _file(tmp_path, "token", "\n tdc_1 \n"))
    settings = load_settings(ApiSettings)
    assert settings.database_url == URL
    assert settings.login_secret is None
    token = load_settings(McpSettings).todochat_token
    assert token is not None
    assert token.get_secret_value() == "tdc_1"


def test_a_file_that_is_no_text_is_refused_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "binary"
    path.write_bytes(b"\xff\xfe")
    monkeypatch.setenv("SMTP_URL_FILE", str(path))
    with pytest.raises(ConfigurationProblem, match=r"^SMTP_URL_FILE: .* it is not UTF-8\.$"):
        load_settings(ApiSettings)
