"""Which tools a server offers, and what besides."""

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
from mcp_server.subscriptions import TaskNews
from mcp_server.task_tool import TaskTool
from mcp_server.task_view import SHOWN_IN_VIEW, task_view
from mcp_server.tools import task_tools


class Toolset(StrEnum):
    """What an operator can choose from; every tool costs each conversation some tokens.

    `tasks` are the six tools and nothing else, `connector` the two that ChatGPT's connectors and
    deep research ask for, `all` both with prompts, resources and the view.
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
    """Build a server that offers a set; `options` are those of `MCPServer`.

    With `notifier`, which their owner starts and closes, clients can subscribe to resources.
    """
    news = TaskNews(notifier) if notifier and toolset is Toolset.ALL else None
    server: MCPServer[State] = MCPServer(
        tools=list(tools_of(toolset, read_only=read_only, web_url=web_url)),
        extensions=extensions_of(toolset, read_only=read_only),
        subscriptions=news or False,
        **options,
    )
    if news:
        server.middleware.append(news)
    add_extras(server, toolset)
    return server


def tools_of(toolset: Toolset, *, read_only: bool, web_url: str) -> list[TaskTool]:
    """Return a set's tools as they are listed; `read_only` leaves out those that write.

    `web_url` is the web app's address, which the connector's links begin with.
    """
    connector = Connector(web_url).tools()
    match toolset:
        case Toolset.TASKS:
            tools = task_tools()
        case Toolset.CONNECTOR:
            tools = connector
        case Toolset.ALL:
            tools = [*_shown_in_view(task_tools()), *connector]
    return [tool for tool in tools if not read_only or _only_reads(tool)]


def extensions_of(toolset: Toolset, *, read_only: bool) -> list[Extension]:
    """Return what a set adds to the protocol."""
    return [task_view(read_only=read_only)] if toolset is Toolset.ALL else []


def add_extras(server: MCPServer[State], toolset: Toolset) -> None:
    """Add a set's prompts and resources, which all only read."""
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
