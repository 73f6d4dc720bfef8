"""A plugin that pytest loads first: no garbage collection looks at what was imported.

Imports and the collection of tests leave no garbage, as in `chat_api.__main__`, and every worker
imports everything there is: looking for it takes a third of the time until the first test. The
process that is forked by tests/forking.py imports it first, too.
"""

import gc

gc.disable()


def pytest_collection_finish() -> None:
    """Leave what is there by now out of all later collections."""
    gc.freeze()
    gc.enable()
