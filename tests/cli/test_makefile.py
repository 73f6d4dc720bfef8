"""`make` on machines with all kinds of Pythons; they are stand-ins that write down their calls."""

import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.cli.processes import ROOT

pytestmark = pytest.mark.requirement("FR-RUN-016")

TOOLS = ("sh", "cat", "cksum", "rm", "grep", "mkdir", "chmod", "basename", "make")
PYTHON = """\
#!/bin/sh
echo "$(basename "$0") $*" >> "{log}"
case "$*" in
  *ensurepip*) exit {no_venv} ;;
  *version_info*) exit {too_old} ;;
  --version) echo "Python 3.12.0" ;;
  "-m venv .venv")
    mkdir -p .venv/bin
    cat "$0" > .venv/bin/python
    chmod +x .venv/bin/python
    echo "#!$PWD/.venv/bin/python" > .venv/bin/pip ;;
  *"pip config list") cat "{log}.pip-settings" 2>/dev/null || true ;;
  *"-r requirements-uv.lock") cat "$0" > .venv/bin/uv && chmod +x .venv/bin/uv ;;
  *"pip install"*) test ! -e "{log}.no-network" ;;
esac
"""
PIP_ONLY_SETTINGS = (
    "global.index-url",
    ":env:.index-url",
    "install.no-index",
    "global.proxy",
    "site.cert",
)


class Machine:
    """A checkout, and the commands that this machine has."""

    def __init__(self, folder: Path, further_tools: Iterable[str] = ()) -> None:
        self.checkout = folder / "checkout"
        self.commands = folder / "commands"
        self.log = folder / "log"
        self.checkout.mkdir()
        self.commands.mkdir()
        for path in (ROOT / "Makefile", ROOT / "pyproject.toml", *ROOT.glob("*.lock")):
            shutil.copy(path, self.checkout)
        for tool in (*TOOLS, *further_tools):
            (self.commands / tool).symlink_to(shutil.which(tool) or tool)

    def has(self, name: str, *, too_old: bool = False, no_venv: bool = False) -> None:
        script = PYTHON.format(log=self.log, too_old=int(too_old), no_venv=int(no_venv))
        self.has_command(name, script)

    def has_command(self, name: str, script: str) -> None:
        command = self.commands / name
        command.write_text(script)
        command.chmod(0o755)

    def configure_pip(self, *settings: str) -> None:
        lines = [f"{setting}='there'" for setting in settings]
        Path(f"{self.log}.pip-settings").write_text("\n".join(lines))

    def make(self, *targets: str, **environment: str) -> subprocess.CompletedProcess[str]:
        self.log.write_text("")
        return subprocess.run(
            [self.commands / "make", *targets],
            cwd=self.checkout,
            env={"PATH": str(self.commands), **environment},
            capture_output=True,
            text=True,
            timeout=20,
            check=False,
        )

    def installations(self) -> list[str]:
        """The install commands of pip and uv in the last call of `make`."""
        return [call for call in self.log.read_text().splitlines() if " install " in call]

    def installed(self) -> list[str]:
        """The locks that the last call installed, without the one of uv."""
        locks = [call.split()[-1] for call in self.installations() if "--require-hashes" in call]
        return [lock for lock in locks if lock != "requirements-uv.lock"]

    def called(self, words: Iterable[str]) -> bool:
        return any(
            all(word in call for word in words) for call in self.log.read_text().splitlines()
        )


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_commands_that_do_not_run_or_are_too_old_are_passed_over(machine: Machine) -> None:
    machine.has_command(
        "python3", "#!/bin/sh\necho 'pyenv: python3: command not found'\nexit 127\n"
    )
    machine.has("python3.14", too_old=True)
    machine.has("python3.12")
    done = machine.make("runtime")
    assert done.returncode == 0, done.stderr
    assert machine.called(["python3.12", "-m venv .venv"])
    assert "pyenv" not in done.stdout + done.stderr
    assert machine.installed() == ["requirements.lock"]


