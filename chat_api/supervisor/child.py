"""Run a module that ends with its supervisor: `python -m chat_api.supervisor.child FD MODULE`.

FD is the reading end of a pipe. Nothing is ever written to it; it ends with the supervisor, also
with one that was killed, and on every system.
"""

import os
import runpy
import signal
import sys
import threading
import time

# Names the pipe to a module that becomes a program of another kind.
PIPE_VARIABLE = "TODOCHAT_SUPERVISOR_PIPE"

_GRACE_SECONDS = 30


def main() -> None:
    """Watch the pipe, and be the module."""
    descriptor, module, *arguments = sys.argv[1:]
    pipe = int(descriptor)
    os.set_inheritable(pipe, False)
    os.environ[PIPE_VARIABLE] = descriptor
    threading.Thread(target=_end_with, args=(pipe,), daemon=True).start()
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


def _end_with(pipe: int) -> None:
    while os.read(pipe, 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(_GRACE_SECONDS)
    os._exit(1)


if __name__ == "__main__":
    main()
