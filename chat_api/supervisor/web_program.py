"""Become the web app: `python -m chat_api.supervisor.web_program`, as a child of the supervisor."""

import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

from chat_api.supervisor.child import PIPE_VARIABLE
from chat_api.supervisor.services import reachable
from chat_api.supervisor.web import START_SCRIPT
from chat_api.supervisor.web_settings import WebAppSettings
from chat_api.tokens import login_secret


def main() -> None:
    """Replace this process by Node; it watches the supervisor's pipe in our place."""
    node = find_node()
    if node is None:
        sys.exit("Node is missing: `make run` finds or installs one.")
    pipe = os.environ.get(PIPE_VARIABLE)
    if pipe is not None:
        os.set_inheritable(int(pipe), True)
    variables = {**os.environ, **web_environment(WebAppSettings())}
    os.execve(node, [node, str(START_SCRIPT)], variables)  # noqa: S606  no shell is meant


def find_node() -> str | None:
    """Return the Node that `make` put beside our Python, else one of the machine."""
    ours = Path(sys.executable).with_name("node")
    return str(ours) if ours.exists() else shutil.which("node")


def web_environment(settings: WebAppSettings) -> Mapping[str, str]:
    """Return what the web app is told beside the environment that all services share."""
    told = {
        "BETTER_AUTH_SECRET": login_secret(settings),
        "HOST": settings.host,
        "WEB_PORT": str(settings.web_port),
        "WEB_URL": settings.web_address,
        "API_URL": settings.api_url or f"http://{reachable(settings.host)}:{settings.api_port}",
        "API_ISSUER": settings.issuer,
        "MCP_URL": settings.mcp_resource,
        "CHATKIT_DOMAIN_KEY": settings.chatkit_domain_key,
        "CHATKIT_SCRIPT_URL": settings.chatkit_script_url,
        "TRUSTED_PROXIES": settings.trusted_proxies,
    }
    return {name: value for name, value in told.items() if value is not None}


if __name__ == "__main__":
    main()