def test_a_python_given_by_hand_comes_first(machine: Machine) -> None:
    machine.has("python3")
    machine.has("mine")
    machine.make("runtime", "PYTHON=mine")
    assert machine.called(["mine", "-m venv .venv"])


def test_no_new_enough_python_is_one_clear_line(machine: Machine) -> None:
    machine.has("python3", too_old=True)
    done = machine.make("runtime")
    assert done.returncode != 0
    first, *rest = done.stderr.splitlines()
    assert first.startswith("Todochat needs Python 3.11 or newer, and found none.")
    assert all(line.startswith("make: ***") for line in rest)


def test_a_python_without_venv_is_named_with_what_to_install(machine: Machine) -> None:
    machine.has("python3", no_venv=True)
    done = machine.make("runtime")
    assert done.returncode != 0
    assert done.stderr.startswith("python3 has no venv module: install it first (Debian, Ubuntu:")


@pytest.mark.parametrize("setting", [None, *PIP_ONLY_SETTINGS])
def test_uv_installs_unless_pip_is_configured_with_an_index_or_proxy(
    machine: Machine, setting: str | None
) -> None:
    machine.has("python3")
    machine.configure_pip("global.timeout", "global.extra-index-url", *filter(None, [setting]))
    done = machine.make("runtime")
    assert done.returncode == 0, done.stderr
    installers = {call.split(" pip ")[0] for call in machine.installations()}
    assert installers == ({"python -m"} if setting else {"python -m", "uv"})
    assert machine.called(["uv pip install", "requirements.lock"]) is (setting is None)


def test_uv_installs_if_pips_certificates_are_also_in_ssl_cert_file(machine: Machine) -> None:
    machine.has("python3")
    machine.configure_pip("global.cert")
    machine.make("runtime", SSL_CERT_FILE="there")
    assert machine.called(["uv pip install", "requirements.lock"])


def test_what_is_installed_is_not_installed_again(machine: Machine) -> None:
    machine.has("python3")
    machine.make("runtime")
    done = machine.make("runtime")
    assert (done.stdout, machine.installed()) == ("", [])


def test_the_development_lock_serves_running_too(machine: Machine) -> None:
    machine.has("python3")
    machine.make("install")
    assert machine.installed() == ["requirements-dev.lock"]
    machine.make("runtime")
    assert machine.installed() == []


def test_a_changed_lock_is_installed(machine: Machine) -> None:
    machine.has("python3")
    machine.make("runtime")
    with (machine.checkout / "requirements.lock").open("a") as lock:
        lock.write("# newer\n")
    machine.make("runtime")
    assert machine.installed() == ["requirements.lock"]


def test_an_interrupted_installation_is_done_again(machine: Machine) -> None:
    machine.has("python3")
    outage = Path(f"{machine.log}.no-network")
    outage.touch()
    assert machine.make("runtime").returncode != 0
    outage.unlink()
    assert machine.make("runtime").returncode == 0
    assert machine.installed() == ["requirements.lock"]


def test_an_environment_whose_python_is_gone_is_built_anew(machine: Machine) -> None:
    machine.has("python3")
    machine.make("runtime")
    python = machine.checkout / ".venv" / "bin" / "python"
    python.unlink()
    python.symlink_to("/nonexistent/python3")
    assert machine.make("runtime").returncode == 0
    assert machine.called(["python3", "-m venv .venv"])


def test_an_environment_that_was_moved_is_built_anew(machine: Machine) -> None:
    machine.has("python3")
    machine.make("runtime")
    machine.checkout = machine.checkout.rename(machine.checkout.with_name("moved"))
    machine.make("runtime")
    assert machine.called(["python3", "-m venv .venv"])


def test_make_alone_lists_the_targets(machine: Machine) -> None:
    for tool in ("sed", "expand"):
        (machine.commands / tool).symlink_to(shutil.which(tool) or tool)
    listed = machine.make().stdout
    assert "make run " in listed
    assert "make test " in listed
