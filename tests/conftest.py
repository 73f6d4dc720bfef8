"""Fixtures that the whole suite shares."""

pytest_plugins = [
    "tests.postgres",
    "tests.stack",
    "tests.processes",
    "tests.model_server.fixture",
]
