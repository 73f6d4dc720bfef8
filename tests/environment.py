"""A plugin: what is set on this machine must decide no test."""

import os

from pydantic_settings import BaseSettings

from chat_api.supervisor.web_app import WebAppSettings
from mcp_server.settings import McpSettings


def _variables(settings: type[BaseSettings]) -> set[str]:
    """The environment variables that fill these settings."""
    fields = settings.model_fields.items()
    return {str(field.validation_alias or name).upper() for name, field in fields}


for variable in _variables(WebAppSettings) | _variables(McpSettings):
    os.environ.pop(variable, None)
