"""Fixtures that the whole suite shares."""

pytest_plugins = ["tests.postgres", "tests.model_server.fixture"]
