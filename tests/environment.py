"""A plugin: what is set on this machine must decide no test."""

import os

from pydantic_settings import BaseSettings

from chat_api.supervisor.web_app import WebAppSettings
from db.secret_files import SUFFIX, variable_name
from mcp_server.settings import McpSettings

# What a test does in a second would take a person an hour.
UNLIMITED = dict.fromkeys(
    (
        *("MAX_TURNS_PER_USER", "MESSAGES_PER_MINUTE", "WRITES_PER_MINUTE"),
        *("MAX_STREAMS_PER_USER", "MAX_RUNNING_TURNS", "MAX_CONNECTIONS", "REQUESTS_PER_SECOND"),
    ),
    "1000000",
)


def _variables(settings: type[BaseSettings]) -> set[str]:
    """The environment variables that fill these settings."""
    fields = settings.model_fields.items()
    return {variable_name(name, field) for name, field in fields}


for variable in _variables(WebAppSettings) | _variables(McpSettings):
    os.environ.pop(variable, None)
    os.environ.pop(variable + SUFFIX, None)
