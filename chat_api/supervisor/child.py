"""Run a module that ends with its supervisor: `python -m chat_api.supervisor.child FD MODULE`.

FD is the reading end of a pipe. Nothing is ever written to it; it reaches its end when the
supervisor ends, even by SIGKILL, and that works on every system.
"""

import os
import runpy
import signal
import sys
import threading
import time

# Passes the descriptor to a module that replaces this process by another program.
PIPE_VARIABLE = "TODOCHAT_SUPERVISOR_PIPE"

_GRACE_SECONDS = 30


def main() -> None:
    """Watch the pipe in a thread, and run the module."""
    descriptor, module, *arguments = sys.argv[1:]
    pipe = int(descriptor)
    os.set_inheritable(pipe, False)
    os.environ[PIPE_VARIABLE] = descriptor
    threading.Thread(target=_exit_with_supervisor, args=(pipe,), daemon=True).start()
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


def _exit_with_supervisor(pipe: int) -> None:
    while os.read(pipe, 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(_GRACE_SECONDS)
    os._exit(1)


if __name__ == "__main__":
    main()
