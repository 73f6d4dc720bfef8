"""The entry for the MCP registry: deploy/mcp/server.json."""

import json
from importlib import resources
from typing import Any

import jsonschema
import pytest

from mcp_server.server_card import DESCRIPTION
from mcp_server.settings import McpSettings
from tests.mcp_server.test_configurations import configurations
from tests.packaging.versions import VERSION
from tests.specs.documents import read
from tests.specs.test_configuration import all_variables

pytestmark = pytest.mark.requirement("FR-MCP-403")

ENTRY: dict[str, Any] = json.loads(read("deploy/mcp/server.json"))


def test_it_is_valid_by_the_schema_of_the_registry() -> None:
    revision = ENTRY["$schema"].split("/")[-2]
    folder = f"v{revision.replace('-', '_')}"
    schemas = resources.files("skillsaw.schemas.mcp_registry")
    schema = json.loads((schemas / folder / "server.schema.json").read_text("utf-8"))
    assert schema["$id"] == ENTRY["$schema"]
    jsonschema.validate(ENTRY, schema)


def test_it_names_this_version_and_what_the_server_says_of_itself() -> None:
    (package,) = ENTRY["packages"]
    assert (ENTRY["version"], package["version"]) == (VERSION, VERSION)
    assert ENTRY["description"] == DESCRIPTION


def test_the_readme_has_the_name_by_which_the_registry_knows_its_owner() -> None:
    assert f"<!-- mcp-name: {ENTRY['name']} -->" in read("README.md")


def test_its_package_is_started_by_a_command_and_with_variables_that_exist() -> None:
    (package,) = ENTRY["packages"]
    words = [part.get("value") or part["name"] for part in package["packageArguments"]]
    assert words == configurations()["Claude Desktop"]["mcpServers"]["todochat"]["args"]
    given = {each["name"]: each["description"] for each in package["environmentVariables"]}
    assert given == {name: all_variables()[name].text for name in given}
    secrets = {each["name"] for each in package["environmentVariables"] if each.get("isSecret")}
    assert secrets == set(given)


def test_its_address_is_the_path_that_the_server_has() -> None:
    (remote,) = ENTRY["remotes"]
    assert remote["url"].endswith(McpSettings().resource.partition(":8001")[2])
    assert set(remote["variables"]) == {"host"}
    (header,) = remote["headers"]
    assert header["name"] == "Authorization"
    assert header["value"].format(token="tdc_") == "Bearer tdc_"
