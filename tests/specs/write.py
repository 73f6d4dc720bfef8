"""The contracts as the code has them: `python -m tests.specs.write` writes them down."""

import asyncio
import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml
from mcp.server.mcpserver import MCPServer
from pydantic import BaseModel, SecretStr

from chat_api.app import create_app
from chat_api.settings import ApiSettings
from db.engine import create_engine, create_sessions
from db.notifier import Notifier
from mcp_server.tools import task_tools
from mcp_server.toolset import Toolset, build
from tests.specs.documents import SPECS

OPENAPI = SPECS / "contracts" / "openapi.yaml"
TOOLS = SPECS / "contracts" / "mcp-tools.json"
EVERYTHING = SPECS / "contracts" / "mcp-all.json"

_HEAD = "# Written by `make specs` from the code; a test compares.\n"


@cache
def api_document() -> dict[str, Any]:
    """Return the API's OpenAPI document; nothing connects for it."""
    sessions = create_sessions(create_engine("postgresql://unused/unused"))
    with TemporaryDirectory() as folder:
        settings = ApiSettings(
            TODOCHAT_DATA_DIR=Path(folder),
            better_auth_secret=SecretStr("no token is made or read with it"),
            chat_provider="offline",
        )
        return create_app(settings, sessions, Notifier(None)).openapi()


def openapi() -> str:
    """Return that document as YAML."""
    return _HEAD + yaml.safe_dump(api_document(), sort_keys=False, allow_unicode=True, width=100)


async def listed_tools() -> list[dict[str, Any]]:
    """Return the tools as the MCP server lists them."""
    listed = await MCPServer("todochat", tools=list(task_tools())).list_tools()
    return [tool.model_dump(mode="json", by_alias=True, exclude_none=True) for tool in listed]


async def mcp_tools() -> str:
    """Return the answer to `tools/list` as JSON."""
    tools = {"tools": await listed_tools()}
    return json.dumps(tools, indent=2, ensure_ascii=False) + "\n"


async def mcp_everything() -> str:
    """Return what the largest set lists, as JSON."""
    server = build(Toolset.ALL, web_url="https://unused", name="todochat")
    listed: dict[str, Sequence[BaseModel]] = {
        "tools": await server.list_tools(),
        "prompts": await server.list_prompts(),
        "resources": await server.list_resources(),
        "resourceTemplates": await server.list_resource_templates(),
    }
    offered = {
        name: [each.model_dump(mode="json", by_alias=True, exclude_none=True) for each in list_]
        for name, list_ in listed.items()
    }
    return json.dumps(offered, indent=2, ensure_ascii=False) + "\n"


def main() -> None:
    """Write the contracts."""
    OPENAPI.write_text(openapi(), "utf-8")
    TOOLS.write_text(asyncio.run(mcp_tools()), "utf-8")
    EVERYTHING.write_text(asyncio.run(mcp_everything()), "utf-8")


if __name__ == "__main__":
    main()
