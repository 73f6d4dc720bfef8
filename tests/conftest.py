"""Fixtures that the whole suite shares."""

import os

import pytest
from pydantic_settings import BaseSettings

from chat_api.supervisor.web_app import WebAppSettings
from mcp_server.settings import McpSettings

pytest_plugins = [
    "tests.postgres",
    "tests.stack",
    "tests.processes",
    "tests.model_server.fixture",
]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--full", action="store_true", help="prove at full size what takes minutes")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest, so that the rest runs beside it.

    The web app comes next: then one worker starts it, and not each that took over a few tests.
    """
    items.sort(key=_order)


def _order(item: pytest.Item) -> tuple[bool, bool]:
    web_app = "web_app" in getattr(item, "fixturenames", ())
    return item.get_closest_marker("longest") is None, not web_app


def _variables(settings: type[BaseSettings]) -> set[str]:
    """The environment variables that fill these settings."""
    fields = settings.model_fields.items()
    return {str(field.validation_alias or name).upper() for name, field in fields}


# What is set on this machine must decide no test.
for variable in _variables(WebAppSettings) | _variables(McpSettings):
    os.environ.pop(variable, None)
