"""What the programs of tests/forking.py would do first, done once for all of them."""

import gc

from auth.authorities import trusted_tls
from chat_api import assistant

assistant.load()
trusted_tls()

# Behind tests/garbage.py: no collection of a fork looks at, and so copies, what all of them have.
gc.freeze()
gc.enable()
