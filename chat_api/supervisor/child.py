"""Run a module's `main` for a supervisor: `python -m chat_api.supervisor.child FD MODULE`.

FD is the reading end of a pipe. The supervisor writes one line, with environment variables as a
JSON object, when the module may run; until then it is only imported. The pipe reaches its end when
the supervisor ends, even by SIGKILL, and that works on every system.
"""

import gc
import importlib
import json
import os
import signal
import sys
import threading
import time
from typing import Any

# Passes the descriptor to a module that replaces this process by another program.
PIPE_VARIABLE = "TODOCHAT_SUPERVISOR_PIPE"

_GRACE_SECONDS = 30
_CHUNK = 65536


def main() -> None:
    """Import the module, wait for the start, watch the pipe in a thread, and run the module."""
    descriptor, name, *arguments = sys.argv[1:]
    pipe = int(descriptor)
    os.set_inheritable(pipe, False)
    module = load_program(name)
    os.environ.update(_start_variables(pipe))
    os.environ[PIPE_VARIABLE] = descriptor
    threading.Thread(target=_exit_with_supervisor, args=(pipe,), daemon=True).start()
    sys.argv = [name, *arguments]
    module.main()


def load_program(name: str) -> Any:
    """Import what `python -m name` would run."""
    # As in `chat_api.__main__`: imports leave no garbage, and what they bring stays to the end.
    gc.disable()
    module = importlib.import_module(name)
    if hasattr(module, "__path__"):
        module = importlib.import_module(f"{name}.__main__")
    gc.freeze()
    gc.enable()
    return module


def _start_variables(pipe: int) -> dict[str, str]:
    line = b""
    while not line.endswith(b"\n"):
        chunk = os.read(pipe, _CHUNK)
        if not chunk:
            sys.exit(1)
        line += chunk
    variables: dict[str, str] = json.loads(line)
    return variables


def _exit_with_supervisor(pipe: int) -> None:
    while os.read(pipe, 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(_GRACE_SECONDS)
    os._exit(1)


if __name__ == "__main__":
    main()
