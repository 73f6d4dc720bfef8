"""What the services read: variables that a deployment may set, and how long each takes to stop."""

from pydantic_settings import BaseSettings

from chat_api.settings import ApiSettings
from chat_api.supervisor.services import services
from chat_api.supervisor.web_app import WebAppSettings, web_app
from db.secret_files import SUFFIX, is_secret, variable_name
from mcp_server.settings import McpSettings

_SETTINGS: dict[str, type[BaseSettings]] = {
    "api": ApiSettings,
    "worker": ApiSettings,
    "mcp": McpSettings,
    "web": WebAppSettings,
    "migrate": ApiSettings,
}
PORTS = {"api": 8000, "mcp": 8001, "web": 3000}


def variables(service: str) -> set[str]:
    """The variables that a service reads, those of files among them."""
    fields = _SETTINGS[service].model_fields.items()
    known = {variable_name(name, info) for name, info in fields}
    files = {variable_name(name, info) + SUFFIX for name, info in fields if is_secret(info)}
    return known | files


def secrets() -> set[str]:
    """The variables that hold a secret, of all services."""
    return {
        variable_name(name, info)
        for kind in _SETTINGS.values()
        for name, info in kind.model_fields.items()
        if is_secret(info)
    }


def read_by_any() -> set[str]:
    """The variables that at least one service reads."""
    return set.union(*map(variables, _SETTINGS))


def stop_seconds() -> dict[str, float]:
    """How long a service may take to stop."""
    known = (*services(ApiSettings()), web_app(WebAppSettings(better_auth_secret="x" * 32)))
    return {service.name: service.stop_seconds for service in known}
