"""The order of the whole suite, and the plugins with the fixtures that it shares."""

import pytest

_PLUGINS = (
    "tests.environment",
    "tests.postgres",
    "tests.stack",
    "tests.processes",
    "tests.model_server.fixture",
    "tests.distributed.collected",
)
# The conftests below may import them before they are loaded.
pytest.register_assert_rewrite(*_PLUGINS)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--full", action="store_true", help="prove at full size what takes minutes")
    parser.addoption(
        "--cached", action="store_true", help="test containers if the images were built before"
    )
    parser.addoption(
        "--postgres",
        choices=["embedded", "debian", "pgbouncer"],
        default="embedded",
        help="the server of the tests: the embedded one, Debian's, or Debian's behind PgBouncer",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Load all that we serve, except where tests are only handed out to other processes."""
    if config.getoption("dist") == "no" or hasattr(config, "workerinput"):
        for plugin in _PLUGINS:
            config.pluginmanager.import_plugin(plugin)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Let each worker begin with some of what takes longest, and one with the web app.

    Worksteal hands out equal shares in order, and later the ends of what others have left: the web
    app, which takes seconds to start, is so started by one worker, and not by all that took over
    a few of its tests.
    """
    longest = sorted(filter(_seconds, items), key=_seconds, reverse=True)
    others = [item for item in items if not _seconds(item)]
    workers: int = getattr(config, "workerinput", {}).get("workercount", 1)
    shares = [longest[first::workers] for first in range(workers)]
    shares[-1] += [item for item in others if _in_web_app(item)]
    rest = [item for item in others if not _in_web_app(item)]
    for number, share in enumerate(shares):
        size = (len(items) - sum(map(len, shares[:number]))) // (workers - number)
        missing = max(0, size - len(share))
        share.extend(rest[:missing])
        del rest[:missing]
    items[:] = [item for share in shares for item in share]


def _seconds(item: pytest.Item) -> int:
    marker = item.get_closest_marker("longest")
    return marker.args[0] if marker else 0


def _in_web_app(item: pytest.Item) -> bool:
    return "web_app" in getattr(item, "fixturenames", ())
