"""The containers do the main job, give nothing away, and lose nothing when a part is killed."""

import asyncio
import time
from pathlib import Path

import httpx2
import pytest

from tests.containers.conftest import (
    PYTHON_IMAGE,
    SERVICES_OF_COMPOSE,
    WEB_IMAGE,
    Composed,
)
from tests.containers.engine import Engine
from tests.mcp_server.plain import calling, headers_of
from tests.web.running import Visitor, sign_up

pytestmark = pytest.mark.timeout(1800)

SERVICES = ("postgres", "mcp", "api", "worker", "web")
OURS = SERVICES[1:]
USER = "10001"
_CHAT = "/bff/me/chat"
MEGABYTE = 1_000_000


@pytest.mark.requirement("FR-RUN-181")
@pytest.mark.parametrize(("image", "most"), [(PYTHON_IMAGE, 250), (WEB_IMAGE, 200)])
def test_an_image_is_small(podman: Engine, image: str, most: int) -> None:
    size = int(podman.run("image", "inspect", "--format", "{{.Size}}", image))
    assert size <= most * MEGABYTE


@pytest.mark.requirement("FR-RUN-180")
@pytest.mark.parametrize("service", SERVICES)
def test_a_container_may_do_nothing_but_its_work(composed: Composed, service: str) -> None:
    process = Path("/proc", str(composed.pid(service)))
    lines = (process / "status").read_text().splitlines()
    status = dict(line.split(":\t", 1) for line in lines if ":\t" in line)
    assert set(status["Uid"].split()) == ({USER} if service in OURS else set(status["Uid"].split()))
    assert "0" not in status["Uid"].split()
    assert int(status["CapEff"], 16) == 0
    assert status["NoNewPrivs"] == "1"
    assert composed.inspect(service, "{{.HostConfig.ReadonlyRootfs}}") == "true"
    # Secrets are files, and another service's are not among them.
    environment = (process / "environ").read_bytes()
    assert b"postgresql://" not in environment
    assert b"PRIVATE KEY" not in environment


@pytest.mark.requirement("FR-RUN-180")
@pytest.mark.parametrize("service", SERVICES)
def test_a_container_is_healthy(composed: Composed, service: str) -> None:
    composed.until_ready()
    composed.engine.run("healthcheck", "run", composed.container(service))


@pytest.mark.requirement("FR-RUN-184")
@pytest.mark.parametrize("service", ["mcp", "api", "worker"])
def test_a_service_reaches_postgres_over_pgbouncer_if_it_is_asked_for(
    composed: Composed, service: str
) -> None:
    # The image of the web app has no program that prints a file.
    printing = ("exec", composed.container(service), "cat", "/run/secrets/database_url")
    assert ("@pgbouncer:6432/" in composed.engine.run(*printing)) is composed.pooled


@pytest.mark.requirement("FR-RUN-181")
async def test_a_user_loses_nothing_when_parts_are_killed(
    composed: Composed, request: pytest.FixtureRequest
) -> None:
    app = composed.app
    async with app.visitor(Accept="application/json") as visitor:
        user = await sign_up(visitor)
        answer = await visitor.post(_CHAT, json={"message": "add milk"})
        assert answer.status_code == 200, answer.text
        conversation = answer.json()["conversation_id"]
        made = await visitor.post(
            "/bff/me/access-tokens",
            json={"name": "test", "scopes": ["tasks:read", "tasks:write"], "expires_in_days": 1},
        )
        assert made.status_code == 201, made.text
        assert "Milk" in await _call(composed, made.json()["token"], "list_tasks")
        await _call(composed, made.json()["token"], "add_task", title="Eggs")

        killed = [*SERVICES, "pgbouncer"] if composed.pooled else [*SERVICES]
        if request.config.getoption("cached"):
            killed = ["api"]
        for service in killed:
            composed.kill(service)
            composed.until("service_healthy", service)
            composed.until_ready()
            again = {"message": f"add a task to check {service}", "conversation_id": conversation}
            answer = await _until_answered(visitor, again)
            assert answer.status_code == 200, f"after {service} was killed: {answer.text}"
        tasks = (await visitor.get("/bff/me/tasks")).json()["tasks"]
        assert {task["title"].lower() for task in tasks} == {
            "milk",
            "eggs",
            *(f"check {service}" for service in killed),
        }
        assert (await visitor.get("/api/auth/get-session")).json()["user"]["id"] == user["id"]


@pytest.mark.requirement("FR-RUN-181")
async def test_a_service_drains_within_its_grace(composed: Composed) -> None:
    for service in OURS:
        # podman-compose gives it to its own commands alone.
        grace = SERVICES_OF_COMPOSE[service]["stop_grace_period"].removesuffix("s")
        composed.engine.run("stop", "-t", grace, composed.container(service), seconds=120)
        # One that was killed when its grace was over has 137.
        code = composed.inspect(service, "{{.State.ExitCode}}")
        assert code in {"0", "143"}, f"{service} was killed:\n{composed.logs(service)}"
        composed.engine.run("start", composed.container(service))
    composed.until_ready()


async def _until_answered(visitor: Visitor, body: dict[str, str]) -> httpx2.Response:
    """Send a message again while the service says that it should be: nothing was stored then."""
    deadline = time.monotonic() + 60
    while True:
        answer = await visitor.post(_CHAT, json=body)
        if answer.status_code not in {409, 503} or time.monotonic() > deadline:
            return answer
        await asyncio.sleep(float(answer.headers.get("Retry-After", "1")))


async def _call(composed: Composed, token: str, tool: str, **arguments: str) -> str:
    body = calling(tool, **arguments)
    async with httpx2.AsyncClient(timeout=30) as client:
        answer = await client.post(composed.app.mcp_url, json=body, headers=headers_of(body, token))
    assert answer.status_code == 200, answer.text
    return answer.text
