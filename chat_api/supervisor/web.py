"""The web app among the services: whether it is there, and what makes them trust each other."""

from collections.abc import Mapping
from pathlib import Path

from chat_api.settings import ApiSettings
from chat_api.supervisor.services import Service, reachable

_HOME = Path(__file__).parents[2] / "frontend_chatkit"
_AUTH = "/api/auth"
_STOP_SECONDS = 5

START_SCRIPT = _HOME / "scripts" / "start.mjs"


def is_built() -> bool:
    """Whether there is something to run: `make` builds it, an installed package has none."""
    return (_HOME / ".next" / "standalone" / "server.js").is_file()


def web_app(settings: ApiSettings) -> Service:
    """Return the web app as a service."""
    return Service(
        name="web",
        title="Web app",
        module="chat_api.supervisor.web_program",
        variable="WEB_PORT",
        port=settings.web_port,
        url=settings.web_address,
        stop_seconds=_STOP_SECONDS,
        ready_url=f"{_inside(settings)}/healthz",
    )


def trust(settings: ApiSettings) -> Mapping[str, str]:
    """Return the variables by which the API and the MCP server believe the web app's tokens."""
    keys = f"{_inside(settings)}{_AUTH}/jwks"
    return {
        "WEB_URL": settings.web_address,
        "WEB_JWKS_URL": keys,
        "OAUTH_ISSUER": f"{settings.web_address}{_AUTH}",
        "OAUTH_JWKS_URL": keys,
    }


def _inside(settings: ApiSettings) -> str:
    return f"http://{reachable(settings.host)}:{settings.web_port}"
