"""A plugin for pytest: what starts a fixture that tests share is passed through by all of them."""

from collections import defaultdict
from collections.abc import Generator
from typing import Any

import pytest
from mutmut.state import state

_functions: defaultdict[Any, set[str]] = defaultdict(set)


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(fixturedef: pytest.FixtureDef[Any]) -> Generator[None, Any, Any]:
    """Note which functions start the fixture."""
    passed = state()._stats
    before = set(passed)
    passed.clear()
    try:
        return (yield)
    finally:
        if fixturedef.scope != "function":
            _functions[fixturedef] |= passed
        passed |= before


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_teardown(item: pytest.Function) -> None:
    """Add those that started its fixtures to the functions that the test passes through."""
    for fixtures in item._fixtureinfo.name2fixturedefs.values():
        state()._stats |= _functions[fixtures[-1]]
