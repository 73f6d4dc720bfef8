"""The task list as an HTML page, which hosts of MCP Apps show with results of `list_tasks`.

Source: SEP-1865, "MCP Apps", 2026-01-26. Other hosts ignore it.
"""

from pathlib import Path
from typing import Any

from mcp.server.apps import Apps, ResourceCsp

VIEW = "ui://todochat/tasks.html"
# The `_meta` of a tool whose results a host shows in the view.
SHOWN_IN_VIEW: dict[str, Any] = {"ui": {"resourceUri": VIEW}}

_PAGE = Path(__file__).with_name("task_view.html")
_WRITABLE = 'data-writable="true"'


def task_view(*, read_only: bool) -> Apps:
    """Return the extension that serves the page, under a policy that allows no other origin."""
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
    """Return the HTML; if `read_only`, its checkboxes are disabled."""
    html = _PAGE.read_text("utf-8")
    return html.replace(_WRITABLE, 'data-writable="false"') if read_only else html
