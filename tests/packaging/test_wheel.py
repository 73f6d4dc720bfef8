"""The wheel, in an environment of its own: what `pip install` and `uvx` install."""

import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx2
import pytest

from tests.packaging.versions import WHEEL
from tests.serving import NO_AUTHORITIES
from tests.specs.documents import ROOT
from tests.specs.sources import packages
from tests.up import own_ports, up

pytestmark = pytest.mark.requirement("FR-RUN-501")

PACKED = ROOT / "dist" / WHEEL
_TOKEN = re.compile(r"Bearer \$\((.+?)\)")


@pytest.fixture(scope="module")
def todochat(request: pytest.FixtureRequest) -> Iterator[Path]:
    """The command of a fresh environment with the wheel that `make wheel` has built."""
    if not request.config.getoption("full"):
        pytest.skip("`make packages-test` builds and installs it")
    with TemporaryDirectory(prefix="todochat-test-") as folder:
        home = Path(folder)
        # The embedded Postgres of root is another user, who has to reach its programs.
        home.chmod(0o755)
        python = home / "bin" / "python"
        subprocess.run([sys.executable, "-m", "venv", home], check=True)
        subprocess.run([python, "-m", "pip", "install", "-q", PACKED], check=True)
        yield python.with_name("todochat")


@pytest.mark.timeout(600)
def test_what_is_installed_starts_everything_without_make_and_without_a_node(
    todochat: Path,
) -> None:
    with TemporaryDirectory(prefix="todochat-test-") as folder:
        variables = own_ports(TODOCHAT_DATA_DIR=folder, PATH=str(todochat.parent))
        # What is imported is what was installed.
        del variables["PYTHONPATH"]
        with up(variables, todochat) as running:
            web = f"http://localhost:{variables['WEB_PORT']}"
            page = httpx2.get(f"{web}/signup", verify=NO_AUTHORITIES)
            assert (page.status_code, "Todochat" in page.text) == (200, True)
            command = _TOKEN.findall(running.printed)[0]
            token = subprocess.check_output(command, shell=True, text=True, env=variables).strip()
            answer = httpx2.post(
                f"http://127.0.0.1:{variables['API_PORT']}/api/demo/chat",
                json={"message": "add oat milk"},
                headers={"Authorization": f"Bearer {token}", "Accept": "application/json"},
                verify=NO_AUTHORITIES,
                timeout=20,
            )
            assert [call["name"] for call in answer.json()["tool_calls"]] == ["add_task"]
    assert running.process.returncode == 0


def test_the_wheel_has_every_file_of_the_packages(todochat: Path) -> None:
    assert todochat.exists()
    with zipfile.ZipFile(PACKED) as wheel:
        packed = set(wheel.namelist())
    ours = {
        path.relative_to(ROOT).as_posix()
        for package in packages()
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert sorted(ours - packed) == []
