"""The task list as a page that hosts of MCP Apps show next to the answer of `list_tasks`.

Source: SEP-1865, "MCP Apps", 2026-01-26. Hosts that know nothing of it ignore all this.
"""

from pathlib import Path
from typing import Any

from mcp.server.apps import Apps, ResourceCsp

VIEW = "ui://todochat/tasks.html"
# What a tool says of itself so that a host shows its answers in the view.
SHOWN_IN_VIEW: dict[str, Any] = {"ui": {"resourceUri": VIEW}}

_PAGE = Path(__file__).with_name("task_view.html")
_WRITABLE = 'data-writable="true"'


def task_view(*, read_only: bool) -> Apps:
    """Return the extension that serves the page; it needs no other origin than its own."""
    apps = Apps()
    apps.add_html_resource(
        VIEW,
        page(read_only=read_only),
        name="tasks",
        title="Task list",
        description="Shows what list_tasks found",
        csp=ResourceCsp(connect_domains=[], resource_domains=[], frame_domains=[]),
        prefers_border=True,
    )
    return apps


def page(*, read_only: bool) -> str:
    """Return the HTML; read-only, its boxes can't be ticked."""
    html = _PAGE.read_text("utf-8")
    return html.replace(_WRITABLE, 'data-writable="false"') if read_only else html
