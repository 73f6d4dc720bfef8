"""docker-compose.yml, compared with what the services read and promise."""

import re
from typing import Any

import pytest
import yaml

from tests.deployment.variables import PORTS, read_by_any, secrets, stop_seconds
from tests.specs.documents import ROOT, read

pytestmark = pytest.mark.requirement("FR-RUN-180")

COMPOSE: dict[str, Any] = yaml.safe_load(read("docker-compose.yml"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
RUNNING = sorted(SERVICES.keys() - {"secrets", "migrate"})
OURS = sorted({*RUNNING} - {"postgres", "pgbouncer"})
_DURATION = re.compile(r"(\d+)s")


def _seconds(duration: str) -> int:
    found = _DURATION.fullmatch(duration)
    assert found, duration
    return int(found[1])


def test_it_has_every_part() -> None:
    assert {*SERVICES} == {
        *("postgres", "pgbouncer", "secrets", "migrate", "mcp", "api", "worker", "web"),
    }
    assert {name for name in SERVICES if "profiles" in SERVICES[name]} == {"pgbouncer"}


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_runs_without_root_on_a_read_only_system(name: str) -> None:
    service = SERVICES[name]
    assert service["user"].split(":")[0] not in {"", "0", "root"}
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in service


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("postgres", "pg_isready"),
        ("worker", ":9102/metrics"),
        *((name, f":{port}/ready") for name, port in PORTS.items()),
    ],
)
def test_a_service_is_healthy_when_it_is_ready(name: str, asked: str) -> None:
    assert asked in " ".join(SERVICES[name]["healthcheck"]["test"])


@pytest.mark.parametrize("name", OURS)
def test_a_service_gets_longer_to_stop_than_it_takes(name: str) -> None:
    grace = _seconds(SERVICES[name]["stop_grace_period"])
    assert grace > stop_seconds().get(name, 5)


@pytest.mark.parametrize("name", [*OURS, "migrate"])
def test_every_variable_is_one_that_is_read(name: str) -> None:
    given = SERVICES[name]["environment"]
    # That of Compose itself is for the script that starts the command.
    assert {*given} - {"COMPOSE_PROFILES"} <= read_by_any()
    # Secrets are in files, each below a folder that no other service mounts.
    assert {*given} & secrets() == set()
    for variable, value in given.items():
        if variable.endswith("_FILE"):
            assert value.startswith(("/run/secrets/", "/secrets/owner/"))


def test_each_service_mounts_its_own_secrets_alone() -> None:
    mounted = {
        name: [one for one in SERVICES[name].get("volumes", []) if "secrets" in one]
        for name in RUNNING
    }
    assert mounted == {name: [f"{name}-secrets:/run/secrets:ro"] for name in RUNNING}


def test_only_this_machine_reaches_the_ports_by_default() -> None:
    published = {name: SERVICES[name].get("ports", []) for name in SERVICES}
    assert {name for name, ports in published.items() if ports} == {*PORTS}
    for name, port in PORTS.items():
        assert published[name] == [f"${{BIND:-127.0.0.1}}:${{{name.upper()}_PORT:-{port}}}:{port}"]


@pytest.mark.parametrize("path", ["Containerfile", "frontend_chatkit/Containerfile"])
def test_what_is_installed_is_pinned_and_nobody_is_root(path: str) -> None:
    text = read(path)
    installing = [line for line in text.replace("\\\n", " ").splitlines() if " install -q " in line]
    assert installing
    for line in installing:
        assert "--require-hashes" in line or "--no-deps --no-build-isolation -e ." in line
    assert "npm install" not in text
    last = text.split("\nFROM ")[-1]
    assert last.startswith("scratch\n")
    assert "\nUSER 10001:10001\n" in last
    assert (ROOT / ".dockerignore").read_text("utf-8").splitlines()[1] == "*"
