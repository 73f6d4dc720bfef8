"""deploy/kubernetes, compared with what the services promise and with Kubernetes' schemas."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client import CollectorRegistry

from db.telemetry.metrics import TurnMetrics
from tests.deployment.variables import PORTS, read_by_any, secrets, stop_seconds
from tests.specs.documents import ROOT, read

pytestmark = pytest.mark.requirement("FR-RUN-182")

FOLDER = ROOT / "deploy/kubernetes"
KUSTOMIZATION: dict[str, Any] = yaml.safe_load(read("deploy/kubernetes/kustomization.yaml"))
VALIDATE = ROOT / ".venv/clients/kubernetes/bin/kubernetes-validate"
VERSION = "1.34.0"
SERVICES = ("api", "mcp", "web", "worker")
METRICS = {"api": 9100, "mcp": 9101, "worker": 9102}


def _documents() -> list[dict[str, Any]]:
    return [
        document
        for name in KUSTOMIZATION["resources"]
        for document in yaml.safe_load_all(read(f"deploy/kubernetes/{name}"))
    ]


def _all(kind: str) -> dict[str, dict[str, Any]]:
    return {one["metadata"]["name"]: one for one in _documents() if one["kind"] == kind}


def _pods() -> dict[str, dict[str, Any]]:
    """The pods of all that runs, by the name of what runs them."""
    return {
        name: one["spec"]["template"]["spec"]
        for kind in ("Deployment", "Job")
        for name, one in _all(kind).items()
    }


SETTINGS: dict[str, str] = _all("ConfigMap")["settings"]["data"]


def _container(name: str) -> dict[str, Any]:
    (container,) = _pods()[name]["containers"]
    return dict(container)


def test_every_file_is_a_resource() -> None:
    files = {path.name for path in FOLDER.glob("*.yaml")} - {"kustomization.yaml"}
    assert files == {*KUSTOMIZATION["resources"]}
    assert {*_pods()} == {*SERVICES, "migrate"}


@pytest.mark.parametrize("name", [*SERVICES, "migrate"])
def test_a_pod_meets_the_strictest_standard(name: str) -> None:
    pod, container = _pods()[name], _container(name)
    assert pod["automountServiceAccountToken"] is False
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert {*container["resources"]["limits"]} == {"memory"}
    images = {one["name"] for one in KUSTOMIZATION["images"]}
    assert container["image"] in images


@pytest.mark.parametrize("name", [*SERVICES, "migrate"])
def test_every_variable_is_one_that_is_read(name: str) -> None:
    given = {one["name"]: one["value"] for one in _container(name)["env"]}
    assert {*given} <= read_by_any()
    assert {*given} & secrets() == set()
    assert all(
        value.startswith("/run/secrets/todochat/") for value in given.values() if "/run" in value
    )
    # Kubernetes' own API_PORT is an address, which is no port.
    assert _pods()[name]["enableServiceLinks"] is False
    mounted = {one["name"]: one for one in _pods()[name]["volumes"]}
    owner = "owner" if name == "migrate" else name
    assert mounted["secrets"]["secret"]["secretName"] == f"todochat-{owner}"


def test_the_shared_settings_are_variables_without_secrets() -> None:
    assert {*SETTINGS} <= read_by_any() - secrets()
    for name, port in PORTS.items():
        assert any(f"//{name}:{port}" in value for value in SETTINGS.values())


@pytest.mark.parametrize("name", PORTS)
def test_a_service_is_asked_whether_it_lives_and_is_ready(name: str) -> None:
    container = _container(name)
    assert container["ports"][0] == {"name": "http", "containerPort": PORTS[name]}
    alive = "/healthz" if name == "web" else "/health"
    for probe, path in (("startup", alive), ("liveness", alive), ("readiness", "/ready")):
        assert container[f"{probe}Probe"]["httpGet"] == {"path": path, "port": "http"}
    assert _all("Service")[name]["spec"]["ports"][0]["port"] == PORTS[name]


@pytest.mark.parametrize("name", SERVICES)
def test_a_pod_gets_longer_to_stop_than_it_takes(name: str) -> None:
    pause = _container(name).get("lifecycle", {}).get("preStop", {"sleep": {"seconds": 0}})
    needed = pause["sleep"]["seconds"] + stop_seconds().get(name, 5)
    assert _pods()[name]["terminationGracePeriodSeconds"] > needed


@pytest.mark.parametrize("name", PORTS)
def test_a_rollout_or_a_drained_node_takes_one_replica_at_most(name: str) -> None:
    deployment = _all("Deployment")[name]["spec"]
    assert deployment["strategy"]["rollingUpdate"] == {"maxSurge": 1, "maxUnavailable": 0}
    assert _all("PodDisruptionBudget")[name]["spec"] == {
        "maxUnavailable": 1,
        "selector": {"matchLabels": {"app": name}},
    }
    scaler = _all("HorizontalPodAutoscaler").get(name)
    replicas = scaler["spec"]["minReplicas"] if scaler else deployment["replicas"]
    assert replicas >= 2


def test_the_network_lets_through_what_the_addresses_need() -> None:
    policies = {name: one["spec"] for name, one in _all("NetworkPolicy").items()}
    assert policies["default"]["podSelector"] == {}
    assert {*policies} == {"default", *SERVICES, "migrate"}
    calls = {("web", "api"), ("api", "mcp"), ("mcp", "api"), ("api", "web"), ("mcp", "web")}
    for caller, called in calls:
        outgoing = [
            rule["to"][0]["podSelector"]["matchLabels"]["app"]
            for rule in policies[caller]["egress"]
            if "to" in rule
        ]
        incoming = [
            one["podSelector"]["matchLabels"]["app"]
            for rule in policies[called]["ingress"]
            for one in rule["from"]
            if "podSelector" in one
        ]
        assert called in outgoing
        assert caller in incoming
    for name in ("api", "mcp", "worker"):
        ports = {one["port"] for rule in policies[name]["ingress"] for one in rule["ports"]}
        assert METRICS[name] in ports


@pytest.mark.parametrize("name", METRICS)
def test_prometheus_reads_the_metrics_that_the_scaling_needs(name: str) -> None:
    given = {one["name"]: one["value"] for one in _container(name)["env"]}
    assert given[f"{name.upper()}_METRICS_PORT"] == str(METRICS[name])
    template = _all("Deployment")[name]["spec"]["template"]["metadata"]
    assert template["annotations"]["prometheus.io/port"] == str(METRICS[name])
    (pods, _) = _all("HorizontalPodAutoscaler")["api"]["spec"]["metrics"]
    registry = CollectorRegistry()
    TurnMetrics(registry)
    assert pods["pods"]["metric"]["name"] in {one.name for one in registry.collect()}


@pytest.mark.skipif(not VALIDATE.exists(), reason="`make conformance` installs the schemas")
def test_the_manifests_are_valid() -> None:
    files = [str(FOLDER / name) for name in KUSTOMIZATION["resources"]]
    _validate(files)


@pytest.mark.skipif(not VALIDATE.exists(), reason="`make conformance` installs the schemas")
@pytest.mark.skipif(not shutil.which("kubectl"), reason="there is no kubectl")
def test_what_kustomize_makes_of_them_is_valid(tmp_path: Path) -> None:
    command = ["kubectl", "kustomize", str(FOLDER)]
    made = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    path = tmp_path / "all.yaml"
    path.write_text(made, "utf-8")
    _validate([str(path)])
    images = {
        container["image"]
        for one in yaml.safe_load_all(made)
        if one["kind"] in {"Deployment", "Job"}
        for container in one["spec"]["template"]["spec"]["containers"]
    }
    assert images == {f"{one['newName']}:{one['newTag']}" for one in KUSTOMIZATION["images"]}


def _validate(files: list[str]) -> None:
    command = [str(VALIDATE), "-k", VERSION, "--strict", *files]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
