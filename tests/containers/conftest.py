"""docker-compose.yml from images that are built here, without PgBouncer and with it."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from graphlib import TopologicalSorter
from pathlib import Path

import pytest
import yaml

from tests.containers.engine import ROOT, Engine, EngineUnusable, base_image, engine
from tests.processes import free_port
from tests.web.running import WebApp, is_ready

_PROJECT = "todochat-test"
_COMPOSE = ROOT / ".venv/clients/containers/bin/podman-compose"
_READY_SECONDS = 180

SERVICES_OF_COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))["services"]

PYTHON_IMAGE = "localhost/todochat-test"
WEB_IMAGE = "localhost/todochat-test-web"
_POSTGRES_IMAGE = "localhost/todochat-test-postgres"
_PGBOUNCER_IMAGE = "localhost/todochat-test-pgbouncer"
_FILES = {
    PYTHON_IMAGE: "Containerfile",
    WEB_IMAGE: "frontend_chatkit/Containerfile",
    _POSTGRES_IMAGE: "tests/containers/postgres/Containerfile",
    _PGBOUNCER_IMAGE: "deploy/containers/pgbouncer/Containerfile",
}


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave all of it to make's targets for containers, since images take minutes."""
    asked_for = config.getoption("full") or config.getoption("cached")
    return True if collection_path.name.startswith("test_") and not asked_for else None


@dataclass(frozen=True)
class Composed:
    """The running containers, and where they are reached."""

    engine: Engine
    app: WebApp
    pooled: bool

    def container(self, service: str) -> str:
        """The name that podman-compose gives the container of a service."""
        return f"{_PROJECT}_{service}_1"

    def inspect(self, service: str, form: str) -> str:
        return self.engine.run("inspect", "--format", form, self.container(service))

    def pid(self, service: str) -> int:
        """The process of a container, or 0 if it has none."""
        return int(self.inspect(service, "{{.State.Pid}}"))

    def kill(self, service: str) -> None:
        """Kill the process of a container as a crash does, so that it is started again."""
        killed = self.pid(service)
        os.kill(killed, signal.SIGKILL)
        self._until(lambda: self.pid(service) not in {0, killed}, f"{service} came back")

    def until(self, condition: str, service: str) -> None:
        """Wait for a condition of `depends_on`."""
        container = self.container(service)
        if condition == "service_healthy":
            self._until(
                lambda: self.engine.succeeds("healthcheck", "run", container), f"{service} answered"
            )
        else:
            assert condition == "service_completed_successfully"
            state = "{{.State.Status}} {{.State.ExitCode}}"
            self._until(lambda: self.inspect(service, state) == "exited 0", f"{service} ended")

    def until_ready(self) -> None:
        """Wait until people can sign in and have turns."""
        for url in (f"{self.app.url}/ready", f"{self.app.api_url}/ready"):
            self._until(lambda url=url: is_ready(url), f"{url} answered 200")

    def _until(self, condition: object, what: str) -> None:
        assert callable(condition)
        deadline = time.monotonic() + _READY_SECONDS
        while not condition():
            assert time.monotonic() < deadline, f"{what} not in time:\n{self._logs()}"
            time.sleep(0.2)

    def _logs(self) -> str:
        command = ["podman", "ps", "-a", "--format", "{{.Names}}"]
        names = subprocess.run(
            command, env=self.engine.environment, capture_output=True, text=True, check=False
        ).stdout.split()
        return "\n".join(
            f"--- {name}\n" + self.engine.run("logs", "--tail", "10", name)
            for name in names
            if name.startswith(_PROJECT)
        )

    def logs(self, service: str) -> str:
        """The last lines that a container printed."""
        return self.engine.run("logs", "--tail", "20", self.container(service))


@pytest.fixture(scope="session")
def podman(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """Podman, with the images built."""
    try:
        with engine() as found:
            if request.config.getoption("cached") and not all(map(found.has, _FILES)):
                raise EngineUnusable("`make containers-test` has built no images here yet.")
            base = base_image(found)
            for image, file in _FILES.items():
                found.build(image, file, base)
            yield found
    except EngineUnusable as error:
        reason = f"No containers were tested: {error}"
        if request.config.getoption("cached"):
            pytest.exit(reason, returncode=0)
        pytest.skip(reason)


@pytest.fixture(scope="session", params=["", "pgbouncer"], ids=["straight", "pgbouncer"])
def composed(
    podman: Engine, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Composed]:
    """Everything of docker-compose.yml on free ports, with the built-in assistant."""
    folder = tmp_path_factory.mktemp("compose")
    shutil.copy(ROOT / "docker-compose.yml", folder)
    web, api, mcp = (free_port() for _ in range(3))
    variables = {
        "TODOCHAT_IMAGE": PYTHON_IMAGE,
        "TODOCHAT_WEB_IMAGE": WEB_IMAGE,
        "POSTGRES_IMAGE": _POSTGRES_IMAGE,
        "PGBOUNCER_IMAGE": _PGBOUNCER_IMAGE,
        "COMPOSE_PROFILES": request.param,
        **{"WEB_PORT": str(web), "API_PORT": str(api), "MCP_PORT": str(mcp)},
        "WEB_URL": f"http://localhost:{web}",
        "MCP_URL": f"http://127.0.0.1:{mcp}/mcp",
        "API_ISSUER": f"http://127.0.0.1:{api}",
    }
    (folder / ".env").write_text("CHAT_PROVIDER=offline\nMESSAGES_PER_MINUTE=1000\n", "utf-8")
    environment = {**podman.environment, **variables}

    def compose(*arguments: str) -> None:
        done = subprocess.run(
            [str(_COMPOSE), "--in-pod=0", "-p", _PROJECT, *arguments],
            env=environment,
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, done.stdout[-4000:]

    app = WebApp(
        url=f"http://localhost:{web}",
        api_url=f"http://127.0.0.1:{api}",
        mcp_url=f"http://127.0.0.1:{mcp}/mcp",
        log=folder,
    )
    found = Composed(podman, app, pooled=request.param == "pgbouncer")
    compose("down", "-v", "-t", "1")
    try:
        # One after the other: Podman 4 can't start what depends on what depends on something.
        for service, awaited in _in_order(found.pooled):
            for name, condition in awaited.items():
                found.until(condition, name)
            compose("up", "-d", "--no-build", "--no-deps", service)
        found.until_ready()
        yield found
    finally:
        compose("down", "-v", "-t", "5")


def _in_order(pooled: bool) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the services, each after those that it depends on, with the conditions for these."""
    needed = {
        name: {one: given["condition"] for one, given in service.get("depends_on", {}).items()}
        for name, service in SERVICES_OF_COMPOSE.items()
        if pooled or "profiles" not in service
    }
    for name in TopologicalSorter(needed).static_order():
        yield name, needed[name]
