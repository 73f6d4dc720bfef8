"""What the programs of tests/forking.py would do first, done once for all: rules and weights."""

import gc

from chat_api import assistant

assistant.load()

# Behind tests/garbage.py: no collection of a fork looks at, and so copies, what all of them have.
gc.freeze()
gc.enable()
