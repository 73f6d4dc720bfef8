"""The program of the web app: `python -m chat_api.supervisor.web_process`.

It is a child of the supervisor that replaces itself by Node. Its variables come from the plan, so
that it loads no settings and Node starts at once.
"""

import os
import shutil
import sys
from pathlib import Path

from chat_api.supervisor.child import PIPE_VARIABLE

HOME = Path(__file__).parents[2] / "frontend_chatkit"
START_SCRIPT = HOME / "scripts" / "start.mjs"


def find_node() -> str | None:
    """Return the Node that `make` put beside our Python, else one of the machine."""
    own = Path(sys.executable).with_name("node")
    return str(own) if own.exists() else shutil.which("node")


def main() -> None:
    """Replace this process by Node, which watches the supervisor's pipe from then on."""
    node = find_node()
    if node is None:
        sys.exit("Node is missing: `make run` finds or installs one.")
    pipe = os.environ.get(PIPE_VARIABLE)
    if pipe is not None:
        os.set_inheritable(int(pipe), True)
    os.execv(node, [node, str(START_SCRIPT)])  # noqa: S606  no shell is needed


if __name__ == "__main__":
    main()
