"""Podman: the images, built from a base image that is pulled or made of packages."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]

_PUBLIC_BASE = "docker.io/library/debian:bookworm-slim"
_OWN_BASE = "localhost/todochat-test-base"
_SUITE = "bookworm"
_PULL_SECONDS = 60
# Hosts without systemd have limits that podman's own exceed, and control groups that crun refuses.
_CONFIGURATION = """
[containers]
default_ulimits = ["nofile=4096:4096", "nproc=4096:4096"]
[engine]
runtime = "runc"
"""
# As in Debian's own slim image.
_LEFT_OUT = ("usr/share/doc", "usr/share/man", "usr/share/locale", "var/cache/apt", "var/lib/apt")


class EngineUnusable(Exception):
    """There is no podman here, or nothing to build images from."""


@dataclass(frozen=True)
class Engine:
    """Podman with the settings that it needs on this machine."""

    environment: dict[str, str]

    def run(self, *arguments: str, seconds: float = 60) -> str:
        """Run a command of podman, and return what it prints."""
        done = subprocess.run(
            ["podman", *arguments],
            env=self.environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )
        assert done.returncode == 0, f"podman {' '.join(arguments)}\n{done.stderr[-4000:]}"
        return done.stdout.strip()

    def has(self, image: str) -> bool:
        """Whether an image is here."""
        return self.succeeds("image", "exists", image)

    def succeeds(self, *arguments: str) -> bool:
        """Whether a command of podman ends well."""
        command = ["podman", *arguments]
        done = subprocess.run(command, env=self.environment, capture_output=True, check=False)
        return done.returncode == 0

    def build(self, image: str, file: str, base: str) -> None:
        """Build an image of a Containerfile; what was built before is taken from the cache."""
        argument = f"BASE_IMAGE={base}"
        self.run(
            *("build", "--isolation=chroot", "--build-arg", argument, "-t", image, "-f", file, "."),
            seconds=1800,
        )


@contextmanager
def engine() -> Iterator[Engine]:
    """Yield podman, if it runs.

    Raises:
        EngineUnusable: It is not here, or can't run.
    """
    with tempfile.TemporaryDirectory() as folder:
        configuration = Path(folder, "containers.conf")
        configuration.write_text(_CONFIGURATION if shutil.which("runc") else "", "utf-8")
        found = Engine({**os.environ, "CONTAINERS_CONF": str(configuration)})
        try:
            found.run("info")
        except (AssertionError, OSError) as error:
            raise EngineUnusable(f"podman can't be used: {error}") from error
        yield found


def base_image(engine: Engine) -> str:
    """Return BASE_IMAGE, else Debian's slim image, else one that is made of Debian's packages.

    Raises:
        EngineUnusable: There is none of them.
    """
    if given := os.environ.get("BASE_IMAGE"):
        return given
    for image in (_OWN_BASE, _PUBLIC_BASE):
        if engine.has(image):
            return image
    try:
        engine.run("pull", "-q", _PUBLIC_BASE, seconds=_PULL_SECONDS)
    except (AssertionError, subprocess.TimeoutExpired):
        _make_base(engine)
        return _OWN_BASE
    return _PUBLIC_BASE


def _make_base(engine: Engine) -> None:
    """Make the base image of the packages of this machine's own Debian mirror."""
    if not shutil.which("debootstrap") or os.geteuid() != 0:
        raise EngineUnusable(f"{_PUBLIC_BASE} can't be pulled, and debootstrap is missing.")
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder, "root")
        command = ["debootstrap", "--variant=minbase", _SUITE, str(root), _mirror()]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise EngineUnusable(f"debootstrap failed: {done.stdout[-500:]}")
        for left_out in _LEFT_OUT:
            shutil.rmtree(root / left_out, ignore_errors=True)
        (root / "var/lib/apt/lists/partial").mkdir(parents=True)
        (root / "var/cache/apt/archives/partial").mkdir(parents=True)
        # What this machine trusts: its proxies may have authorities of their own.
        trusted = Path("/usr/local/share/ca-certificates")
        if trusted.is_dir():
            shutil.copytree(trusted, root / trusted.relative_to("/"), dirs_exist_ok=True)
        packed = Path(folder, "base.tar")
        subprocess.run(["tar", "-C", str(root), "-cf", str(packed), "."], check=True)
        engine.run("import", "-q", str(packed), _OWN_BASE, seconds=300)


def _mirror() -> str:
    """Return the address from which this machine takes Debian's packages."""
    form = "$(REPO_URI) $(COMPONENT) $(CODENAME)"
    command = ["apt-get", "indextargets", "--format", form, "Created-By: Packages"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    for line in done.stdout.splitlines():
        if line.endswith(f" main {_SUITE}"):
            return line.split()[0]
    raise EngineUnusable(f"This machine takes no packages from Debian's {_SUITE}.")
