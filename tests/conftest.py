"""The order of the whole suite, and the plugins with the fixtures that it shares."""

import pytest

_PLUGINS = (
    "tests.environment",
    "tests.postgres",
    "tests.stack",
    "tests.processes",
    "tests.model_server.fixture",
)
# The conftests below may import them before they are loaded.
pytest.register_assert_rewrite(*_PLUGINS)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--full", action="store_true", help="prove at full size what takes minutes")


def pytest_configure(config: pytest.Config) -> None:
    """Load all that we serve, except where tests are only handed out to other processes."""
    if config.getoption("dist") == "no" or hasattr(config, "workerinput"):
        for plugin in _PLUGINS:
            config.pluginmanager.import_plugin(plugin)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest, so that the rest runs beside it.

    The web app comes next: then one worker starts it, and not each that took over a few tests.
    """
    items.sort(key=_order)


def _order(item: pytest.Item) -> tuple[bool, bool]:
    web_app = "web_app" in getattr(item, "fixturenames", ())
    return item.get_closest_marker("longest") is None, not web_app
