"""Every variable is in .env.example and docs/configuration.md, with its default and meaning."""

import ast
import re
from pathlib import Path
from typing import NamedTuple

import pytest
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings

from auth.connections import ConnectionSettings
from auth.failed_tokens import FailedTokenSettings
from auth.login import AuthSettings
from auth.state_keys import StateKeySettings
from chat_api.settings import ApiSettings
from chat_api.supervisor.web_app import WebAppSettings
from db.settings import DatabaseSettings
from db.telemetry.settings import TelemetrySettings
from mcp_server.settings import McpSettings
from tests.specs.documents import code, read, rows, section
from tests.specs.sources import modules

SETTINGS: list[type[BaseSettings]] = [
    *(ApiSettings, McpSettings, DatabaseSettings, AuthSettings),
    *(FailedTokenSettings, ConnectionSettings, StateKeySettings),
    *(WebAppSettings, TelemetrySettings),
]

_LINE = re.compile(r"^# (.+)\n# ([A-Z0-9_]+)=(.*)$", re.MULTILINE)
_NAME = re.compile(r"^#? ?([A-Z0-9_]+)=", re.MULTILINE)


class Meaning(NamedTuple):
    """The default and the description of a variable."""

    default: str
    text: str


def _name(field: str, info: FieldInfo) -> str:
    return info.validation_alias if isinstance(info.validation_alias, str) else field.upper()


def _default(info: FieldInfo) -> str:
    """Return a default as an operator writes it; a derived default is explained in the text."""
    if info.default_factory or info.default is None:
        return ""
    if isinstance(info.default, tuple):
        return ",".join(info.default)
    return str(info.default)


def _variables(settings: type[BaseSettings]) -> dict[str, Meaning]:
    return {
        _name(field, info): Meaning(_default(info), info.description or "")
        for field, info in settings.model_fields.items()
    }


def all_variables() -> dict[str, Meaning]:
    return {name: meaning for kind in SETTINGS for name, meaning in _variables(kind).items()}


def _example() -> dict[str, Meaning]:
    found = _LINE.findall(read(".env.example"))
    return {name: Meaning(default, text) for text, name, default in found}


def _table() -> dict[str, Meaning]:
    return {
        code(row["variable"])[0]: Meaning("".join(code(row["default"])), row["meaning"])
        for row in rows(section(read("docs/configuration.md"), "Configuration"))
    }


def test_all_settings_are_known_here() -> None:
    defined = {
        node.name
        for module in modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ClassDef) and not module.in_package("tests")
        if any(ast.unparse(base).endswith("Settings") for base in node.bases)
    }
    assert defined == {settings.__name__ for settings in SETTINGS}


@pytest.mark.parametrize("settings", SETTINGS, ids=lambda kind: kind.__name__)
def test_a_name_means_the_same_to_every_process(settings: type[BaseSettings]) -> None:
    assert all_variables().items() >= _variables(settings).items()


def test_the_example_lists_every_variable() -> None:
    assert _example() == all_variables()


def test_the_example_sets_nothing() -> None:
    text = read(".env.example")
    assert sorted(_NAME.findall(text)) == sorted(all_variables())
    assert [line for line in text.splitlines() if line and not line.startswith("#")] == []


def test_the_page_of_the_configuration_lists_every_variable() -> None:
    assert _table() == all_variables()


def test_every_variable_is_explained() -> None:
    assert [name for name, meaning in all_variables().items() if not meaning.text] == []


def test_the_defaults_start_without_an_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in all_variables():
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    assert ApiSettings().provider == "offline"
    assert McpSettings().resource == ApiSettings().mcp_resource
    assert McpSettings().issuer == ApiSettings().issuer
