"""The web app as a service."""

from collections.abc import Mapping

from pydantic import Field

from chat_api.settings import ApiSettings
from chat_api.supervisor.plan import Service
from chat_api.supervisor.services import local_api_url, local_web_url
from chat_api.supervisor.web_process import HOME
from chat_api.tokens import web_ring

_AUTH_PATH = "/api/auth"
_STOP_SECONDS = 5


class WebAppSettings(ApiSettings):
    """The environment of the web app, which runs on Node and reads the same names."""

    api_url: str | None = Field(None, description="Address of the API for the web app")
    chatkit_domain_key: str | None = Field(
        None, description="Key of a domain that is registered for OpenAI's hosted chat element"
    )
    chatkit_script_url: str | None = Field(
        None, description="Address of that element's script, if not the vendor's"
    )
    oauth_client_days: int = Field(
        30,
        ge=1,
        description="Days after which a registered assistant that no account uses is forgotten",
    )


def is_built() -> bool:
    """Whether the web app is built: `make` does that, and an installed package has none."""
    return (HOME / ".next" / "standalone" / "server.js").is_file()


def web_app(settings: WebAppSettings) -> Service:
    """Return the web app as a service.

    Raises:
        AuthError: The secret of its logins can't be used.
    """
    return Service(
        name="web",
        title="Web app",
        module="chat_api.supervisor.web_process",
        variable="WEB_PORT",
        port=settings.web_port,
        url=settings.web_address,
        stop_seconds=_STOP_SECONDS,
        ready_url=f"{local_web_url(settings)}/healthz",
        variables=web_environment(settings),
    )


def issuer_variables(settings: ApiSettings) -> Mapping[str, str]:
    """Return the variables by which the API and the MCP server accept the web app's tokens."""
    keys = f"{local_web_url(settings)}{_AUTH_PATH}/jwks"
    return {
        "WEB_URL": settings.web_address,
        "WEB_JWKS_URL": keys,
        "OAUTH_ISSUER": f"{settings.web_address}{_AUTH_PATH}",
        "OAUTH_JWKS_URL": keys,
    }


def web_environment(settings: WebAppSettings) -> Mapping[str, str]:
    """Return the variables of the web app beside the environment that all services share."""
    ring = web_ring(settings)
    signing = ring.signing()
    ordered = [signing, *(one for one in ring.verifying() if one != signing)]
    variables = {
        "BETTER_AUTH_SECRET": ",".join(one.secret for one in ordered),
        "HOST": settings.host,
        "WEB_PORT": str(settings.web_port),
        "WEB_URL": settings.web_address,
        "API_URL": settings.api_url or local_api_url(settings),
        "API_ISSUER": settings.issuer,
        "MCP_URL": settings.mcp_resource,
        "CHATKIT_DOMAIN_KEY": settings.chatkit_domain_key,
        "CHATKIT_SCRIPT_URL": settings.chatkit_script_url,
        "OAUTH_CLIENT_DAYS": str(settings.oauth_client_days),
        "TRUSTED_PROXIES": settings.trusted_proxies,
    }
    return {name: value for name, value in variables.items() if value is not None}
