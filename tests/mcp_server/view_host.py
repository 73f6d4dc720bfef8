"""A browser with a page that stands in for a host of MCP Apps."""

import asyncio
import hashlib
import json
import re
from base64 import b64encode
from pathlib import Path
from typing import Any

from mcp_server.task_view import page
from tests.chromium import find_chromium

_HOST = Path(__file__).with_suffix(".html")
_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--force-device-scale-factor=2",
    "--virtual-time-budget=5000",
)
_SECONDS = 50


def policy(html: str) -> str:
    """Return the strictest policy under which the page can work: its own script and style only.

    A host that gives none is bound to `'unsafe-inline'` instead of the hashes; with these, an
    inline handler or style would show.
    """
    return (
        f"default-src 'none'; script-src {_hash(html, 'script')}; style-src {_hash(html, 'style')}"
    )


def _hash(html: str, tag: str) -> str:
    found = re.search(rf"<{tag}>(.*?)</{tag}>", html, re.DOTALL)
    assert found
    return f"'sha256-{b64encode(hashlib.sha256(found[1].encode()).digest()).decode()}'"


def listed(*tasks: dict[str, Any], **facts: Any) -> dict[str, Any]:
    """A result of list_tasks."""
    known = [{"completed": False, **task} for task in tasks]
    return {
        "content": [{"type": "text", "text": "as lines"}],
        "structuredContent": {
            "tasks": known,
            "total": len(known),
            "today": "2026-11-21",
            **facts,
        },
    }


async def show(
    folder: Path,
    result: dict[str, Any] | None = None,
    *,
    read_only: bool = False,
    theme: str = "light",
    capabilities: dict[str, Any] | None = None,
    further: list[Any] | None = None,
    answers: dict[str, Any] | None = None,
    clicks: list[str] | None = None,
) -> dict[str, Any]:
    """Show a result in the view, click, and return what was said and shown."""
    html = page(read_only=read_only)
    told = [["ui/notifications/tool-input", {"arguments": {"status": "pending"}}]]
    if result is not None:
        told.append(["ui/notifications/tool-result", result])
    scenario = {
        "html": html,
        "policy": policy(html),
        "host": {
            "protocolVersion": "2026-01-26",
            "hostInfo": {"name": "stand-in", "version": "1"},
            "hostCapabilities": {"serverTools": {}} if capabilities is None else capabilities,
            "hostContext": {"theme": theme, "locale": "en_US"},
        },
        "notifications": [*told, *(further or [])],
        "answers": answers or {},
        "clicks": clicks or [],
    }
    host = folder / "host.html"
    written = json.dumps(scenario).replace("<", "\\u003c")
    host.write_text(_HOST.read_text("utf-8").replace("SCENARIO", written, 1), "utf-8")
    dumped = await chromium(folder, "--dump-dom", host.as_uri())
    seen = re.search(r'<script id="seen" type="application/json">(.*?)</script>', dumped, re.DOTALL)
    assert seen, dumped
    record: dict[str, Any] = json.loads(seen[1])
    return record


async def chromium(folder: Path, *arguments: str) -> str:
    """Run the browser once, with a profile of its own."""
    profile = f"--user-data-dir={folder / 'profile'}"
    process = await asyncio.create_subprocess_exec(
        str(find_chromium()),
        *_FLAGS,
        profile,
        *arguments,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    output, _ = await asyncio.wait_for(process.communicate(), _SECONDS)
    return output.decode()
