"""The bundle that an assistant installs with one click: deploy/mcp/bundle."""

import json
import os
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from mcp import StdioServerParameters
from mcp.client.stdio import stdio_client

from db.engine import Sessions
from mcp_server.server_card import DESCRIPTION
from tests.clients.installed import command_of
from tests.mcp_server.plain import personal_token
from tests.mcp_server.test_configurations import use
from tests.mcp_server.test_tools import TOOLS
from tests.packaging.versions import VERSION, WHEEL
from tests.specs.documents import ROOT, read
from tests.specs.test_configuration import all_variables

pytestmark = pytest.mark.requirement("FR-MCP-404")

SOURCES = "deploy/mcp/bundle"
MANIFEST: dict[str, Any] = json.loads(read(f"{SOURCES}/manifest.json"))
UV = Path(sys.executable).with_name("uv")


@pytest.fixture(scope="module")
def bundle(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundle that `make bundle` has built, unpacked as an assistant does it."""
    if not request.config.getoption("full"):
        pytest.skip("`make packages-test` builds it")
    folder = tmp_path_factory.mktemp("bundle")
    with zipfile.ZipFile(ROOT / "dist" / "todochat.mcpb") as packed:
        packed.extractall(folder)
    return folder


def strings(value: Any) -> Iterator[str]:
    """All strings in a document."""
    if isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from strings(part)
    elif isinstance(value, str):
        yield value


def test_the_manifest_says_what_the_server_says_of_itself() -> None:
    assert (MANIFEST["version"], MANIFEST["description"]) == (VERSION, DESCRIPTION)
    assert [tool["name"] for tool in MANIFEST["tools"]] == TOOLS


def test_every_value_that_the_manifest_fills_in_is_configured_by_the_user() -> None:
    configuration = MANIFEST["server"]["mcp_config"]
    filled = {text for text in strings(configuration["env"]) if text.startswith("${")}
    assert filled == {f"${{user_config.{name}}}" for name in MANIFEST["user_config"]}
    assert all_variables().keys() >= configuration["env"].keys()
    assert all(asked["sensitive"] for asked in MANIFEST["user_config"].values())


def test_the_bundle_installs_the_wheel_of_this_version() -> None:
    packed = tomllib.loads(read(f"{SOURCES}/pyproject.toml"))
    assert packed["project"]["version"] == VERSION
    assert packed["tool"]["uv"]["sources"]["todochat"]["path"] == WHEEL


@pytest.mark.timeout(120)
def test_the_tools_of_the_format_find_no_fault_with_it(bundle: Path) -> None:
    validated = subprocess.run(
        [*command_of("@anthropic-ai/mcpb", "mcpb"), "validate", str(bundle / "manifest.json")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert validated.returncode == 0, validated.stdout + validated.stderr


@pytest.mark.timeout(600)
async def test_an_assistant_that_installed_it_adds_a_task(
    bundle: Path, committed: Sessions, database_url: str, user: str
) -> None:
    given = {"token": await personal_token(committed, user), "database_url": database_url}
    configuration = MANIFEST["server"]["mcp_config"]
    variables = {
        name: given[value.removeprefix("${user_config.").removesuffix("}")]
        for name, value in configuration["env"].items()
    }
    arguments = [word.replace("${__dirname}", str(bundle)) for word in configuration["args"]]
    assert configuration["command"] == UV.name
    # What an index is reached by is the machine's.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    parameters = StdioServerParameters(
        command=str(UV), args=arguments, env={**environment, **variables}
    )
    await use(stdio_client(parameters))
