"""Toolsets: the tools that a server offers, with their prompts, resources and view."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from mcp.server.extension import Extension
from mcp.server.mcpserver import MCPServer

from db.notifier import Notifier
from mcp_server.connector import Connector
from mcp_server.context import State
from mcp_server.prompts import PromptGuard, add_prompts
from mcp_server.resources import add_resources
from mcp_server.subscriptions import TaskSubscriptions
from mcp_server.task_tool import TaskTool
from mcp_server.task_view import SHOWN_IN_VIEW, task_view
from mcp_server.tools import task_tools


class Toolset(StrEnum):
    """The sets that an operator can choose; every tool costs each conversation some tokens.

    `tasks` has the six tools only, `connector` the two that ChatGPT's connectors and deep
    research call, `all` both and the prompts, resources and the view.
    """

    TASKS = "tasks"
    CONNECTOR = "connector"
    ALL = "all"


def build(
    toolset: Toolset,
    *,
    read_only: bool = False,
    web_url: str,
    notifier: Notifier | None = None,
    **options: Any,
) -> MCPServer[State]:
    """Build a server for a toolset; `options` are those of `MCPServer`.

    With a `notifier`, which the caller starts and closes, clients can subscribe to resources.
    """
    subscriptions = TaskSubscriptions(notifier) if notifier and toolset is Toolset.ALL else None
    server: MCPServer[State] = MCPServer(
        tools=list(tools_of(toolset, read_only=read_only, web_url=web_url)),
        extensions=extensions_of(toolset, read_only=read_only),
        subscriptions=subscriptions or False,
        **options,
    )
    if subscriptions:
        server.middleware.append(subscriptions)
    add_extras(server, toolset)
    return server


def tools_of(toolset: Toolset, *, read_only: bool, web_url: str) -> list[TaskTool]:
    """Return a toolset's tools in the order of `tools/list`; `read_only` omits those that write.

    `web_url` is the web app's address, which the connector's links begin with.
    """
    connector = Connector(web_url).tools()
    match toolset:
        case Toolset.TASKS:
            tools = [*task_tools()]
        case Toolset.CONNECTOR:
            tools = connector
        case Toolset.ALL:
            tools = [*_shown_in_view(task_tools()), *connector]
    return [tool for tool in tools if not read_only or _only_reads(tool)]


def extensions_of(toolset: Toolset, *, read_only: bool) -> list[Extension]:
    """Return the protocol extensions of a toolset."""
    return [task_view(read_only=read_only)] if toolset is Toolset.ALL else []


def add_extras(server: MCPServer[State], toolset: Toolset) -> None:
    """Add a toolset's prompts and resources, all of which are read-only."""
    server.middleware.append(PromptGuard(server))
    if toolset is Toolset.ALL:
        add_prompts(server)
        add_resources(server)


def _shown_in_view(tools: Iterable[TaskTool]) -> list[TaskTool]:
    return [
        tool.model_copy(update={"meta": SHOWN_IN_VIEW}) if tool.name == "list_tasks" else tool
        for tool in tools
    ]


def _only_reads(tool: TaskTool) -> bool:
    return bool(tool.annotations and tool.annotations.read_only_hint)
